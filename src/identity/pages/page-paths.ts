/** The pages of the service, which links in mails lead to as well. None is a path of the library. */
export const PAGES = {
  signIn: '/auth/pages/sign-in',
  signUp: '/auth/pages/sign-up',
  /** Leads on to the provider that the query names. */
  provider: '/auth/pages/provider',
  /** Asks for an address, and leads on to the provider of its company. */
  company: '/auth/pages/company',
  /** Leads on who has signed in at a provider. */
  continue: '/auth/pages/continue',
  secondStep: '/auth/pages/second-step',
  forgotPassword: '/auth/pages/forgot-password',
  resetPassword: '/auth/pages/reset-password',
  verified: '/auth/pages/verified',
  invitation: '/auth/pages/invitation',
  /** Where a one-time link of the first start, or of `bouncer users link`, leads to. */
  oneTimeLink: '/auth/pages/link',
  account: '/auth/pages/account',
  endSession: '/auth/pages/account/end-session',
  endGrant: '/auth/pages/account/end-grant',
  security: '/auth/pages/security',
  beginApp: '/auth/pages/security/app',
  confirmApp: '/auth/pages/security/app/confirm',
  removeApp: '/auth/pages/security/app/remove',
  recoveryCodes: '/auth/pages/security/recovery-codes',
  removePasskey: '/auth/pages/security/passkeys/remove',
  passkeyScript: '/auth/pages/passkeys.js',
  signOut: '/auth/pages/sign-out',
  error: '/auth/pages/error',
  /** Where a person agrees to a client, or refuses it. */
  consent: '/auth/pages/consent',
  /** Where an administrator approves a client that waits. */
  approveClient: '/auth/pages/consent/approve',
  /** Where a person types the code that a program shows. */
  device: '/auth/pages/device',
} as const;

/** What leads a browser away to a program in the end. */
const LEADS_AWAY = /^\/auth\/oauth2\/authorize\?/;

/**
 * Returns where the answer to a form leads on to `next`. Browsers hold each redirect after a form to the policy of the page with the
 * form, which names no other site. Where `next` may lead to one, a page stands between.
 */
export const afterForm = (next: string | undefined): string | undefined =>
  next !== undefined && LEADS_AWAY.test(next) ? withNext(PAGES.continue, next) : next;

/** @param next the path of the service where the person is led afterwards */
export const withNext = (path: string, next: string | undefined): string =>
  next === undefined ? path : `${path}?next=${encodeURIComponent(next)}`;
