import { isAdministrator, type Role } from '../../access/roles.js';

export const METHODS = ['password', 'provider', 'totp', 'recovery_code', 'passkey'] as const;

/** By what a person signed in. A session may have been made by several, one after the other. */
export type Method = (typeof METHODS)[number];

/** Whose sessions need a second factor. */
export type MfaRequired = 'none' | 'admins' | 'all';

/** A passkey counts, because its device has verified the person as well. */
const SECOND = new Set<Method>(['totp', 'recovery_code', 'passkey']);

const isMethod = (text: string): text is Method => (METHODS as readonly string[]).includes(text);

/** Reads the column of a session, which has the methods by spaces. */
export const methodsIn = (text: string | null | undefined): Method[] =>
  (text ?? '').split(' ').filter(isMethod);

export const hasSecondFactor = (methods: readonly Method[]): boolean =>
  methods.some((method) => SECOND.has(method));

export const isMfaRequired = (required: MfaRequired, role: Role): boolean =>
  required === 'all' || (required === 'admins' && isAdministrator(role));

/** The paths of the library that make a session, by the method that they verify. */
const FIRST: Readonly<Record<string, Method>> = {
  '/sign-in/email': 'password',
  '/sign-up/email': 'password',
  '/passkey/verify-authentication': 'passkey',
};
const OF_PROVIDERS = /^\/(callback|oauth2|sso|sign-in\/(social|sso|oauth2))\b/;

/**
 * Returns by what a new session is made, by the path that makes it.
 * @param before the methods of the session that asks, where the path continues it
 */
export function methodsOf(path: string, before: readonly Method[] | undefined): Method[] {
  const first = FIRST[path];
  if (first) return [first];
  const known = before ?? ['password'];
  switch (path) {
    case '/two-factor/verify-totp':
      return [...new Set<Method>([...known, 'totp'])];
    case '/two-factor/verify-backup-code':
      return [...new Set<Method>([...known, 'recovery_code'])];
    case '/two-factor/disable':
      return known.filter((method) => method !== 'totp' && method !== 'recovery_code');
    case '/change-password':
      return [...known];
    default:
      return OF_PROVIDERS.test(path) ? ['provider'] : [];
  }
}
