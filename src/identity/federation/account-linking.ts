import type { OAuthProvider } from '@better-auth/core/oauth2';
import type { DataSource } from 'typeorm';
import { lineText } from '../../validation/line-text.js';

/**
 * An address that nobody used to sign in with is an administrator's word. Whoever a provider says to receive mails there is that
 * person, as whoever follows the link of a mail is. A person who signed up has an account, whose address must be verified by
 * a mail: somebody else may have signed up with it, and would share the account from then on.
 */
const PROVE = `
  UPDATE users SET email_verified = true
  WHERE email = $1 AND NOT email_verified AND NOT EXISTS (SELECT FROM accounts WHERE user_id = users.id)`;

/** Takes from a provider what it may say, and proves the address where the provider verified it. */
export const proving = (provider: OAuthProvider, dataSource: DataSource): OAuthProvider => ({
  ...provider,
  getUserInfo: async (tokens) => {
    const found = await provider.getUserInfo(tokens);
    if (!found?.user.email) return found;
    const { id, name, emailVerified } = found.user;
    const email = found.user.email.toLowerCase();
    if (emailVerified) await proveAddress(dataSource, email);
    return { data: found.data, user: { id, email, emailVerified, name: nameFor(name, email) } };
  },
});

/** @param email in lower case */
export async function proveAddress(dataSource: DataSource, email: string): Promise<void> {
  await dataSource.query(PROVE, [email]);
}

/** Returns a name that a row and a mail can hold. */
export function nameFor(name: string | undefined, email: string): string {
  const line = lineText(name ?? '')
    .trim()
    .slice(0, 200);
  return line === '' ? email : line;
}

/** Nobody gets an account for an address that a provider does not know to be theirs. */
export const refuseUnverified = ({
  user,
  source,
}: {
  user: { emailVerified?: boolean | undefined };
  source: { action?: string; method: string };
}) =>
  source.method === 'oauth' && source.action === 'create-user' && user.emailVerified !== true
    ? { error: 'email_not_verified', errorDescription: 'The provider has not verified the e-mail address' }
    : undefined;

/** The service calls no provider for a person, so that it keeps no token that could. */
export const withoutProviderTokens = (account: Record<string, unknown>) =>
  Promise.resolve({
    data: { ...account, accessToken: null, refreshToken: null, idToken: null },
  });
