import type { DataSource, EntityManager } from 'typeorm';
import { type Caller, isTenant, NO_ACTORS, NO_CLIENTS, NO_OWNERS, NO_TOKENS } from '../../access/caller.js';
import { type Role, sessionScopesOf } from '../../access/roles.js';
import { ScopeSet } from '../../access/scope-set.js';
import type { Tier } from '../../access/tiers.js';
import { notAMember } from './session-errors.js';
import { PreparedRead } from '../../database/prepared-read.js';

/** Holds a session with its user, as a request needs them. */
export interface FoundSession {
  id: string;
  expiresAt: Date;
  lastSeenAt: Date;
  userId: string;
  /** The organisation that the request names, or the first one of the person. `null` where the person belongs to none. */
  organizationId: string | null;
  organizationName: string;
  isOperator: boolean;
  email: string;
  name: string;
  role: Role | null;
  tier: Tier;
  requestsPerMinute: number | null;
  organizationRequestsPerMinute: number | null;
  isActive: boolean;
  /** By what the person signed in, by spaces. */
  signedInBy: string;
}

const SELECT = `
  SELECT s.id, s.expires_at AS "expiresAt", s.last_seen_at AS "lastSeenAt", u.id AS "userId", u.email, u.name, m.role,
         u.tier, u.requests_per_minute AS "requestsPerMinute", u.is_active AND m.is_active AS "isActive",
         s.signed_in_by AS "signedInBy", m.organization_id AS "organizationId",
         m.organization_name AS "organizationName", m.requests_per_minute AS "organizationRequestsPerMinute", u.is_operator AS "isOperator"
  FROM sessions s
  JOIN users u ON u.id = s.user_id
  LEFT JOIN LATERAL (
    SELECT m.*, o.name AS organization_name, o.requests_per_minute FROM memberships m JOIN organizations o ON o.id = m.organization_id
    WHERE user_id = u.id AND ($2::uuid IS NULL OR organization_id = $2) ORDER BY organization_id LIMIT 1
  ) AS m ON true`;

/** Reads sessions with their users. */
export class SessionRead {
  private readonly read: PreparedRead<FoundSession>;

  constructor(dataSource: DataSource) {
    this.read = new PreparedRead(dataSource, 'sessions_by_token', `${SELECT} WHERE s.token = $1`);
  }

  /** @param organizationId the organisation that the request names */
  async byToken(value: string, organizationId: string | null): Promise<FoundSession | undefined> {
    const [row] = await this.read.rows([value, organizationId]);
    return row;
  }
}

/** Reads a session, and keeps it from being ended until the transaction of `manager` ends. */
export async function sessionById(
  manager: EntityManager,
  id: string | null,
  organizationId: string | null,
): Promise<FoundSession | undefined> {
  const [row] = await manager.query<FoundSession[]>(`${SELECT} WHERE s.id = $1 FOR KEY SHARE OF s`, [
    id,
    organizationId,
  ]);
  return row;
}

/** Returns the caller that a session stands for. @throws ServiceError `forbidden` for who does not belong to the organisation */
export function callerOf(session: FoundSession): Caller {
  if (session.organizationId === null || session.role === null) throw notAMember(session);
  const { userId, organizationId, isOperator, email, name, role, tier, requestsPerMinute } = session;
  const ownScopes = sessionScopesOf(role);
  return {
    userId,
    kind: 'person',
    owners: NO_OWNERS,
    actors: NO_ACTORS,
    organizationId,
    organizationName: session.organizationName,
    isOperator,
    email,
    name,
    role,
    tier,
    requestsPerMinute,
    teamLimit: null,
    organizationRequestsPerMinute: session.organizationRequestsPerMinute,
    via: 'session',
    keyId: null,
    keyName: null,
    keyStart: null,
    sessionId: session.id,
    clientId: null,
    tokenIssuer: null,
    grantId: null,
    tokenIds: NO_TOKENS,
    earlierClientIds: NO_CLIENTS,
    keyExpiresAt: null,
    keyRequestsPerMinute: null,
    keyAddresses: null,
    keyState: {
      ownScopes,
      agent: false,
      lifeSeconds: null,
      enabled: true,
      revokedAt: null,
      replacedBy: null,
      ownerActive: session.isActive,
      retired: false,
    },
    scopes: ScopeSet.of(role, ownScopes, { tenant: isTenant({ organizationId, isOperator }) }),
  };
}
