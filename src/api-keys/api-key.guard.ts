import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { accessRuleOf } from '../access/access-policy.js';
import { type Caller, type CallerRequest, isMcpCall } from '../access/caller.js';
import { assertOwnOrganization } from '../access/organization-header.js';
import { SessionCheck } from '../access/session-check.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { KeylessLimiter } from '../rate-limit/keyless.limiter.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { expiryWarning } from './expiry-warning.js';

/**
 * Requires a valid key or OAuth token for every REST request to a handler that is not `@Public()`. On `/api/*` the session of a person who
 * signed in serves as well; where a request has both, the key decides. A tool call passes, because the HTTP
 * request that carries it was checked before. The guard calls the Passport strategy directly: it is then synchronous for
 * a cached key, which `AuthGuard` never is.
 *
 * @example `@UseGuards(ApiKeyGuard, UserThrottlerGuard, ScopesGuard)` on a controller of an application that embeds Bouncer
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly strategy: ApiKeyStrategy,
    private readonly keyless: KeylessLimiter,
    private readonly sessions: SessionCheck,
    @InjectSettings() private readonly settings: Settings,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (isMcpCall(context)) return true;
    const request = context.getArgByIndex<CallerRequest>(0);
    const rule = accessRuleOf(context.getHandler(), context.getClass());
    if (rule === undefined && this.settings.embedded && context.getType() === 'http') return true;
    if (rule?.kind === 'public') return this.admitKeyless(request);
    const caller = this.takesSession(request)
      ? this.sessions.admit(request)
      : this.strategy.validate(request);
    if (!(caller instanceof Promise)) return this.admit(caller, context);
    return caller.then((known) => this.admit(known, context));
  }

  /** A cookie is sent by the browser without being asked, so it counts only where no key was sent. */
  private takesSession(request: CallerRequest): boolean {
    return (
      request.headers.cookie !== undefined &&
      request.url.startsWith('/api/') &&
      request.headers.authorization === undefined &&
      request.headers['x-api-key'] === undefined &&
      this.sessions.isPresented(request)
    );
  }

  /** A public handler does not verify a key. Sending one must not bypass the limit on requests without a key. */
  private admitKeyless(request: CallerRequest): true | Promise<true> {
    // A request without a key was counted when it arrived.
    const refusal = this.keyless.isKeyless(request) ? undefined : this.keyless.count(request);
    return refusal instanceof Promise ? refusal.then(passUnless) : passUnless(refusal);
  }

  /** Sets the expiry warning here, so that error responses carry it too. */
  private admit(caller: Caller, context: ExecutionContext): true {
    const request = context.getArgByIndex<CallerRequest>(0);
    request.user = caller;
    assertOwnOrganization(request.headers, caller);
    // A client renews its token by itself.
    const warning = caller.via === 'token' ? undefined : expiryWarning(caller.keyExpiresAt);
    if (warning) context.getArgByIndex<FastifyReply>(1).headers(warning);
    return true;
  }
}

function passUnless(refusal: Error | undefined): true {
  if (refusal) throw refusal;
  return true;
}
