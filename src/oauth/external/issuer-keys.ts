import {
  createRemoteJWKSet,
  type CryptoKey,
  customFetch,
  errors,
  type FlattenedJWSInput,
  type JWTHeaderParameters,
  type JWTVerifyGetKey,
} from 'jose';
import { askProvider, ProviderUnavailable } from '../../common/providers/provider-fetch.js';
import { SingleFlight } from '../../common/single-flight.js';
import { within } from '../../common/timeouts.js';
import type { ExternalIssuer } from '../../config/external-issuers.js';
import { invalidToken } from '../tokens/invalid-token.js';
import { reasonOf } from '../tokens/own-tokens.js';
import { issuerUnavailable, PAUSE_MS } from './issuer-unavailable.js';

/** How long a call waits for an issuer. */
const WAIT_MS = 2_000;
/** How long keys are kept where a token names one that is not among them, so that nobody makes an issuer be asked at will. */
const COOLDOWN_MS = 5_000;
const KEPT_MS = 10 * 60_000;

/**
 * Holds the keys of an issuer. They are asked for when a token comes, and again for a key that is not among them. An issuer that
 * cannot be asked costs only those who bring its tokens, and each of them a short wait at most.
 */
export class IssuerKeys {
  private set: JWTVerifyGetKey | undefined;
  private readonly discovery = new SingleFlight(() => this.discover());
  private pausedUntil = -Infinity;

  constructor(private readonly config: Pick<ExternalIssuer, 'issuer' | 'jwksUri'>) {}

  /** @throws ServiceError `invalid_token` where the issuer has no such key, `issuer_unavailable` where it does not say */
  async find(header: JWTHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    if (performance.now() < this.pausedUntil) throw issuerUnavailable();
    try {
      return await within(WAIT_MS, this.ask(header, token));
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
        throw invalidToken(reasonOf(error));
      this.set = undefined;
      this.pausedUntil = performance.now() + PAUSE_MS;
      throw issuerUnavailable(error);
    }
  }

  private async ask(header: JWTHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    const set = (this.set ??= await this.discovery.join());
    return (await set(header, token)) as CryptoKey;
  }

  private async discover(): Promise<JWTVerifyGetKey> {
    const { issuer } = this.config;
    return createRemoteJWKSet(new URL(this.config.jwksUri ?? (await jwksUriOf(issuer))), {
      [customFetch]: async (url) => Response.json(await askProvider(url, this.config.jwksUri ?? issuer)),
      timeoutDuration: WAIT_MS,
      cooldownDuration: COOLDOWN_MS,
      cacheMaxAge: KEPT_MS,
    });
  }
}

/** Returns where the metadata of an issuer says that its keys are: by OpenID Connect Discovery, or RFC 8414. */
async function jwksUriOf(issuer: string): Promise<string> {
  const found = await Promise.allSettled(
    metadataUrlsOf(issuer).map(async (url) => {
      const document = await askProvider(url, issuer);
      if (document.issuer !== issuer) throw new ProviderUnavailable(`${url} is about another issuer`);
      const { jwks_uri: uri } = document;
      if (typeof uri !== 'string' || !URL.canParse(uri))
        throw new ProviderUnavailable(`${url} has no jwks_uri`);
      return uri;
    }),
  );
  const uri = found.find((one) => one.status === 'fulfilled')?.value;
  if (uri === undefined) throw (found[0] as PromiseRejectedResult).reason;
  return uri;
}

/** @example metadataUrlsOf('https://a.example/b')[1] // 'https://a.example/.well-known/oauth-authorization-server/b' */
function metadataUrlsOf(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/+$/, '');
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}
