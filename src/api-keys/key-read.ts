import type { DataSource } from 'typeorm';
import { PreparedRead } from '../database/prepared-read.js';
import type { ApiKey, KeyOwner } from './api-key.entity.js';

/** Holds the columns of a key that a request needs, with its owner. */
export type FoundKey = Pick<
  ApiKey,
  | 'id'
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
> & { user?: KeyOwner };

type Row = Omit<FoundKey, 'user'> &
  Omit<KeyOwner, 'id' | 'name' | 'requestsPerMinute'> & {
    ownerId: string;
    ownerName: string;
    ownerRequestsPerMinute: number | null;
  };

const TEXT = `
  SELECT k.id, k.name, k.start, k.scopes, k.agent, k.enabled, k.ip_allowlist AS "ipAllowlist",
         k.expires_at AS "expiresAt", k.life_seconds AS "lifeSeconds", k.revoked_at AS "revokedAt",
         k.replaced_by AS "replacedBy", k.grace_of AS "graceOf",
         k.requests_per_minute AS "requestsPerMinute",
         u.id AS "ownerId", u.name AS "ownerName", u.email, u.role, u.tier,
         u.requests_per_minute AS "ownerRequestsPerMinute", u.is_active AS "isActive"
  FROM "api_keys" k JOIN "users" u ON u.id = k.user_id
  WHERE k.key_hash = $1`;

/** Reads a key with its owner by the hash of the key. */
export class KeyRead {
  private readonly read: PreparedRead<Row>;

  constructor(dataSource: DataSource) {
    this.read = new PreparedRead(dataSource, 'api_keys_by_hash', TEXT);
  }

  async byHash(hash: Buffer): Promise<FoundKey | undefined> {
    const [row] = await this.read.rows([hash]);
    if (!row) return undefined;
    const { ownerId, ownerName, email, role, tier, ownerRequestsPerMinute, isActive, ...key } = row;
    const user = {
      id: ownerId,
      name: ownerName,
      email,
      role,
      tier,
      requestsPerMinute: ownerRequestsPerMinute,
      isActive,
    };
    return { ...key, user };
  }
}
