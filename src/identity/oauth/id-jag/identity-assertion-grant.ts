import type { OAuthExtensionGrantHandler, OAuthProviderExtension } from '@better-auth/oauth-provider';
import { APIError } from 'better-auth/api';
import * as z from 'zod';
import { scopesWithin } from '../../../access/scopes.js';
import { knownError } from '../../../errors/known-error.js';
import type { IdentityAssertion } from '../../../oauth/external/assertions/identity-assertions.js';
import type { NoGrant } from '../../../oauth/external/assertions/issuer-grants.js';
import { dataScopesIn } from '../../../oauth/grantable-scopes.js';
import type { PluginParts } from '../../auth/plugin-parts.js';
import { invalidScope, refusal } from '../agents/acting-agent.js';

/** The grant type of RFC 7523, section 2.1. */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const PROFILE = 'urn:ietf:params:oauth:grant-profile:id-jag';

const form = z.object({
  assertion: z.string().min(1).max(16_384),
  scope: z.string().max(16_384).optional(),
});

const WHY: Record<NoGrant, string> = {
  replayed: 'The assertion was used before',
  inactive: 'The person is not active here',
  ended: 'The grant was ended; the person has to agree to the client (authorization code)',
};

/**
 * Lets clients in for people by the word of an issuer (ID-JAG, MCP enterprise-managed authorization). Only a client that shows who it is
 * gets a token so, and none to renew it: the issuer is asked again.
 */
export const identityAssertions = (parts: PluginParts): OAuthProviderExtension =>
  parts.oauth.assertions.areTaken
    ? {
        grants: { [JWT_BEARER]: identityAssertionGrant(parts) },
        metadata: () => ({ authorization_grant_profiles_supported: [PROFILE] }),
      }
    : {};

const identityAssertionGrant =
  ({ settings, oauth }: PluginParts): OAuthExtensionGrantHandler =>
  async ({ ctx, provider }) => {
    const { client } = await provider.authenticateClient();
    const { clientId } = client;
    const parsed = form.safeParse(ctx.body);
    if (!parsed.success) throw refusal('invalid_request', 'There is no assertion');
    const { identifier } = oauth.resource;
    const resources = [(ctx.body as { resource: string | string[] }).resource].flat();
    const foreign = resources.find((name) => name !== identifier);
    if (foreign !== undefined) throw refusal('invalid_target', `${foreign} is not this service`);
    const asserted = await verified(oauth, parsed.data.assertion, clientId);
    await assertApproved(oauth, asserted, clientId);
    const asked = parsed.data.scope?.split(' ').filter(Boolean) ?? [];
    const allowed = asserted.scopes ?? settings.oauth.defaultScopes;
    const within = asked.length === 0 ? [...allowed] : scopesWithin(dataScopesIn(asked), allowed);
    const scopes = scopesWithin(within, client.scopes?.length ? dataScopesIn(client.scopes) : within);
    if (scopes.length === 0) throw invalidScope('The assertion allows none of these scopes');
    const grant = await oauth.issuerGrants.take(asserted, { clientId, scopes, resource: identifier });
    if ('refused' in grant) throw refusal('invalid_grant', WHY[grant.refused]);
    const user = await ctx.context.internalAdapter.findUserById(asserted.userId);
    if (!user) throw refusal('invalid_grant', WHY.inactive);
    return provider.issueTokens({
      client,
      scopes,
      user,
      resources,
      accessTokenClaims: { org: asserted.organizationId, gid: grant.id },
    });
  };

/** @throws APIError `invalid_grant`, or 503 while the issuer does not say its keys */
async function verified(
  { assertions }: PluginParts['oauth'],
  assertion: string,
  clientId: string,
): Promise<IdentityAssertion> {
  try {
    return await assertions.verify(assertion, clientId);
  } catch (error) {
    const known = knownError(error);
    if (known?.code === 'invalid_token')
      throw refusal('invalid_grant', `The assertion is not accepted: ${known.options.reason}`);
    if (known?.code === 'issuer_unavailable')
      throw new APIError(
        'SERVICE_UNAVAILABLE',
        { error: 'temporarily_unavailable', error_description: known.message },
        known.options.headers,
      );
    throw error;
  }
}

/** @throws APIError `unauthorized_client` */
async function assertApproved(
  { clients }: PluginParts['oauth'],
  { organizationId }: IdentityAssertion,
  clientId: string,
): Promise<void> {
  const client = await clients.find(clientId, organizationId);
  if (client?.state === 'approved') return;
  if (!client) throw refusal('unauthorized_client', 'The client is not known in this organization');
  await clients.ask(clientId, organizationId);
  throw refusal('unauthorized_client', 'An administrator has to approve the client first');
}
