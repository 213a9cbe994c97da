import type { ExecutionContext, Type } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import {
  THROTTLER_BLOCK_DURATION,
  THROTTLER_KEY_GENERATOR,
  THROTTLER_LIMIT,
  THROTTLER_SKIP,
  THROTTLER_TRACKER,
  THROTTLER_TTL,
} from '@nestjs/throttler/dist/throttler.constants.js';
import type { ThrottlerGenerateKeyFunction, ThrottlerGetTrackerFunction } from '@nestjs/throttler';
import type { HandlerLimit } from './handler-limits.js';
import { LIMIT_METADATA, type LimitOptions } from './limit.decorator.js';
import { RATE_LIMIT_COST_METADATA, type RateLimitCostOf } from './rate-limit-cost.decorator.js';

type Handler = ReturnType<ExecutionContext['getHandler']>;
/** The library's decorators accept a value, or a function of the context. */
export type Resolvable = number | string | ((context: ExecutionContext) => unknown);

/** The only throttler of the module. The library calls one without a name `default`. */
const THROTTLER = 'default';

/** Holds what `@Throttle()` sets on a handler or its class. */
export interface ThrottleRule {
  limit: Resolvable | undefined;
  ttl: Resolvable | undefined;
  blockDuration: Resolvable | undefined;
  getTracker: ThrottlerGetTrackerFunction | undefined;
  generateKey: ThrottlerGenerateKeyFunction | undefined;
}

/** Holds what the decorators of a handler say about its limits. */
export interface HandlerRule {
  /** The class and the method. */
  name: string;
  cost: number | RateLimitCostOf;
  perMinute: number | null;
  skip: boolean;
  throttle: ThrottleRule | undefined;
}

export type ThrottledRule = HandlerRule & { throttle: ThrottleRule };

/**
 * Returns what an MCP handler declares. One with `@Throttle()` or `@SkipThrottle()` counts in no budget.
 * @throws Error for decorators that contradict each other, or count by a request of REST
 */
export function declaredLimitOf({ name, cost, perMinute, skip, throttle }: HandlerRule): HandlerLimit {
  if (typeof cost !== 'number')
    throw new Error(`${name}: @RateLimitCost of an MCP handler takes a number, such as @RateLimitCost(5)`);
  const replaced = skip || throttle !== undefined;
  if (replaced && (perMinute !== null || cost !== 1))
    throw new Error(
      `${name}: @Throttle and @SkipThrottle replace @Limit and @RateLimitCost. Remove one of them`,
    );
  return { perMinute, weight: replaced ? 0 : cost };
}

/** Reads the decorators of each handler once. */
export class HandlerRules {
  private readonly byHandler = new Map<Handler, Map<Type, HandlerRule>>();

  constructor(private readonly reflector: Reflector) {}

  of(handler: Handler, type: Type): HandlerRule {
    let byType = this.byHandler.get(handler);
    if (!byType) this.byHandler.set(handler, (byType = new Map<Type, HandlerRule>()));
    let rule = byType.get(type);
    if (!rule) byType.set(type, (rule = this.read(handler, type)));
    return rule;
  }

  private read(handler: Handler, type: Type): HandlerRule {
    const both = <T>(key: string) => this.reflector.getAllAndOverride<T | undefined>(key, [handler, type]);
    const throttle: ThrottleRule = {
      limit: both(THROTTLER_LIMIT + THROTTLER),
      ttl: both(THROTTLER_TTL + THROTTLER),
      blockDuration: both(THROTTLER_BLOCK_DURATION + THROTTLER),
      getTracker: both(THROTTLER_TRACKER + THROTTLER),
      generateKey: both(THROTTLER_KEY_GENERATOR + THROTTLER),
    };
    return {
      name: `${type.name}.${handler.name}`,
      cost: this.reflector.get<number | RateLimitCostOf | undefined>(RATE_LIMIT_COST_METADATA, handler) ?? 1,
      perMinute: this.reflector.get<LimitOptions | undefined>(LIMIT_METADATA, handler)?.perMinute ?? null,
      skip: both<boolean>(THROTTLER_SKIP + THROTTLER) ?? false,
      throttle: Object.values(throttle).some((value) => value !== undefined) ? throttle : undefined,
    };
  }
}
