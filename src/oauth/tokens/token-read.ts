import type { DataSource, EntityManager } from 'typeorm';
import { type Caller, isTenant, NO_ACTORS, NO_OWNERS } from '../../access/caller.js';
import type { PrincipalKind } from '../../access/principal.js';
import type { Role } from '../../access/roles.js';
import { ScopeSet } from '../../access/scope-set.js';
import type { Tier } from '../../access/tiers.js';
import { PreparedRead } from '../../database/prepared-read.js';
import { type AgentBounds, boundsOf, CHAIN_OF, type ChainLink, earlier } from '../../users/agent-chain.js';
import type { ClientState } from '../clients/client-decisions.js';
import type { VerifiedToken } from './verified-token.js';

/** Holds the principal of a token, as the database has it now. */
export interface FoundPrincipal {
  userId: string;
  kind: PrincipalKind;
  email: string;
  name: string;
  role: Role;
  tier: Tier;
  requestsPerMinute: number | null;
  organizationName: string;
  organizationRequestsPerMinute: number | null;
  isActive: boolean;
  /** What the person allows now, and an issuer for the person; `null` for a token that needs no grant. */
  grantScopes: readonly string[] | null;
  /** What an agent depends on; `null` for a person. */
  chain: readonly ChainLink[] | null;
  /** What each agent depends on that acts for the person, in the order of the actors. */
  actorChains: readonly (readonly ChainLink[] | null)[] | null;
}

/** Is the SQL of a list of texts, which a prepared read passes as JSON. */
const LIST = (parameter: string): string =>
  `jsonb_array_elements_text(${parameter}::jsonb) WITH ORDINALITY AS list (id, n)`;

/**
 * Finds nobody where something ended that the token needs: the grant, the client, the organisation, the membership, the token itself.
 * The grant is that of the client which the first token of an exchange was issued to.
 *
 * Parameters: the person, the organisation, the client of this service, the grant, the ids of the token, the actors, the state of a
 * client that nobody has decided about, and the clients of earlier tokens.
 */
const SELECT = `
  SELECT u.id AS "userId", u.kind, u.email, u.name, m.role, u.tier, u.requests_per_minute AS "requestsPerMinute",
         o.name AS "organizationName", o.requests_per_minute AS "organizationRequestsPerMinute",
         u.is_active AND m.is_active AS "isActive",
         (SELECT g.scopes || coalesce(g.issuer_scopes, '[]') FROM oauth_consents g WHERE g.id = $4 AND g.user_id = u.id)
           AS "grantScopes",
         CASE WHEN u.kind = 'agent' THEN ${CHAIN_OF('u.id')} END AS chain,
         (SELECT jsonb_agg(${CHAIN_OF('list.id::uuid')} ORDER BY list.n) FROM ${LIST('$6')}) AS "actorChains"
  FROM memberships m
  JOIN users u ON u.id = m.user_id
  JOIN organizations o ON o.id = m.organization_id AND o.ended_at IS NULL
  LEFT JOIN oauth_clients c ON c.client_id = $3
  LEFT JOIN oauth_client_decisions d ON d.organization_id = m.organization_id AND d.client_id = c.client_id
  WHERE m.organization_id = $2 AND m.user_id = coalesce($1::uuid, c.agent_id)
    AND ($3::text IS NULL OR (c.id IS NOT NULL AND NOT c.disabled AND coalesce(d.state, $7) = 'approved'))
    AND ($4::uuid IS NULL OR EXISTS (
      SELECT FROM oauth_consents g WHERE g.id = $4 AND g.user_id = u.id
    ))
    AND NOT EXISTS (
      SELECT FROM ${LIST('$8')}
      LEFT JOIN oauth_clients ec ON ec.client_id = list.id
      LEFT JOIN oauth_client_decisions ed ON ed.organization_id = m.organization_id AND ed.client_id = ec.client_id
      WHERE ec.id IS NULL OR ec.disabled OR coalesce(ed.state, $7) <> 'approved'
    )
    AND NOT EXISTS (SELECT FROM oauth_ended_tokens e WHERE e.id IN (SELECT id FROM ${LIST('$5')}))`;

