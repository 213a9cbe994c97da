import { ServiceError } from '../errors/service-error.js';

/** 422: for 24 hours, an idempotency key belongs to one request. */
export const keyReused = () =>
  new ServiceError(
    'idempotency_key_reused',
    'This Idempotency-Key was used for another request. Use a new one for each request.',
  );

/** 409: the outcome of the other attempt is not known yet. */
export const inProgress = () =>
  new ServiceError('idempotency_in_progress', 'A request with this Idempotency-Key is under way. Retry.', {
    headers: { 'Retry-After': '1' },
  });
