import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import type { PrincipalKind } from '../access/principal.js';
import { isAdministrator } from '../access/roles.js';
import { CHAIN_OF, type ChainLink } from '../users/agent-chain.js';
import { type AgentState, IN_STATE, UNUSED_FOR } from './agent-filters.js';

/** An agent as lists show it, with what it depends on and its last use. */
export interface AgentRow {
  id: string;
  name: string;
  description: string | null;
  /** Whether nobody suspended it. */
  isActive: boolean;
  ownerId: string;
  ownerKind: PrincipalKind;
  ownerName: string;
  scopes: string[];
  endsAt: Date | null;
  retiredAt: Date | null;
  requestsPerMinute: number | null;
  createdBy: string;
  createdAt: Date;
  chain: ChainLink[];
  usedAt: Date | null;
  keyId: string | null;
  keyStart: string | null;
  action: string | null;
  tool: string | null;
  ip: string | null;
}

/** The agents of a person, of the teams that the person belongs to, and those below them. */
const OWN = `
  WITH RECURSIVE own AS (
    SELECT id FROM agents WHERE owner_id = $2 OR owner_id IN (SELECT team_id FROM team_members WHERE user_id = $2)
    UNION
    SELECT a.id FROM agents a JOIN own ON a.owner_id = own.id
  )`;

/** The newest audit row says by what an agent was last used. Calls without a row are known by the key alone. */
const SELECT = `
  SELECT a.id, u.name, a.description, u.is_active AS "isActive", a.owner_id AS "ownerId", o.kind AS "ownerKind", o.name AS "ownerName", a.scopes,
         a.ends_at AS "endsAt", a.retired_at AS "retiredAt", u.requests_per_minute AS "requestsPerMinute",
         a.created_by AS "createdBy", a.created_at AS "createdAt", ${CHAIN_OF('a.id')} AS chain,
         greatest(k.last_used_at, e.occurred_at) AS "usedAt", coalesce(e.key_id, k.id) AS "keyId",
         coalesce(e.key_start, k.start) AS "keyStart", e.action, e.tool, host(e.ip) AS ip
  FROM page a
  JOIN users u ON u.id = a.id
  JOIN users o ON o.id = a.owner_id
  LEFT JOIN LATERAL (
    SELECT id, start, last_used_at FROM api_keys WHERE user_id = a.id AND last_used_at IS NOT NULL
    ORDER BY last_used_at DESC LIMIT 1
  ) AS k ON true
  LEFT JOIN LATERAL (
    SELECT occurred_at, key_id, key_start, action, tool, ip FROM audit_events WHERE user_id = a.id
    ORDER BY id DESC LIMIT 1
  ) AS e ON true
  ORDER BY a.id DESC`;

export interface AgentFilter {
  id?: string | undefined;
  ownerId?: string | undefined;
  state?: AgentState | undefined;
  unusedForDays?: number | undefined;
  /** Those that hold one of the scopes of high risk, or none of them. */
  elevated?: boolean | undefined;
  elevatedScopes?: readonly string[];
  before?: string | undefined;
  limit: number;
}

/** Returns the agents that a caller may see, the newest first. */
export const agentsVisibleTo = (
  manager: EntityManager,
  { organizationId, userId, role }: Caller,
  { id, ownerId, state, unusedForDays, elevated, elevatedScopes = [], before, limit }: AgentFilter,
): Promise<AgentRow[]> =>
  manager.query(
    `${OWN}, page AS (
       SELECT * FROM agents a
       WHERE organization_id = $1 AND ($3 OR id IN (SELECT id FROM own))
         AND ($4::uuid IS NULL OR id = $4) AND ($5::uuid IS NULL OR owner_id = $5) AND ($6::uuid IS NULL OR id < $6)
         AND ($8::boolean IS NULL OR (scopes && $9::text[]) = $8) AND ${IN_STATE('$10')} AND ${UNUSED_FOR('$11')}
       ORDER BY id DESC LIMIT $7
     )
     ${SELECT}`,
    [
      organizationId,
      userId,
      isAdministrator(role),
      id ?? null,
      ownerId ?? null,
      before ?? null,
      limit,
      elevated ?? null,
      elevatedScopes,
      state ?? null,
      unusedForDays ?? null,
    ],
  );

/** Returns an agent as it is in the transaction of `manager`. */
export async function agentById(manager: EntityManager, id: string): Promise<AgentRow> {
  const [row] = await manager.query<AgentRow[]>(
    `WITH page AS (SELECT * FROM agents WHERE id = $1) ${SELECT}`,
    [id],
  );
  return row!;
}

/** Returns an agent and all below it, the highest first. */
export async function agentsBelow(manager: EntityManager, id: string): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `WITH RECURSIVE below AS (
       SELECT id FROM agents WHERE id = $1
       UNION
       SELECT a.id FROM agents a JOIN below ON a.owner_id = below.id
     )
     SELECT id FROM below`,
    [id],
  );
  return rows.map((row) => row.id);
}
