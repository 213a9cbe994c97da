import { Logger } from '@nestjs/common';

/** Of a call's log, and of its reports, before the answer. */
const MOST_CHARACTERS = 4 * 1024 * 1024;
const logger = new Logger('ToldMessages');

/**
 * Counts what a handler tells its client before it answers. Beyond a bound nothing more is sent: what a client does not
 * read waits in this process's memory.
 */
export class NotificationQuota {
  private characters = 0;

  /** @param of which handler it is, for the log */
  constructor(private readonly of: string) {}

  /** @returns whether `message` is sent */
  tryConsume(message: unknown): boolean {
    if (this.characters > MOST_CHARACTERS) return false;
    this.characters += lengthOf(message);
    if (this.characters <= MOST_CHARACTERS) return true;
    logger.warn(
      `${this.of}: what it says beyond ${MOST_CHARACTERS} characters before its answer is not sent`,
    );
    return false;
  }
}

/** Nothing of what is no JSON: whoever sends it says so, where it is to be sent at all. */
function lengthOf(message: unknown): number {
  try {
    return JSON.stringify(message)?.length ?? 0;
  } catch {
    return 0;
  }
}
