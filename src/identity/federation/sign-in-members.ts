import { APIError } from 'better-auth/api';
import type { Hook } from '../auth/hook.js';

/** The members of a body that starts a sign-in by a provider. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  '/sign-in/social': ['provider', 'callbackURL', 'errorCallbackURL', 'newUserCallbackURL', 'loginHint'],
  '/sign-in/sso': ['email', 'connection', 'callbackURL', 'errorCallbackURL'],
};

/** Refuses members that would let a page choose what the provider is asked. */
export const checkProviderSignIn: Hook = ({ path, body }) => {
  const members = path === undefined ? undefined : MEMBERS[path];
  if (!members) return;
  const given = (body ?? {}) as Record<string, unknown>;
  const unknown = Object.keys(given).find((name) => !members.includes(name));
  if (unknown !== undefined)
    throw new APIError('BAD_REQUEST', { code: 'UNKNOWN_MEMBER', message: `${unknown} is not a member` });
};
