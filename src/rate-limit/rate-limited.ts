import { type KeySubject, ServiceError } from '../errors/service-error.js';
import { type CallLimit, WINDOW_MS } from './store/limit.js';

/** Makes a 429 that says which limit refused and how long to wait, so that an agent can retry by itself. */
export function rateLimited(
  { policy, max, windowMs }: CallLimit,
  retryAfterSeconds: number,
  subject?: KeySubject,
): ServiceError {
  const windowSeconds = Math.ceil(windowMs / 1000);
  const window = windowMs === WINDOW_MS ? 'a minute' : `in ${windowSeconds} seconds`;
  const message = `Rate limit reached: ${max} calls ${window} (${policy}). Retry in ${retryAfterSeconds} seconds`;
  return new ServiceError('rate_limited', message, {
    headers: { 'Retry-After': String(retryAfterSeconds) },
    data: { limit: { policy, requests: max, windowSeconds }, retryAfterSeconds },
    ...(subject && { subject }),
  });
}
