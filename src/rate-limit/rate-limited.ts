import { type KeySubject, ServiceError } from '../errors/service-error.js';
import { type CallLimit, WINDOW_MS } from './store/limit.js';

/**
 * Makes a 429 that says which limit refused and how long to wait, so that an agent can retry by itself.
 * @param cost how many calls the request counts as. Where the limit is smaller, waiting does not help, and it says so
 */
export function rateLimited(
  { policy, max, windowMs }: CallLimit,
  retryAfterSeconds: number,
  { subject, cost = 1 }: { subject?: KeySubject | undefined; cost?: number } = {},
): ServiceError {
  const windowSeconds = Math.ceil(windowMs / 1000);
  const window = windowMs === WINDOW_MS ? 'a minute' : `in ${windowSeconds} seconds`;
  const message =
    cost > max
      ? `Over the rate limit: this counts as ${cost} calls, and ${max} ${window} (${policy}) are allowed. Do not retry it; send fewer at once, or ask for a higher limit`
      : `Rate limit reached: ${max} calls ${window} (${policy}). Retry in ${retryAfterSeconds} seconds`;
  return new ServiceError('rate_limited', message, {
    headers: { 'Retry-After': String(retryAfterSeconds) },
    data: { limit: { policy, requests: max, windowSeconds }, retryAfterSeconds },
    ...(subject && { subject }),
  });
}
