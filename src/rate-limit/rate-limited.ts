import { type KeySubject, ServiceError } from '../errors/service-error.js';
import { type Policy, WINDOW_SECONDS } from './rate-limits.js';

/** Makes a 429 that says how long to wait, so that an agent can retry by itself. */
export function rateLimited(policy: Policy, retryAfterSeconds: number, subject?: KeySubject): ServiceError {
  const { name, limit } = policy;
  const message = `Rate limit reached: ${limit} calls a minute (${name}). Retry in ${retryAfterSeconds} seconds`;
  return new ServiceError('rate_limited', message, {
    headers: { 'Retry-After': String(retryAfterSeconds) },
    data: { limit: { policy: name, requests: limit, windowSeconds: WINDOW_SECONDS }, retryAfterSeconds },
    ...(subject && { subject }),
  });
}
