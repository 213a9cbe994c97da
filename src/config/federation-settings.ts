import type { Environment } from './environment.js';

/** The client of this service at a provider. A client without a secret is public. */
export interface ProviderClient {
  id: string;
  secret: string | undefined;
}

const clientOf = (id: string | undefined, secret: string | undefined): ProviderClient | undefined =>
  id === undefined ? undefined : { id, secret };

/** Returns what the settings say of other providers of sign-in. */
export const federationSettings = (env: Environment) => ({
  google: clientOf(env.GOOGLE_CLIENT_ID, env.GOOGLE_CLIENT_SECRET),
  github: clientOf(env.GITHUB_CLIENT_ID, env.GITHUB_CLIENT_SECRET),
  /** Any provider of OpenID Connect; `undefined`: none. */
  oidc:
    env.OIDC_ISSUER === undefined
      ? undefined
      : {
          issuer: env.OIDC_ISSUER,
          client: { id: env.OIDC_CLIENT_ID!, secret: env.OIDC_CLIENT_SECRET },
          name: env.OIDC_NAME,
          scopes: env.OIDC_SCOPES.split(' '),
          /** The domains of the addresses that it may say; empty: any. */
          domains: env.OIDC_DOMAINS ?? [],
        },
});
