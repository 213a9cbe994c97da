import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
} from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import { type Caller, type CallerRequest, isMcpCall, requestOf } from '../access/caller.js';
import { RATE_LIMIT_COST_METADATA, type RateLimitCostOf } from './rate-limit-cost.decorator.js';
import { MemoryThrottlerStorage } from './memory-throttler.storage.js';
import { rateLimited } from './rate-limited.js';
import { type Policy, RateLimits, WINDOW_MS, WINDOW_SECONDS } from './rate-limits.js';

/**
 * Limits the calls per minute of each user, across all keys of the user. The headers follow
 * draft-ietf-httpapi-ratelimit-headers-10. A tool call was already counted with the request that carried it.
 *
 * @example `@UseGuards(ApiKeyGuard, UserThrottlerGuard, ScopesGuard)` on a controller of an application that embeds Bouncer
 */
@Injectable()
export class UserThrottlerGuard extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() private readonly storage: MemoryThrottlerStorage,
    reflector: Reflector,
    private readonly limits: RateLimits,
  ) {
    super(options, storage, reflector);
  }

  /**
   * Replaces the library's look-up per handler (`@Throttle`, `@SkipThrottle`), because the limit depends on the
   * caller alone.
   */
  override canActivate(context: ExecutionContext): Promise<boolean> {
    // Nest also accepts a plain boolean, and then does not await it.
    return this.admits(context) as never;
  }

  private admits(context: ExecutionContext): boolean {
    if (isMcpCall(context)) return true;
    const { user } = requestOf(context);
    return user === undefined || this.count(user, context);
  }

  private count(caller: Caller, context: ExecutionContext): boolean {
    const { req, res } = this.getRequestResponse(context) as { req: CallerRequest; res: FastifyReply };
    const policy = this.limits.policyOf(caller);
    if (policy.limit === Infinity) return true;
    const cost = this.reflector.get<RateLimitCostOf | undefined>(
      RATE_LIMIT_COST_METADATA,
      context.getHandler(),
    );
    const calls = cost ? cost.calls(req) : 1;
    const others = cost?.others ? cost.others(req) : 0;
    if (others > 0) this.consume(`${caller.userId}:handshake`, others, policy, res, false);
    if (calls > 0) this.consume(caller.userId, calls, policy, res, true);
    return true;
  }

  /** @param reported whether the headers report this budget before it is exceeded @throws ServiceError `rate_limited` */
  private consume(budget: string, cost: number, policy: Policy, res: FastifyReply, reported: boolean): void {
    const hit = this.storage.hit(budget, WINDOW_MS, policy.limit, cost);
    if (reported || hit.isBlocked) {
      res.header('RateLimit-Policy', `"${policy.name}";q=${policy.limit};w=${WINDOW_SECONDS}`);
      res.header(
        'RateLimit',
        `"${policy.name}";r=${Math.max(0, policy.limit - hit.totalHits)};t=${hit.timeToExpire}`,
      );
    }
    if (hit.isBlocked) throw rateLimited(policy, hit.timeToBlockExpire);
  }
}
