import { oauthProvider } from '@better-auth/oauth-provider';
import type { BetterAuthPlugin } from 'better-auth';
import { jwt } from 'better-auth/plugins';
import type { PluginParts } from '../auth/plugin-parts.js';
import { PAGES } from '../pages/page-paths.js';
import { DPOP_ALGORITHMS } from '../../oauth/dpop/invalid-proof.js';
import { MAX_AGE_SECONDS } from '../../oauth/dpop/proof-claims.js';
import { PROTOCOL_SCOPES } from '../../oauth/grantable-scopes.js';
import { CLIENT_SECRET_PREFIX } from '../../oauth/clients/client-secret.js';
import { SIGNING_ALGORITHM } from '../../oauth/tokens/signing-keys.js';
import { agentScopes } from './agents/agent-scopes.plugin.js';
import { TOKEN_EXCHANGE } from './exchange/exchange-request.js';
import { identityAssertions } from './id-jag/identity-assertion-grant.js';
import { tokenExchange } from './exchange/token-exchange.js';
import { accessTokenClaims } from './access-token-claims.js';
import { clientDiscovery } from './cimd/client-discovery.js';
import { deviceGrant } from './device/device-grant.js';
import { oauthRules } from './oauth-rules.plugin.js';
import { organizationOfRequest } from './asked-organization.js';
import { REFRESH_PREFIX, storeTokens } from './request-family.js';

const DAY_SECONDS = 86_400;
/** How long a signing key signs. Tokens of it are accepted for a while longer. */
const KEY_DAYS = 90;

/** Makes the authorization server of better-auth. What it calls a resource is this service. */
export function oauthPlugins(parts: PluginParts): BetterAuthPlugin[] {
  const { settings, url, oauth } = parts;
  const { accessTokenSeconds, refreshTokenSeconds, registration } = settings.oauth;
  const scopes = [...PROTOCOL_SCOPES, ...oauth.scopes];
  const takesNewClients = registration !== 'off';
  return [
    jwt({
      jwks: {
        keyPairConfig: { alg: SIGNING_ALGORITHM },
        rotationInterval: KEY_DAYS * DAY_SECONDS,
        gracePeriod: DAY_SECONDS,
      },
      jwt: { issuer: url },
      disableSettingJwtHeader: true,
      schema: { jwks: { modelName: 'oauth_signing_keys' } },
    }),
    oauthRules(oauth.resource),
    agentScopes(parts),
    oauthProvider({
      scopes,
      loginPage: PAGES.signIn,
      consentPage: PAGES.consent,
      resources: [oauth.resource.identifier],
      enforcePerClientResources: false,
      accessTokenExpiresIn: accessTokenSeconds,
      m2mAccessTokenExpiresIn: accessTokenSeconds,
      idTokenExpiresIn: accessTokenSeconds,
      refreshTokenExpiresIn: refreshTokenSeconds,
      allowDynamicClientRegistration: takesNewClients,
      allowUnauthenticatedClientRegistration: takesNewClients,
      // Clients, grants and resources are managed over REST, where each change has its audit row.
      clientPrivileges: () => false,
      resourcePrivileges: () => false,
      storeTokens,
      dpop: { signingAlgorithms: [...DPOP_ALGORITHMS], proofMaxAgeSeconds: MAX_AGE_SECONDS },
      prefix: { refreshToken: REFRESH_PREFIX, clientSecret: CLIENT_SECRET_PREFIX },
      postLogin: {
        page: PAGES.consent,
        shouldRedirect: () => false,
        consentReferenceId: () => organizationOfRequest(),
      },
      extensions: [
        { claims: { accessToken: accessTokenClaims(parts) } },
        { grants: { [TOKEN_EXCHANGE]: tokenExchange(parts) } },
        { clientDiscovery: clientDiscovery(oauth.documents, takesNewClients) },
        identityAssertions(parts),
      ],
      rateLimit: {
        token: false,
        authorize: false,
        introspect: false,
        revoke: false,
        register: false,
        userinfo: false,
      },
      schema: {
        oauthClient: { modelName: 'oauth_clients' },
        oauthResource: { modelName: 'oauth_resources' },
        oauthClientResource: { modelName: 'oauth_client_resources' },
        oauthRefreshToken: { modelName: 'oauth_refresh_tokens' },
        oauthAccessToken: { modelName: 'oauth_access_tokens' },
        oauthConsent: { modelName: 'oauth_consents' },
        oauthClientAssertion: { modelName: 'oauth_client_assertions' },
      },
    }) as BetterAuthPlugin,
    deviceGrant(parts),
  ];
}
