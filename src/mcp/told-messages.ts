import { Logger } from '@nestjs/common';

/** All that a call may say before its answer. */
const MOST_CHARACTERS = 4 * 1024 * 1024;
const logger = new Logger('ToldMessages');

/**
 * Counts what a handler tells its client before it answers. Beyond a bound nothing more is sent: what a client does not
 * read waits in this process's memory.
 */
export class ToldMessages {
  private characters = 0;

  /** @param of which handler it is, for the log @returns whether `message` is sent */
  admit(message: unknown, of: string): boolean {
    const before = this.characters;
    if (before > MOST_CHARACTERS) return false;
    this.characters += JSON.stringify(message)?.length ?? 0;
    if (this.characters <= MOST_CHARACTERS) return true;
    logger.warn(
      `the ${of} says more than ${MOST_CHARACTERS} characters before its answer: the rest is not sent`,
    );
    return false;
  }
}
