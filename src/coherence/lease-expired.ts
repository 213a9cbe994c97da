import { ServiceError } from '../errors/service-error.js';

/** Makes a 503 for a call that came while the process must not trust what it knows of keys. */
export const leaseExpired = () =>
  new ServiceError(
    'lease_expired',
    'This replica has lost touch with the database, so that it cannot tell which keys are valid. Nothing was done. Retry.',
    { headers: { 'Retry-After': '1' } },
  );
