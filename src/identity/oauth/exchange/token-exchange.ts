import { getOAuthProviderApi, type OAuthExtensionGrantHandler } from '@better-auth/oauth-provider';
import { APIError } from 'better-auth/api';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader } from 'jose';
import { scopesWithin } from '../../../access/scopes.js';
import { knownError } from '../../../errors/known-error.js';
import { type Act, MAX_ACTORS, ownClaims } from '../../../oauth/tokens/token-claims.js';
import type { KnownToken, TokenRing } from '../../../oauth/tokens/token-ring.js';
import { earlier } from '../../../users/agent-chain.js';
import type { PluginParts } from '../../auth/plugin-parts.js';
import { type ActingAgent, actingAgent, invalidScope, isCovered, refusal } from '../agents/acting-agent.js';
import { ACCESS_TOKEN_TYPE, exchangeRequest, TOKEN_EXCHANGE } from './exchange-request.js';

/**
 * Lets an agent act for whom a token stands (RFC 8693): it gives the token that it was called with, and gets one that names both. The new
 * token has at most what the old one and the agent have, ends with the old one, and cannot be renewed. What is checked here is checked
 * again at each call, but for the length of the chain, which is signed.
 */
export const tokenExchange =
  (parts: PluginParts): OAuthExtensionGrantHandler =>
  async ({ ctx, opts, provider }) => {
    const { tokens, resource } = parts.oauth;
    const { client } = await provider.authenticateClient();
    const asked = exchangeRequest(ctx.body, resource);
    const agent = await actingAgent(parts, client.clientId);
    const subject = await aliveToken(tokens, asked.subjectToken, 'subject_token');
    if (asked.actorToken !== undefined)
      assertOwn(agent, await aliveToken(tokens, asked.actorToken, 'actor_token'));
    assertMayAct(agent, subject);
    await assertShown(subject, ctx.headers?.get('dpop'));
    const { within } = agent.bounds;
    const own = client.clientCredentialsScopes ?? [];
    const scopes = scopesOf(subject, own.length > 0 ? [...within, own] : within, asked.scopes);
    const seconds = secondsLeft(subject, agent, parts.settings.oauth.accessTokenSeconds);
    const issuer = getOAuthProviderApi(
      ctx,
      { ...opts, accessTokenExpiresIn: seconds, m2mAccessTokenExpiresIn: seconds },
      TOKEN_EXCHANGE,
    );
    const { caller } = subject;
    const now = new Date();
    return issuer.issueTokens({
      client,
      scopes,
      // The library reads only whose token it is.
      user: {
        id: caller.userId,
        email: caller.email,
        name: caller.name,
        emailVerified: true,
        createdAt: now,
        updatedAt: now,
      },
      resources: [(ctx.body as { resource: string | string[] }).resource].flat(),
      accessTokenClaims: claimsFrom(asked.subjectToken, agent),
      tokenResponse: { issued_token_type: ACCESS_TOKEN_TYPE },
    });
  };

/** @throws APIError `invalid_request` for a token that is not accepted now (RFC 8693, section 2.2.2) */
async function aliveToken(tokens: TokenRing, token: string, name: string): Promise<KnownToken> {
  let known: KnownToken | undefined;
  try {
    known = await tokens.find(token);
  } catch (error) {
    const status = knownError(error)?.status ?? 500;
    if (status >= 500)
      throw new APIError('SERVICE_UNAVAILABLE', { error: 'temporarily_unavailable' }, { 'Retry-After': '1' });
  }
  if (known?.verified.issuer !== null || !known.caller.keyState.ownerActive)
    throw refusal('invalid_request', `The ${name} is not valid`);
  return known;
}

/** @throws APIError `invalid_request` for a token of somebody else: who asks has shown who it is */
function assertOwn(agent: ActingAgent, { caller, verified }: KnownToken): void {
  if (caller.userId !== agent.id || verified.actors.length > 0)
    throw refusal('invalid_request', "The actor_token is not the agent's own");
}

/** @throws APIError `invalid_request` */
function assertMayAct(agent: ActingAgent, { caller, verified: { actors } }: KnownToken): void {
  if (caller.organizationId !== agent.organizationId)
    throw refusal('invalid_request', 'The subject_token is of another organization than the agent');
  if (caller.userId === agent.id || actors.includes(agent.id))
    throw refusal('invalid_request', 'The agent acts in the subject_token already');
  if (actors.length >= MAX_ACTORS)
    throw refusal('invalid_request', `At most ${MAX_ACTORS} agents act in one token`);
}

/**
 * The proof itself is verified by the library, which binds the new token to the same key.
 * @throws APIError `invalid_request` for a token that is bound to another key than the one shown (RFC 9449)
 */
async function assertShown({ verified: { keyThumbprint } }: KnownToken, proof: string | null | undefined) {
  if (keyThumbprint === null) return;
  if ((await thumbprintIn(proof)) !== keyThumbprint)
    throw refusal('invalid_request', 'The subject_token is bound to a key; prove that you have it (DPoP)');
}

async function thumbprintIn(proof: string | null | undefined): Promise<string | undefined> {
  try {
    return await calculateJwkThumbprint(decodeProtectedHeader(proof ?? '').jwk!);
  } catch {
    return undefined;
  }
}

/** @throws APIError `invalid_scope` */
function scopesOf(
  { caller }: KnownToken,
  bounds: readonly (readonly string[])[],
  asked: readonly string[] | undefined,
): string[] {
  const lacking = (asked ?? []).filter(
    (scope) => !caller.scopes.allows(scope) || !bounds.every((held) => isCovered(held, scope)),
  );
  if (lacking.length > 0)
    throw invalidScope(`Not held by both the subject_token and the agent: ${lacking.join(', ')}`);
  const scopes = asked ?? bounds.reduce<readonly string[]>(scopesWithin, caller.scopes.scopes);
  if (scopes.length === 0) throw invalidScope('The subject_token and the agent have no scope in common');
  return [...new Set(scopes)].sort();
}

/** @throws APIError `invalid_request` where nothing is left of the subject token */
function secondsLeft({ caller }: KnownToken, agent: ActingAgent, longest: number): number {
  const end = earlier(caller.keyExpiresAt, agent.bounds.endsAt);
  // The library reads the clock again, and a second may have begun by then.
  const left = end === null ? longest : Math.floor((end.getTime() - Date.now()) / 1000) - 1;
  if (left < 1) throw refusal('invalid_request', 'The subject_token is about to end');
  return Math.min(left, longest);
}

/** Returns the claims by which the new token ends with the old one, and which name who acts. */
function claimsFrom(subjectToken: string, agent: ActingAgent) {
  const {
    org,
    gid,
    fam,
    act,
    from = [],
    jti,
    client_id: clientId,
  } = ownClaims.parse(decodeJwt(subjectToken));
  const actor: Act = { sub: agent.id, ...(act && { act }) };
  return {
    org,
    ...(gid !== undefined && { gid }),
    ...(fam !== undefined && { fam }),
    act: actor,
    from: [...from, { jti, client_id: clientId }],
  };
}
