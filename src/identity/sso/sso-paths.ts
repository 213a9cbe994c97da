import { AUTH_PATH } from '../auth/auth-paths.js';

/** The paths below `/auth`. The one of a callback names the connection, so that no provider answers for another one. */
export const SSO_PATHS = {
  signIn: '/sign-in/sso',
  oidcCallback: '/sso/callback/:providerId',
} as const;

/**
 * Returns where a provider sends people back to.
 * @param service the address of the service
 */
export const callbackUrlOf = (service: string, { id }: { id: string }): string =>
  service + AUTH_PATH + SSO_PATHS.oidcCallback.replace(':providerId', id);

/** Returns whether a path of the library ends a sign-in by a company's provider, which may say only addresses of its domains. */
export const isCompanyCallback = (path: string | undefined): boolean => path === SSO_PATHS.oidcCallback;
