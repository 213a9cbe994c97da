import type { Caller } from '../../access/caller.js';
import { ServiceError } from '../../errors/service-error.js';

/** Makes the 401 for a session that has ended. The answer is the same for one that never was. */
export const invalidSession = (): ServiceError =>
  new ServiceError('invalid_session', 'This session has ended. Sign in again');

/** Makes the 403 for a person who was deactivated. */
export const inactiveAccount = (subject: Caller): ServiceError =>
  new ServiceError('account_inactive', 'This account is deactivated', { subject });

/** Makes the 403 for a change that another page may have asked for. */
export const csrfRefused = (): ServiceError =>
  new ServiceError(
    'csrf_refused',
    'A change with the cookie of a session must come from a page of this service',
  );

/** Makes the 403 for an organisation that the person does not belong to. It is the same where there is no such organisation. */
export const notAMember = ({ userId }: { userId: string }): ServiceError =>
  new ServiceError('forbidden', 'You do not belong to this organization', {
    reason: 'not_a_member',
    subject: { userId, keyId: null, keyStart: null, via: 'session' },
  });
