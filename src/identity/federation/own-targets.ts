import { APIError } from 'better-auth/api';
import type { Hook } from '../auth/hook.js';
import { isOwnPath } from './own-address.js';

/** The members of a body or a query that say where the browser goes afterwards. */
const TARGETS = ['callbackURL', 'errorCallbackURL', 'newUserCallbackURL', 'redirectTo'];

/**
 * Refuses to lead people away from the service. The library checks these members as well, but takes paths such as `/.//host`, which
 * it then writes as `//host`, and writes what is beyond ASCII into a header, which fails after the person has signed in.
 * @param own the address of the service
 */
export const checkTargets =
  (own: string): Hook =>
  ({ body, query }) => {
    for (const given of [body, query] as (Record<string, unknown> | undefined)[]) {
      const foreign = TARGETS.find((name) => given?.[name] !== undefined && !isOwnPath(given[name], own));
      if (foreign !== undefined)
        throw new APIError('BAD_REQUEST', {
          code: 'FOREIGN_ADDRESS',
          message: `${foreign} must be a path of this service, with what is not ASCII percent-encoded (RFC 3986)`,
        });
    }
  };
