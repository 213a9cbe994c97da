import { APIError } from 'better-auth/api';
import type { Hook } from '../auth/hook.js';
import { isOwnPath } from './own-address.js';

/** The members of a body that starts a sign-in by a provider. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  '/sign-in/social': ['provider', 'callbackURL', 'errorCallbackURL', 'newUserCallbackURL', 'loginHint'],
  '/sign-in/sso': ['email', 'connection', 'callbackURL', 'errorCallbackURL'],
};
const TARGETS = ['callbackURL', 'errorCallbackURL', 'newUserCallbackURL'];

/**
 * Refuses members that would let a page choose what the provider is asked, or where the browser goes afterwards.
 * @param own the address of the service
 */
export const checkProviderSignIn =
  (own: string): Hook =>
  ({ path, body }) => {
    const members = path === undefined ? undefined : MEMBERS[path];
    if (!members) return;
    const given = (body ?? {}) as Record<string, unknown>;
    const unknown = Object.keys(given).find((name) => !members.includes(name));
    if (unknown !== undefined)
      throw new APIError('BAD_REQUEST', { code: 'UNKNOWN_MEMBER', message: `${unknown} is not a member` });
    const foreign = TARGETS.find((name) => given[name] !== undefined && !isOwnPath(given[name], own));
    if (foreign !== undefined)
      throw new APIError('BAD_REQUEST', {
        code: 'FOREIGN_ADDRESS',
        message: `${foreign} must be a path of this service`,
      });
  };