/** Reads the principals of tokens. */
export class TokenRead {
  private readonly prepared: PreparedRead<FoundPrincipal>;

  /** @param undecided the state of a client that nobody has decided about */
  constructor(
    private readonly dataSource: DataSource,
    private readonly undecided: ClientState,
  ) {
    this.prepared = new PreparedRead(dataSource, 'oauth_tokens', SELECT);
  }

  async of(token: VerifiedToken): Promise<FoundPrincipal | undefined> {
    const [row] = await this.prepared.rows(this.valuesOf(token));
    return row;
  }

  /** Reads as a statement of `manager`. */
  async within(
    token: VerifiedToken,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<FoundPrincipal | undefined> {
    const [row] = await manager.query<FoundPrincipal[]>(SELECT, this.valuesOf(token));
    return row;
  }

  private valuesOf({
    userId,
    organizationId,
    clientId,
    issuer,
    grantId,
    tokenIds,
    actors,
    earlierClientIds,
  }: VerifiedToken) {
    const client = issuer === null ? clientId : null;
    const lists = [tokenIds, actors].map((ids) => JSON.stringify(ids));
    const earlier = JSON.stringify(earlierClientIds);
    return [userId, organizationId, client, grantId, ...lists, this.undecided, earlier];
  }
}

/**
 * Returns the caller that a token stands for, or the reason why it stands for nobody. It has what the token, the role, and each of the
 * agents that act have, and never manages anything: a client is a program of somebody else.
 */
export function callerOf(token: VerifiedToken, found: FoundPrincipal): Caller | { refused: string } {
  const actors = (found.actorChains ?? []).map((chain) => (chain ? boundsOf(chain) : undefined));
  if (actors.length !== token.actors.length || actors.includes(undefined))
    return { refused: 'unknown_actor' };
  const own = found.chain ? boundsOf(found.chain) : undefined;
  const agents = [own, ...actors].filter((bounds): bounds is AgentBounds => bounds !== undefined);
  if (agents.some(({ isRetired, isActive }) => isRetired || !isActive)) return { refused: 'retired_agent' };
  const { userId, kind, role } = found;
  const bounds = [
    ...(found.grantScopes ? [found.grantScopes] : []),
    ...agents.flatMap(({ within }) => within),
  ];
  const { organizationId, scopes: ownScopes } = token;
  const expiresAt = agents.reduce<Date | null>((end, { endsAt }) => earlier(end, endsAt), token.expiresAt);
  if (expiresAt && expiresAt.getTime() <= Date.now()) return { refused: 'jwt_expired' };
  const chain = [...(own?.owners.toReversed() ?? []), userId, ...token.actors];
  return {
    userId,
    kind,
    owners: agents.length > 0 ? [...new Set(agents.flatMap(({ owners }) => owners))] : NO_OWNERS,
    organizationId,
    organizationName: found.organizationName,
    isOperator: false,
    email: found.email,
    name: found.name,
    role,
    tier: found.tier,
    requestsPerMinute: found.requestsPerMinute,
    organizationRequestsPerMinute: found.organizationRequestsPerMinute,
    teamLimit: own?.teamLimit ?? null,
    via: 'token',
    keyId: null,
    keyName: null,
    keyStart: null,
    sessionId: null,
    actors: chain.length > 1 ? chain : NO_ACTORS,
    clientId: token.clientId,
    tokenIssuer: token.issuer,
    grantId: token.grantId,
    tokenIds: token.tokenIds,
    earlierClientIds: token.earlierClientIds,
    keyExpiresAt: expiresAt,
    keyRequestsPerMinute: null,
    keyAddresses: null,
    keyState: {
      ownScopes,
      agent: true,
      lifeSeconds: null,
      enabled: true,
      revokedAt: null,
      replacedBy: null,
      ownerActive: found.isActive,
      retired: false,
    },
    scopes: ScopeSet.of(role, ownScopes, {
      agent: true,
      ...(bounds.length > 0 && { within: bounds }),
      tenant: isTenant({ organizationId, isOperator: false }),
    }),
  };
}
