import type { EntityManager } from 'typeorm';
import type { Role } from '../access/roles.js';
import type { SignInWay } from './sign-in-way.js';
import type { User } from './user.entity.js';

/** A principal as an organisation knows it: the user, with the role that it has there, and whether it may act there. */
export type Member = Pick<
  User,
  | 'id'
  | 'kind'
  | 'email'
  | 'name'
  | 'tier'
  | 'requestsPerMinute'
  | 'isActive'
  | 'isOperator'
  | 'createdAt'
  | 'updatedAt'
> & { role: Role; signsInBy: SignInWay[] | null; lastSeenAt: Date | null };

/** A person's ways to sign in, which are told only where the person belongs to this organisation alone. */
const SIGN_IN = `
  SELECT array_remove(ARRAY[
           CASE WHEN EXISTS (SELECT FROM accounts WHERE user_id = u.id AND provider_id = 'credential' AND password IS NOT NULL) THEN 'password' END,
           CASE WHEN EXISTS (SELECT FROM accounts WHERE user_id = u.id AND provider_id <> 'credential') THEN 'provider' END,
           CASE WHEN EXISTS (SELECT FROM two_factors WHERE user_id = u.id AND verified) THEN 'totp' END,
           CASE WHEN EXISTS (SELECT FROM passkeys WHERE user_id = u.id) THEN 'passkey' END], NULL) AS ways,
         (SELECT max(last_seen_at) FROM sessions WHERE user_id = u.id) AS seen
  WHERE NOT EXISTS (SELECT FROM memberships o WHERE o.user_id = u.id AND o.organization_id <> m.organization_id)`;

const SELECT = `
  SELECT u.id, u.kind, u.email, u.name, m.role, u.tier, u.requests_per_minute AS "requestsPerMinute",
         u.is_active AND m.is_active AS "isActive", u.is_operator AS "isOperator", u.created_at AS "createdAt",
         u.updated_at AS "updatedAt",
         sign_in.ways AS "signsInBy", sign_in.seen AS "lastSeenAt"
  FROM memberships m JOIN users u ON u.id = m.user_id LEFT JOIN LATERAL (${SIGN_IN}) sign_in ON true
  WHERE m.organization_id = $1`;

/** Returns those of the users who belong to an organisation, in the order of their ids. */
export const membersById = (
  manager: EntityManager,
  organizationId: string,
  ids: readonly string[],
): Promise<Member[]> =>
  manager.query(`${SELECT} AND m.user_id = ANY ($2) ORDER BY m.user_id`, [organizationId, ids]);

/** Returns the person of an organisation who has an address. @param email in small letters */
export async function memberByEmail(
  manager: EntityManager,
  organizationId: string,
  email: string,
): Promise<Member | undefined> {
  const [member] = await manager.query<Member[]>(`${SELECT} AND u.email = $2 AND u.kind = 'person'`, [
    organizationId,
    email,
  ]);
  return member;
}

/** Returns the members of an organisation before an id, newest first: all of them, or those with a role. */
export const membersBefore = (
  manager: EntityManager,
  organizationId: string,
  { before, role, limit }: { before: string | undefined; role: Role | undefined; limit: number },
): Promise<Member[]> =>
  manager.query(
    `${SELECT} AND ($2::uuid IS NULL OR m.user_id < $2) AND ($3::text IS NULL OR m.role = $3)
     ORDER BY m.user_id DESC LIMIT $4`,
    [organizationId, before ?? null, role ?? null, limit],
  );

/** Returns the people of an organisation before an id, newest first. */
export const peopleBefore = (
  manager: EntityManager,
  organizationId: string,
  { before, email, limit }: { before?: string | undefined; email?: string | undefined; limit: number },
): Promise<Member[]> =>
  manager.query(
    `${SELECT} AND u.kind = 'person' AND ($2::uuid IS NULL OR m.user_id < $2) AND ($3::text IS NULL OR u.email = $3)
     ORDER BY m.user_id DESC LIMIT $4`,
    [organizationId, before ?? null, email ?? null, limit],
  );

/** Returns the ids of the administrators of an organisation who may act there. */
export async function activeAdmins(manager: EntityManager, organizationId: string): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT u.id FROM memberships m JOIN users u ON u.id = m.user_id
     WHERE m.organization_id = $1 AND m.role IN ('admin', 'owner') AND m.is_active AND u.is_active`,
    [organizationId],
  );
  return rows.map(({ id }) => id);
}
