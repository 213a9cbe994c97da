import type { Caller } from '../access/caller.js';
import { type KeySubject, ServiceError } from '../errors/service-error.js';
import { expiryWarning } from './expiry-warning.js';
import type { KeyRefusal } from './key-refusals.js';

/**
 * Makes the 401 for an invalid key. It is the same whatever is wrong with the key; only the audit records the reason.
 * @param subject the owner and the key, if they are known
 */
export const invalidKey = (reason: string, subject?: KeySubject): ServiceError =>
  new ServiceError('invalid_api_key', 'The API key is not valid', {
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
    reason,
    ...(subject && { subject }),
  });

/** Makes the error for a request with an existing key that is refused. */
export function refusedKey(refusal: KeyRefusal, subject: Caller): ServiceError {
  const headers = expiryWarning(subject.keyExpiresAt);
  const options = { subject, ...(headers && { headers }) };
  switch (refusal) {
    case 'account_inactive':
      return new ServiceError(
        refusal,
        subject.kind === 'agent'
          ? 'The agent of this API key is suspended, or who it acts for is deactivated'
          : 'The account of this API key is deactivated',
        options,
      );
    case 'ip_not_allowed':
      return new ServiceError(refusal, 'This API key may not be used from this address', options);
    default:
      return invalidKey(refusal, subject);
  }
}
