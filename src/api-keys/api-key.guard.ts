import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { accessRuleOf } from '../access/access-policy.js';
import type { Caller, CallerRequest } from '../access/caller.js';
import { KeylessLimiter } from '../rate-limit/keyless.limiter.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { expiryWarning } from './expiry-warning.js';

/**
 * Asks every REST request that is not for a `@Public()` handler for a valid key. A tool call passes: the request that
 * carried it was asked. It asks the Passport strategy directly, so that nothing is waited for where the key is known.
 *
 * @example `@UseGuards(ApiKeyGuard, UserThrottlerGuard, ScopesGuard)` on a controller of an application that embeds Bouncer
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly strategy: ApiKeyStrategy,
    private readonly keyless: KeylessLimiter,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType<string>() === 'mcp') return true;
    const request = context.getArgByIndex<CallerRequest>(0);
    if (accessRuleOf(context.getHandler(), context.getClass())?.kind === 'public')
      return this.admitKeyless(request);
    const caller = this.strategy.validate(request);
    if (!(caller instanceof Promise)) return this.admit(caller, context);
    return caller.then((known) => this.admit(known, context));
  }

  /** Nobody looks at a key that is sent to a public handler, so it must not be a way around the limit of those without one. */
  private admitKeyless(request: CallerRequest): true {
    // Without a key it was counted when it came in.
    const refusal = this.keyless.isKeyless(request) ? undefined : this.keyless.count(request);
    if (refusal) throw refusal;
    return true;
  }

  /** From here on every answer, refusals too, says when a key ends soon. */
  private admit(caller: Caller, context: ExecutionContext): true {
    context.getArgByIndex<CallerRequest>(0).user = caller;
    const warning = expiryWarning(caller.keyExpiresAt);
    if (warning) context.getArgByIndex<FastifyReply>(1).headers(warning);
    return true;
  }
}
