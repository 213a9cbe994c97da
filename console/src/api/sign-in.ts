import { problemOf } from './problem';

const SIGN_IN = '/auth/pages/sign-in';

const here = () => location.pathname + location.search + location.hash;

/** Leads to a page of the service, which leads back here. */
export function leaveFor(page: string, next: string = here()): void {
  location.assign(`${page}?next=${encodeURIComponent(next)}`);
}

export const leaveForSignIn = (): void => leaveFor(SIGN_IN);

export async function signOut(): Promise<void> {
  await fetch('/auth/sign-out', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  leaveFor(SIGN_IN, '/console');
}

/**
 * Asks the provider of a company as a sign-in does, and stays here.
 *
 * @returns where the browser would go
 * @throws Problem where the provider does not answer
 */
export async function trySignIn(connection: string): Promise<string> {
  const answer = await fetch('/auth/sign-in/sso', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ connection, callbackURL: '/console' }),
  });
  if (!answer.ok) throw await problemOf(answer);
  return ((await answer.json()) as { url: string }).url;
}
