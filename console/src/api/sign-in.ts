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
