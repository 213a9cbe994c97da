import { ServiceError } from '../../errors/service-error.js';

/** How long an issuer is not asked again that could not be asked. */
export const PAUSE_MS = 5_000;

/** Makes the 503 for a token whose issuer does not say its keys. */
export const issuerUnavailable = (cause?: unknown): ServiceError =>
  new ServiceError(
    'issuer_unavailable',
    'The issuer of the access token cannot be asked for its keys now. Retry.',
    {
      headers: { 'Retry-After': String(PAUSE_MS / 1000) },
      cause,
    },
  );
