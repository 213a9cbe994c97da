import { AUTH_PATH } from '../auth/auth-paths.js';
import type { ServiceProvider } from './saml/saml-request.js';
import type { SsoKind } from './sso-kinds.js';

/** The paths below `/auth`. Those of callbacks name the connection, so that no provider answers for another one. */
export const SSO_PATHS = {
  signIn: '/sign-in/sso',
  oidcCallback: '/sso/callback/:providerId',
  samlCallback: '/sso/saml/:providerId/acs',
  samlMetadata: '/sso/saml/:providerId/metadata',
} as const;

const addressOf = (service: string, path: string, id: string): string =>
  service + AUTH_PATH + path.replace(':providerId', id);

/**
 * Returns where a provider sends people back to.
 * @param service the address of the service
 */
export const callbackUrlOf = (service: string, { id, kind }: { id: string; kind: SsoKind }): string =>
  addressOf(service, kind === 'oidc' ? SSO_PATHS.oidcCallback : SSO_PATHS.samlCallback, id);

/** Returns what the service is at a provider of SAML, apart for each connection. */
export const serviceProviderOf = (service: string, { id }: { id: string }): ServiceProvider => ({
  entityId: addressOf(service, SSO_PATHS.samlMetadata, id),
  acsUrl: addressOf(service, SSO_PATHS.samlCallback, id),
});

/** Returns whether a path of the library ends a sign-in by a company's provider, which may say only addresses of its domains. */
export const isCompanyCallback = (path: string | undefined): boolean =>
  path === SSO_PATHS.oidcCallback || path === SSO_PATHS.samlCallback;
