import type { DataSource, EntityManager } from 'typeorm';
import { PreparedRead } from '../database/prepared-read.js';
import { CHAIN_OF, type ChainLink } from '../users/agent-chain.js';
import type { ApiKey, KeyOwner } from './api-key.entity.js';

/** Holds the columns of a key that a request needs, with its owner. */
export type FoundKey = Pick<
  ApiKey,
  | 'id'
  | 'organizationId'
  | 'name'
  | 'start'
  | 'scopes'
  | 'agent'
  | 'enabled'
  | 'ipAllowlist'
  | 'expiresAt'
  | 'lifeSeconds'
  | 'revokedAt'
  | 'replacedBy'
  | 'graceOf'
  | 'requestsPerMinute'
> & {
  user: KeyOwner;
  organizationName: string;
  organizationRequestsPerMinute: number | null;
  /** The agent that owns the key and those that it depends on; `null` where no agent owns it. */
  chain: readonly ChainLink[] | null;
};

type Row = Omit<FoundKey, 'user'> &
  Omit<KeyOwner, 'id' | 'name' | 'requestsPerMinute'> & {
    ownerId: string;
    ownerName: string;
    ownerRequestsPerMinute: number | null;
  };

/** The chain is read for agents alone, so that the keys of people cost what they did. */
const SELECT = `
  SELECT k.id, k.organization_id AS "organizationId", k.name, k.start, k.scopes, k.agent, k.enabled,
         k.ip_allowlist AS "ipAllowlist",
         k.expires_at AS "expiresAt", k.life_seconds AS "lifeSeconds", k.revoked_at AS "revokedAt",
         k.replaced_by AS "replacedBy", k.grace_of AS "graceOf",
         k.requests_per_minute AS "requestsPerMinute",
         u.id AS "ownerId", u.kind, u.name AS "ownerName", u.email, m.role, u.tier,
         u.requests_per_minute AS "ownerRequestsPerMinute", u.is_active AND m.is_active AS "isActive",
         u.is_operator AS "isOperator",
         o.name AS "organizationName", o.requests_per_minute AS "organizationRequestsPerMinute",
         CASE WHEN u.kind = 'agent' THEN ${CHAIN_OF('u.id')} END AS chain
  FROM "api_keys" k
  JOIN "organizations" o ON o.id = k.organization_id AND o.ended_at IS NULL
  JOIN "users" u ON u.id = k.user_id
  JOIN "memberships" m ON m.organization_id = k.organization_id AND m.user_id = k.user_id`;

/** Reads a key with its owner by the hash of the key. */
export class KeyRead {
  private readonly read: PreparedRead<Row>;

  constructor(dataSource: DataSource) {
    this.read = new PreparedRead(dataSource, 'api_keys_by_hash', `${SELECT} WHERE k.key_hash = $1`);
  }

  async byHash(hash: Buffer): Promise<FoundKey | undefined> {
    const [row] = await this.read.rows([hash]);
    return row && withOwner(row);
  }
}

/** Reads a key with its owner, as a statement of `manager`. */
export async function keyById(manager: EntityManager, id: string): Promise<FoundKey | undefined> {
  const [row] = await manager.query<Row[]>(`${SELECT} WHERE k.id = $1`, [id]);
  return row && withOwner(row);
}

function withOwner({
  ownerId: id,
  ownerName: name,
  kind,
  email,
  role,
  tier,
  ownerRequestsPerMinute: requestsPerMinute,
  isActive,
  isOperator,
  ...key
}: Row): FoundKey {
  return { ...key, user: { id, kind, name, email, role, tier, requestsPerMinute, isActive, isOperator } };
}
