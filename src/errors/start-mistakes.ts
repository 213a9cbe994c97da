import { Injectable } from '@nestjs/common';

/** Thrown at start: one message that names every mistake in a program's handlers, and how to mend it. */
export class StartError extends Error {
  override name = 'StartError';

  constructor(mistakes: readonly string[]) {
    super(`The service does not start:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`);
  }
}

/** Collects what is wrong with the handlers, so that one start shows all of it. */
@Injectable()
export class StartMistakes {
  private readonly found = new Set<string>();

  add(mistake: string): void {
    this.found.add(mistake);
  }

  /** Runs a check that throws what it finds. */
  collect(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.add((error as Error).message);
    }
  }

  /** @throws StartError where anything was found */
  assertNone(): void {
    if (this.found.size > 0) throw new StartError([...this.found]);
  }
}
