import type { EntityManager } from 'typeorm';
import type { Role } from '../access/roles.js';
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
> & { role: Role };

const SELECT = `
  SELECT u.id, u.kind, u.email, u.name, m.role, u.tier, u.requests_per_minute AS "requestsPerMinute",
         u.is_active AND m.is_active AS "isActive", u.is_operator AS "isOperator", u.created_at AS "createdAt",
         u.updated_at AS "updatedAt"
  FROM memberships m JOIN users u ON u.id = m.user_id
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

/** Returns all members of an organisation before an id, newest first. */
export const membersBefore = (
  manager: EntityManager,
  organizationId: string,
  before: string | undefined,
  limit: number,
): Promise<Member[]> =>
  manager.query(`${SELECT} AND ($2::uuid IS NULL OR m.user_id < $2) ORDER BY m.user_id DESC LIMIT $3`, [
    organizationId,
    before ?? null,
    limit,
  ]);

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
