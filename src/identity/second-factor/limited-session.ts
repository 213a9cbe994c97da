import type { KnownSession } from '../sessions/session-ring.js';
import { isMfaRequired, type MfaRequired } from './methods.js';

/** Where a session serves that lacks the second factor that its person needs: to add one, to use one, and to sign out. */
const OPEN = /^\/auth\/(two-factor|passkey|get-session|sign-out)(\/|$)/;

/** Returns whether the person of a session needs a second factor that the session was made without. */
export const isLimited = (
  { caller, hasSecondFactor }: Pick<KnownSession, 'caller' | 'hasSecondFactor'>,
  required: MfaRequired,
): boolean => !hasSecondFactor && isMfaRequired(required, caller.role);

/** Returns whether the library may not see a session at a path, which has no dots any more. It then answers as if nobody were signed in. */
export const isHiddenAt = (path: string, session: KnownSession, required: MfaRequired): boolean =>
  isLimited(session, required) && !OPEN.test(path);
