import { Logger } from '@nestjs/common';

/** Bounds the log messages of one call, and separately its progress reports. */
const MAX_CHARACTERS = 4 * 1024 * 1024;
const logger = new Logger('NotificationQuota');

/**
 * Bounds what a handler sends to its client before it answers. Messages that the client does not read stay in this
 * process's memory, so nothing more is sent beyond the bound.
 */
export class NotificationQuota {
  private characters = 0;

  /** @param handler names the handler in the log */
  constructor(private readonly handler: string) {}

  /** @returns whether `message` may be sent */
  tryConsume(message: unknown): boolean {
    if (this.characters > MAX_CHARACTERS) return false;
    this.characters += lengthOf(message);
    if (this.characters <= MAX_CHARACTERS) return true;
    logger.warn(
      `The ${this.handler} sent more than ${MAX_CHARACTERS} characters of notifications in one call. No more are sent: report less often`,
    );
    return false;
  }
}

/** Counts what JSON cannot represent as nothing. Sending it fails with a better error. */
function lengthOf(message: unknown): number {
  try {
    return JSON.stringify(message)?.length ?? 0;
  } catch {
    return 0;
  }
}
