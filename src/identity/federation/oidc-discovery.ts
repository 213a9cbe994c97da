import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { askProvider, ProviderUnavailable } from '../../common/providers/provider-fetch.js';

const KNOWN_FOR_MS = 10 * 60_000;
/** How long keys are kept where a token names one that is not among them, so that nobody makes the provider be asked at will. */
const KEYS_FOR_MS = 30_000;
const MAX_TOKEN_AGE = '10 minutes';
/** No algorithm with a shared secret, and none without a signature. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

export interface Discovered {
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userinfoEndpoint: string | undefined;
  jwksUri: string;
  /** Whether the token endpoint takes the secret in the body only. */
  postsSecret: boolean;
}

/**
 * Asks a provider for its endpoints and keys when somebody signs in. What failed is asked again at the next sign-in.
 *
 * @example
 * const { authorizationEndpoint } = await new OidcDiscovery('https://login.example.com').endpoints();
 */
export class OidcDiscovery {
  private found: { at: number; endpoints: Promise<Discovered> } | undefined;
  private keys: { at: number; set: Promise<ReturnType<typeof createLocalJWKSet>> } | undefined;

  constructor(readonly issuer: string) {}

  /** @throws ProviderUnavailable */
  endpoints(): Promise<Discovered> {
    if (!this.found || Date.now() - this.found.at > KNOWN_FOR_MS) {
      const endpoints = this.discover();
      const found = { at: Date.now(), endpoints };
      this.found = found;
      endpoints.catch(() => {
        if (this.found === found) this.found = undefined;
      });
    }
    return this.found.endpoints;
  }

  /** @throws ProviderUnavailable, or the error of a token that is not this provider's for this client, or too old */
  async verify(token: string, audience: string): Promise<JWTPayload> {
    const options = {
      issuer: this.issuer,
      audience,
      algorithms: ALGORITHMS,
      maxTokenAge: MAX_TOKEN_AGE,
      clockTolerance: 60,
      requiredClaims: ['sub', 'exp', 'iat'],
    };
    try {
      return (await jwtVerify(token, await this.keySet(), options)).payload;
    } catch (error) {
      const isUnknownKey = (error as { code?: unknown }).code === 'ERR_JWKS_NO_MATCHING_KEY';
      if (!isUnknownKey || Date.now() - this.keys!.at < KEYS_FOR_MS) throw error;
      this.keys = undefined;
      return (await jwtVerify(token, await this.keySet(), options)).payload;
    }
  }

  private keySet(): Promise<ReturnType<typeof createLocalJWKSet>> {
    if (!this.keys || Date.now() - this.keys.at > KNOWN_FOR_MS) {
      const set = this.endpoints()
        .then(({ jwksUri }) => askProvider(jwksUri, this.issuer))
        .then((keys) => createLocalJWKSet(keys as unknown as JSONWebKeySet));
      const keys = { at: Date.now(), set };
      this.keys = keys;
      set.catch(() => {
        if (this.keys === keys) this.keys = undefined;
      });
    }
    return this.keys.set;
  }

  private async discover(): Promise<Discovered> {
    const { issuer } = this;
    const url = `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`;
    const document = await askProvider(url, issuer);
    if (document.issuer !== issuer)
      throw new ProviderUnavailable(
        `${url} is about another issuer: ${String(document.issuer).slice(0, 200)}`,
      );
    const methods = document.token_endpoint_auth_methods_supported;
    const endpoint = (name: string): string => {
      const value = document[name];
      if (typeof value !== 'string' || !isEndpoint(value, issuer))
        throw new ProviderUnavailable(`${url} has no ${name} by HTTPS`);
      return value;
    };
    return {
      authorizationEndpoint: endpoint('authorization_endpoint'),
      tokenEndpoint: endpoint('token_endpoint'),
      userinfoEndpoint: document.userinfo_endpoint === undefined ? undefined : endpoint('userinfo_endpoint'),
      jwksUri: endpoint('jwks_uri'),
      postsSecret: Array.isArray(methods) && !methods.includes('client_secret_basic'),
    };
  }
}

const isEndpoint = (url: string, issuer: string): boolean =>
  url.startsWith('https://') || (issuer.startsWith('http://') && url.startsWith('http://'));
