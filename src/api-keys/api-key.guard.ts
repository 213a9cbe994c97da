import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyReply } from 'fastify';
import { accessRuleOf } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import { expiryWarning } from './expiry-warning.js';

/**
 * Asks every REST request that is not for a `@Public()` handler for a valid key. A tool call passes: the request
 * that carried it was asked.
 */
@Injectable()
export class ApiKeyGuard extends AuthGuard('api-key') {
  override canActivate(context: ExecutionContext) {
    if (context.getType<string>() === 'mcp') return true;
    if (accessRuleOf(context.getHandler(), context.getClass())?.kind === 'public') return true;
    return super.canActivate(context);
  }

  /** From here on every answer, refusals too, says when a key ends soon. */
  override handleRequest<T = Caller>(error: unknown, user: T, info: unknown, context: ExecutionContext): T {
    const caller = super.handleRequest<T & Caller>(error, user, info, context);
    const warning = expiryWarning(caller.keyExpiresAt);
    if (warning) context.switchToHttp().getResponse<FastifyReply>().headers(warning);
    return caller;
  }
}
