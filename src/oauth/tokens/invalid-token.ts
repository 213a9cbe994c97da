import type { Caller } from '../../access/caller.js';
import { type KeySubject, ServiceError } from '../../errors/service-error.js';

/**
 * Makes the 401 for a token that is not accepted (RFC 6750, section 3.1). It is the same whatever is wrong with the token; only the
 * audit records the reason.
 */
export const invalidToken = (reason: string, subject?: KeySubject): ServiceError =>
  new ServiceError('invalid_token', 'The access token is not valid', {
    headers: {
      'WWW-Authenticate': 'Bearer error="invalid_token", error_description="The access token is not valid"',
    },
    reason,
    ...(subject && { subject }),
  });

/** Makes the 403 for a token of a person or an agent that was deactivated. */
export const inactiveAccount = (subject: Caller): ServiceError =>
  new ServiceError('account_inactive', 'The account of this access token is deactivated', { subject });
