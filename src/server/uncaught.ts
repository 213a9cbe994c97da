import { type INestApplicationContext, Logger } from '@nestjs/common';
import { ErrorOrigin } from '../mcp/registry/error-origin.js';

/**
 * Logs the first uncaught error with the calls that may have caused it, such as a promise that a tool did not await. The state of
 * the process is unknown then, so the caller stops it, after its audit rows are written.
 */
export function onUncaught(app: INestApplicationContext, end: () => void): void {
  const logger = new Logger('Bouncer');
  process.on('uncaughtException', (error: unknown) => {
    const whose = app.get(ErrorOrigin, { strict: false }).describe(error);
    logger.error(`An uncaught error stops the service; ${whose}: ${textOf(error)}`);
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
