import type { Caller } from '../../access/caller.js';
import { ServiceError } from '../../errors/service-error.js';
import { AUTH_PATH } from '../auth/auth-paths.js';

/** Where a person adds a second factor: an app with codes, or a passkey. */
export const ENROL_AT = [
  `${AUTH_PATH}/two-factor/enable`,
  `${AUTH_PATH}/passkey/generate-register-options`,
] as const;

/** Makes the 403 for a session without the second factor that its person needs. */
export const mfaRequired = (subject: Caller): ServiceError =>
  new ServiceError(
    'mfa_required',
    'This session was made without a second factor: sign in with yours, or add one first',
    { subject, data: { enrolAt: [...ENROL_AT] } },
  );
