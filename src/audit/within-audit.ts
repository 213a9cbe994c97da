import type { CallHandler, ExecutionContext } from '@nestjs/common';

/**
 * What is done around each MCP handler, within its audit: the row then says what became of the call. An interface only:
 * the room that dispatches the calls provides it. A second global interceptor would do the same for twice the time.
 */
export abstract class WithinAudit {
  /** @returns what the handler returned */
  abstract run(context: ExecutionContext, next: CallHandler): Promise<unknown>;
}
