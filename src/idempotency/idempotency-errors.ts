import { ServiceError } from '../errors/service-error.js';

/** 422: within its 24 hours a key stands for one request. */
export const keyReused = () =>
  new ServiceError(
    'idempotency_key_reused',
    'This Idempotency-Key was used for another request; take a new one for each thing to make',
  );

/** 409: whether the other try succeeds is not known yet. */
export const inProgress = () =>
  new ServiceError('idempotency_in_progress', 'A request with this Idempotency-Key is under way. Retry.', {
    headers: { 'Retry-After': '1' },
  });
