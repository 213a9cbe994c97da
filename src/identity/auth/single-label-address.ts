import type { Hook } from './hook.js';

/** Stands for the dot that an address lacks. Nobody has an address in this domain (RFC 6761). */
const STAND_IN = '.single-label.invalid';
const SINGLE_LABEL = /^[^@\s]+@[a-z0-9-]+$/i;
const PATHS = new Set(['/sign-in/email', '/request-password-reset']);

/**
 * Lets people in whose address has a domain without a dot, such as `admin@localhost`, the first administrator. The library
 * takes none, so it is shown another one, which {@link findsSingleLabels} takes back where it looks the user up.
 */
export const standInForSingleLabel: Hook = ({ path, body }) => {
  if (path === undefined || !PATHS.has(path)) return;
  const given = body as { email?: unknown } | undefined;
  if (typeof given?.email === 'string' && SINGLE_LABEL.test(given.email)) given.email += STAND_IN;
};

interface FindsUsers {
  findUserByEmail: (email: string, ...rest: never[]) => unknown;
}

/** Makes an adapter of the library find users by what {@link standInForSingleLabel} made of their addresses. */
export function findsSingleLabels(adapter: FindsUsers): void {
  const find = adapter.findUserByEmail.bind(adapter);
  adapter.findUserByEmail = (email, ...rest) =>
    find(email.endsWith(STAND_IN) ? email.slice(0, -STAND_IN.length) : email, ...rest);
}
