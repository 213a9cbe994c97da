import { APIError } from 'better-auth/api';
import { scopeCovers } from '../../../access/scopes.js';
import { type AgentBounds, boundsOf, CHAIN_OF, type ChainLink } from '../../../users/agent-chain.js';
import type { PluginParts } from '../../auth/plugin-parts.js';

/** The agent that a client acts for, as it is now. */
export interface ActingAgent {
  id: string;
  organizationId: string;
  bounds: AgentBounds;
}

interface Row {
  id: string;
  organizationId: string;
  isApproved: boolean;
  chain: readonly ChainLink[];
}

const FIND = `
  SELECT a.id, a.organization_id AS "organizationId", coalesce(d.state, $2) = 'approved' AS "isApproved",
         ${CHAIN_OF('a.id')} AS chain
  FROM oauth_clients c
  JOIN agents a ON a.id = c.agent_id
  LEFT JOIN oauth_client_decisions d ON d.organization_id = a.organization_id AND d.client_id = c.client_id
  WHERE c.client_id = $1`;

/**
 * Reads the agent that a client acts for. The client was authenticated before.
 * @throws APIError `unauthorized_client` for a client without an agent or one that was not approved, `invalid_grant` for an agent that
 * was retired, deactivated or has ended
 */
export async function actingAgent(
  { dataSource, settings }: Pick<PluginParts, 'dataSource' | 'settings'>,
  clientId: string,
): Promise<ActingAgent> {
  const undecided = settings.oauth.registration === 'open' ? 'approved' : 'pending';
  const [row] = await dataSource.query<Row[]>(FIND, [clientId, undecided]);
  if (!row)
    throw refusal('unauthorized_client', 'The client belongs to no agent, so it cannot act without a person');
  if (!row.isApproved)
    throw refusal('unauthorized_client', 'An administrator has to approve the client first');
  const bounds = boundsOf(row.chain);
  const hasEnded = bounds.endsAt !== null && bounds.endsAt.getTime() <= Date.now();
  if (bounds.isRetired || !bounds.isActive || hasEnded)
    throw refusal('invalid_grant', 'The agent of this client was retired, deactivated, or has ended');
  return { id: row.id, organizationId: row.organizationId, bounds };
}

/** Returns those of `scopes` that an agent does not hold, or one above it. */
export const lackingIn = ({ within }: AgentBounds, scopes: readonly string[]): string[] =>
  scopes.filter((scope) => !within.every((held) => isCovered(held, scope)));

export const isCovered = (held: readonly string[], scope: string): boolean =>
  held.some((one) => scopeCovers(one, scope));

/** Makes the answer that a client gets whose scopes are too wide (RFC 6749, section 5.2). */
export const invalidScope = (description: string): APIError => refusal('invalid_scope', description);

/** Makes an answer of the token endpoint (RFC 6749, section 5.2). */
export const refusal = (
  error: 'invalid_grant' | 'invalid_request' | 'invalid_scope' | 'invalid_target' | 'unauthorized_client',
  description: string,
): APIError => new APIError('BAD_REQUEST', { error, error_description: description });
