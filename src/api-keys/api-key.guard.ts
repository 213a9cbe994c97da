import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { accessRuleOf } from '../access/access-policy.js';
import type { Caller, CallerRequest } from '../access/caller.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { expiryWarning } from './expiry-warning.js';

/**
 * Asks every REST request that is not for a `@Public()` handler for a valid key. A tool call passes: the request that
 * carried it was asked. It asks the Passport strategy directly, so that nothing is waited for where the key is known.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(private readonly strategy: ApiKeyStrategy) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType<string>() === 'mcp') return true;
    if (accessRuleOf(context.getHandler(), context.getClass())?.kind === 'public') return true;
    const caller = this.strategy.validate(context.getArgByIndex<CallerRequest>(0));
    if (!(caller instanceof Promise)) return this.admit(caller, context);
    return caller.then((known) => this.admit(known, context));
  }

  /** From here on every answer, refusals too, says when a key ends soon. */
  private admit(caller: Caller, context: ExecutionContext): true {
    context.getArgByIndex<CallerRequest>(0).user = caller;
    const warning = expiryWarning(caller.keyExpiresAt);
    if (warning) context.getArgByIndex<FastifyReply>(1).headers(warning);
    return true;
  }
}
