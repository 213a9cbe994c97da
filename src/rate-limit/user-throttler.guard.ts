import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import { type CallerRequest, isMcpCall, requestOf } from '../access/caller.js';
import { CallCharge } from './call-charge.js';
import { HandlerLimits } from './handler-limits.js';
import { HandlerRules, type ThrottledRule } from './handler-rule.js';
import type { RateLimitCostOf } from './rate-limit-cost.decorator.js';
import { rateLimited } from './rate-limited.js';
import { callerLimitKey, RateLimits } from './rate-limits.js';
import { type CallLimit, costAt, limitKey, type Costs, type Verdict } from './store/limit.js';
import { LimitStore } from './store/limit-store.js';
import { throttleLimit, trackerOf } from './throttled.js';

/** No limit is as high. */
const MOST_CALLS = 1e9;
/** Stands for the answer where there is none: a call inside a request has no headers of its own. */
const NO_REPLY = { header: () => undefined };

/**
 * Limits the calls per minute: of each user across all keys, of a key with a limit of its own, and of each handler with
 * one. All of them are charged together or not at all. The headers follow draft-ietf-httpapi-ratelimit-headers-10 and
 * describe the limit that leaves the fewest calls. A tool call was already counted with the request that carried it.
 * `@Throttle()` gives a handler a count of its own instead, and `@SkipThrottle()` none.
 *
 * @example `@UseGuards(ApiKeyGuard, UserThrottlerGuard, ScopesGuard)` on a controller of an application that embeds Bouncer
 */
@Injectable()
export class UserThrottlerGuard extends ThrottlerGuard {
  private readonly rules: HandlerRules;

  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    private readonly limits: RateLimits,
    private readonly handlers: HandlerLimits,
    private readonly store: LimitStore,
  ) {
    super(options, storage, reflector);
    this.rules = new HandlerRules(reflector);
  }

  /** Replaces the library's look-up, which awaits several promises for each request. */
  override canActivate(context: ExecutionContext): Promise<boolean> {
    // Nest also accepts a plain boolean, and then does not await it.
    return this.admits(context) as never;
  }

  private admits(context: ExecutionContext): boolean | Promise<boolean> {
    const rule = this.rules.of(context.getHandler(), context.getClass());
    if (rule.skip) return true;
    if (rule.throttle) return this.throttle(rule as ThrottledRule, context);
    // The request that carried the call was charged for it.
    if (isMcpCall(context)) return true;
    const request = context.getArgByIndex<CallerRequest>(0);
    if (!request.user && rule.perMinute === null) return true;
    const { cost } = rule;
    const calls = callsOf(cost, request);
    const others = typeof cost === 'number' || !cost.others ? 0 : wholeNumber(cost.others(request));
    const called = typeof cost === 'number' ? undefined : this.handlers.calledIn(request);
    const reply = context.getArgByIndex<FastifyReply>(1);
    if (request.user && others === 0 && !called && rule.perMinute === null)
      return this.charge(this.limits.of(request.user).calls, calls, true, reply);
    const { user } = request;
    const charge = new CallCharge((name) =>
      user ? callerLimitKey(user, name) : limitKey(trackerOf(request), name),
    );
    if (request.user) {
      const { calls: budgets, others: handshakes } = this.limits.of(request.user);
      charge.add(budgets, this.handlers.weigh(calls, called));
      charge.add(handshakes, others);
    }
    if (rule.perMinute !== null) charge.addHandler(rule.name, rule.perMinute, 1);
    for (const [name, times] of called ?? [])
      charge.addHandler(name, this.handlers.effectiveFor(name).perMinute, times);
    return this.charge(charge.limits, charge.costs, calls > 0, reply);
  }

  private charge(
    limits: readonly CallLimit[],
    costs: Costs,
    reported: boolean,
    reply: FastifyReply,
  ): boolean | Promise<boolean> {
    if (limits.length === 0 || costs === 0) return true;
    const verdict = this.store.charge(limits, costs);
    if (!(verdict instanceof Promise)) return this.apply(verdict, { limits, costs }, reported, reply);
    return verdict.then((known) => this.apply(known, { limits, costs }, reported, reply));
  }

  private async throttle(rule: ThrottledRule, context: ExecutionContext): Promise<boolean> {
    const request = requestOf(context);
    const fallback = request.user ? this.limits.policyOf(request.user).limit : Infinity;
    const own = await throttleLimit(rule, context, fallback);
    const cost = callsOf(rule.cost, request);
    if (own.max === Infinity || cost === 0) return true;
    const verdict = await this.store.charge([own], cost);
    const reply = isMcpCall(context) ? NO_REPLY : context.getArgByIndex<FastifyReply>(1);
    return this.apply(verdict, { limits: [own], costs: cost }, true, reply);
  }

  /** @param reported whether the headers report this budget before it is exceeded @throws ServiceError `rate_limited` */
  private apply(
    { refused, limit, remaining, resetSeconds }: Verdict,
    { limits, costs }: { limits: readonly CallLimit[]; costs: Costs },
    reported: boolean,
    reply: Pick<FastifyReply, 'header'> | typeof NO_REPLY,
  ): true {
    if (reported || refused) {
      const name = headerText(limit.policy);
      reply.header('RateLimit-Policy', `"${name}";q=${limit.max};w=${Math.ceil(limit.windowMs / 1000)}`);
      reply.header('RateLimit', `"${name}";r=${remaining};t=${resetSeconds}`);
    }
    if (refused) throw rateLimited(limit, resetSeconds, { cost: costAt(costs, limits.indexOf(limit)) });
    return true;
  }
}

const callsOf = (cost: number | RateLimitCostOf, request: CallerRequest): number =>
  typeof cost === 'number' ? cost : wholeNumber(cost.calls(request));

/** A handler may count by what a client sent, which may be no number. The request then counts as one. */
const wholeNumber = (count: number): number => (count >= 0 ? Math.min(Math.ceil(count), MOST_CALLS) : 1);

/** Returns a name as the headers can carry it: printable ASCII without the characters that end a string. */
const headerText = (name: string): string => name.replace(/[^ -~]|["\\]/g, '?');
