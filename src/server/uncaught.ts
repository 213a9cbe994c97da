import { type INestApplicationContext, Logger } from '@nestjs/common';
import { LeftBehind } from '../mcp/registry/error-origin.js';

/**
 * Says once who left an error behind that nobody caught, such as the rejection of a promise that a tool did not wait for. What
 * else is wrong then is not known: whoever asks for this ends the process, but not without its audit rows.
 */
export function onUncaught(app: INestApplicationContext, end: () => void): void {
  const logger = new Logger('Bouncer');
  process.on('uncaughtException', (error: unknown) => {
    const whose = app.get(LeftBehind, { strict: false }).by(error);
    logger.error(`nobody caught this error, so the service stops; ${whose}: ${textOf(error)}`);
    end();
  });
}

function textOf(error: unknown): string {
  try {
    return String((error as Error | undefined)?.stack ?? error);
  } catch {
    return 'it cannot be read';
  }
}
