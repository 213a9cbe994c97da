import type { ExecutionContext } from '@nestjs/common';
import { type CallerRequest, requestOf } from '../access/caller.js';
import type { HandlerRule, Resolvable, ThrottledRule } from './handler-rule.js';
import { networkOf } from './network.js';
import { type CallLimit, limitKey, WINDOW_MS } from './store/limit.js';

/** Names what a handler's own count belongs to: the user, or the network of the address where there is no caller. */
export const trackerOf = ({ user, ip }: CallerRequest): string => user?.userId ?? networkOf(ip);

/**
 * Returns the limit that `@Throttle()` sets for a handler, as the documentation of Nest describes it: each handler has
 * a count of its own in place of the common one.
 * @param fallback the limit where `@Throttle()` sets only the time
 */
export async function throttleLimit(
  rule: ThrottledRule,
  context: ExecutionContext,
  fallback: number,
): Promise<CallLimit> {
  const { limit, ttl, blockDuration, getTracker, generateKey } = rule.throttle;
  const [max, windowMs, blockMs] = await Promise.all([
    numberOf('limit', limit ?? fallback, context, rule),
    numberOf('ttl', ttl ?? WINDOW_MS, context, rule),
    blockDuration === undefined ? undefined : numberOf('blockDuration', blockDuration, context, rule),
  ]);
  const request = requestOf(context);
  const tracker = getTracker ? await getTracker(request as never, context) : trackerOf(request);
  const tag = generateKey ? generateKey(context, tracker, 'default') : `${rule.name}:${tracker}`;
  return {
    // A brace would end the hash tag.
    key: limitKey(encodeURIComponent(tag), 'throttle'),
    policy: rule.name,
    max,
    windowMs,
    ...(blockMs !== undefined && { blockMs }),
  };
}

async function numberOf(
  option: string,
  value: Resolvable,
  context: ExecutionContext,
  { name }: HandlerRule,
): Promise<number> {
  const resolved = Number(typeof value === 'function' ? await value(context) : value);
  if (Number.isNaN(resolved)) throw new TypeError(`@Throttle of ${name}: "${option}" is not a number`);
  return resolved;
}
