import type { OAuthClaimExtensionInput } from '@better-auth/oauth-provider';
import { undecidedState } from '../../oauth/clients/client-decisions.js';
import type { PluginParts } from '../auth/plugin-parts.js';
import { actingAgent, invalidScope, lackingIn } from './agents/acting-agent.js';
import { grantEnded } from './ended-grants.js';
import { DEVICE_GRANT, familyOf } from './request-family.js';

const GRANT = `
  SELECT g.id, g.scopes, EXISTS (SELECT FROM oauth_ended_tokens e WHERE e.id = $5) AS "isOver" FROM oauth_consents g
  JOIN users u ON u.id = g.user_id AND u.is_active
  JOIN memberships m ON m.user_id = u.id AND m.organization_id = $3::uuid AND m.is_active
  LEFT JOIN oauth_client_decisions d ON d.organization_id = m.organization_id AND d.client_id = g.client_id
  WHERE g.user_id = $1 AND g.client_id = $2 AND g.reference_id = ($3::uuid)::text AND coalesce(d.state, $4) = 'approved'`;

interface Grant {
  id: string;
  scopes: readonly string[];
  /** Whether the authorization has ended, because a code or a token was used twice. */
  isOver: boolean;
}

/**
 * Returns the claims of this service: where a token is valid, the grant that it comes from, and its family. It runs for each token, the
 * first and the renewed ones, so nobody gets one whose grant has ended or allows less now, who was deactivated, or who left the
 * organisation, and no client that was blocked there.
 * @throws APIError `invalid_grant`, and for the agent of a client `unauthorized_client`, `invalid_scope`
 */
export const accessTokenClaims =
  (parts: PluginParts) =>
  async ({ ctx, user, client, referenceId, grantType, scopes }: OAuthClaimExtensionInput) => {
    if (grantType === 'client_credentials') return ofAgent(parts, client.clientId, scopes);
    if (grantType !== 'authorization_code' && grantType !== 'refresh_token' && grantType !== DEVICE_GRANT)
      return {};
    const { dataSource, settings } = parts;
    const family = await familyOf(ctx, grantType, dataSource);
    const [grant] = await dataSource.query<Grant[]>(GRANT, [
      user?.id,
      client.clientId,
      referenceId ?? null,
      undecidedState(settings.oauth.registration),
      family ?? null,
    ]);
    // The person may have taken scopes away since the token was made that this one renews.
    if (!grant || grant.isOver || !scopes.every((scope) => grant.scopes.includes(scope))) throw grantEnded();
    return { org: referenceId, gid: grant.id, ...(family !== undefined && { fam: family }) };
  };

async function ofAgent(parts: PluginParts, clientId: string, scopes: readonly string[]) {
  const agent = await actingAgent(parts, clientId);
  const lacking = lackingIn(agent.bounds, scopes);
  if (lacking.length > 0) throw invalidScope(`The agent of this client does not hold: ${lacking.join(', ')}`);
  return { org: agent.organizationId };
}
