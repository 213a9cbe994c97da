import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { OAuthProvider } from '@better-auth/core/oauth2';
import { APIError } from 'better-auth/api';
import type { ProviderClient } from '../../config/federation-settings.js';
import { lineText } from '../../validation/line-text.js';
import { nameFor } from './account-linking.js';
import { type Discovered, OidcDiscovery } from './oidc-discovery.js';
import { domainOf, isAddress } from './own-address.js';
import { askProvider } from '../../common/providers/provider-fetch.js';

const logger = new Logger('Identity');

/** A provider of OpenID Connect, as it was configured. */
export interface OidcSource {
  /** What the library knows it by, such as `oidc`. */
  id: string;
  name: string;
  issuer: string;
  client: ProviderClient;
  scopes: readonly string[];
  /** The domains of the addresses that it may say; empty: any. */
  domains: readonly string[];
}

/**
 * Makes a provider for the library that is asked for its endpoints when somebody signs in, and never before. The library's own
 * asks once, at the start, and skips a provider that does not answer then.
 */
export function oidcProvider(
  source: OidcSource,
  discovery = new OidcDiscovery(source.issuer),
): OAuthProvider {
  const { id, name, issuer, client } = source;
  const endpoints = () => discovery.endpoints().catch(unavailable(name));
  return {
    id,
    name,
    issuer,
    requiresIdTokenNonce: true,
    // A token that somebody hands in was not asked for by this browser.
    options: { disableIdTokenSignIn: true },
    accountSubject: ({ profile }) => (profile as { sub: string }).sub,
    async createAuthorizationURL(asked) {
      const { authorizationEndpoint } = await endpoints();
      const url = new URL(authorizationEndpoint);
      const parameters = {
        response_type: 'code',
        client_id: client.id,
        redirect_uri: asked.redirectURI,
        scope: source.scopes.join(' '),
        state: asked.state,
        nonce: asked.idTokenNonce!,
        code_challenge: createHash('sha256').update(asked.codeVerifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...(asked.loginHint !== undefined && { login_hint: asked.loginHint }),
      };
      for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value);
      return url;
    },
    async validateAuthorizationCode(answer) {
      const { id_token: idToken, access_token: accessToken } = await tokensFor(
        source,
        await endpoints(),
        answer,
      );
      return typeof idToken === 'string' && typeof accessToken === 'string' ? { idToken, accessToken } : null;
    },
    async getUserInfo({ idToken, accessToken, expectedIdTokenNonce }) {
      try {
        const claims = await discovery.verify(idToken ?? '', client.id);
        if (expectedIdTokenNonce === undefined || claims.nonce !== expectedIdTokenNonce)
          throw new Error('the nonce is another one');
        const { azp } = claims;
        if (Array.isArray(claims.aud) && claims.aud.length > 1 && azp !== client.id)
          throw new Error('the token is for another client');
        const data = await completed(claims, accessToken, await endpoints(), issuer);
        return { user: personIn(data, source.domains), data };
      } catch (error) {
        logger.warn(`A sign-in by ${lineText(name)} was refused: ${lineText(String(error))}`);
        return null;
      }
    },
  };
}

const unavailable =
  (name: string) =>
  (error: unknown): never => {
    logger.warn(`${lineText(name)} cannot be asked: ${lineText(String(error))}`);
    throw new APIError('SERVICE_UNAVAILABLE', {
      code: 'PROVIDER_UNAVAILABLE',
      message: `${name} does not answer: try again in a moment`,
    });
  };

function tokensFor(
  { client, issuer }: OidcSource,
  { tokenEndpoint, postsSecret }: Discovered,
  answer: { code: string; redirectURI: string; codeVerifier?: string | undefined },
): Promise<Record<string, unknown>> {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code: answer.code,
    redirect_uri: answer.redirectURI,
    code_verifier: answer.codeVerifier ?? '',
  });
  const { id, secret } = client;
  if (secret === undefined || postsSecret) form.set('client_id', id);
  if (secret !== undefined && postsSecret) form.set('client_secret', secret);
  const isBasic = secret !== undefined && !postsSecret;
  const pair = isBasic ? `${encodeURIComponent(id)}:${encodeURIComponent(secret)}` : '';
  return askProvider(tokenEndpoint, issuer, {
    form,
    ...(isBasic && { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }),
  });
}

/** Asks for the address where the token does not have it. What is answered about somebody else is not believed. */
async function completed(
  claims: Record<string, unknown>,
  accessToken: string | undefined,
  { userinfoEndpoint }: Discovered,
  issuer: string,
): Promise<Record<string, unknown>> {
  if (typeof claims.email === 'string' || userinfoEndpoint === undefined || accessToken === undefined)
    return claims;
  const more = await askProvider(userinfoEndpoint, issuer, { authorization: `Bearer ${accessToken}` });
  if (more.sub !== claims.sub) throw new Error('the user info is about somebody else');
  return { ...more, ...claims };
}

/** A provider that was given domains says whose the addresses are, so that it need not say that they were verified. */
function personIn(data: Record<string, unknown>, domains: readonly string[]) {
  const email = typeof data.email === 'string' ? data.email : '';
  if (email !== '' && !isAddress(email)) throw new Error('the address is none');
  const isAllowed = domains.length === 0 || domains.includes(domainOf(email));
  if (!isAllowed) throw new Error('the address is of another domain');
  const verified = data.email_verified ?? (domains.length > 0 ? true : undefined);
  const name = nameFor(typeof data.name === 'string' ? data.name : undefined, email);
  return { email, emailVerified: verified === true || verified === 'true', name };
}
