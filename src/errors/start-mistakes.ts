import { Injectable } from '@nestjs/common';

/** Is thrown at start with one message that names every mistake in a program's handlers, and how to fix it. */
export class StartError extends Error {
  override name = 'StartError';

  constructor(mistakes: readonly string[]) {
    super(`The service does not start:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`);
  }
}

/** Collects the mistakes in handlers, so that one start shows all of them. */
@Injectable()
export class StartMistakes {
  private readonly found = new Set<string>();

  add(mistake: string): void {
    this.found.add(mistake);
  }

  /** Runs a check, and collects the message of the error that it throws. */
  collect(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.add((error as Error).message);
    }
  }

  /** @throws StartError when there is any mistake */
  assertNone(): void {
    if (this.found.size > 0) throw this.error();
  }

  error(): StartError {
    return new StartError([...this.found]);
  }
}
