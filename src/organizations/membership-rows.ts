import type { EntityManager } from 'typeorm';
import { DEFAULT_ORGANIZATION } from '../access/principal.js';
import type { Role } from '../access/roles.js';
import { revokeKeys } from '../users/revoke-keys.js';

/** Writes a membership. That of the default organisation is the role of the user, from which a trigger makes it. */
export async function writeMembership(
  manager: EntityManager,
  organizationId: string,
  userId: string,
  role: Role,
): Promise<void> {
  if (organizationId === DEFAULT_ORGANIZATION)
    await manager.query('UPDATE users SET role = $2 WHERE id = $1', [userId, role]);
  else
    await manager.query(
      `INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, $3)
       ON CONFLICT (organization_id, user_id) DO UPDATE SET role = EXCLUDED.role`,
      [organizationId, userId, role],
    );
}

/**
 * Waits for what is just written for a member, and keeps everybody from writing more: a foreign key of what is owned refers to the
 * membership. What was written before is seen by the next statement, and what comes later is refused when the membership has ended.
 * @param userId `null` for all members
 */
export async function lockMemberships(
  manager: EntityManager,
  organizationId: string,
  userId: string | null,
): Promise<void> {
  await manager.query(
    `SELECT FROM memberships WHERE organization_id = $1 AND ($2::uuid IS NULL OR user_id = $2)
     ORDER BY user_id FOR UPDATE`,
    [organizationId, userId],
  );
}

/**
 * Ends a membership, with the keys and the places in teams that it gave. Whoever belongs to no organisation any more has no
 * sessions.
 */
export async function endMembership(
  manager: EntityManager,
  organizationId: string,
  userId: string,
): Promise<void> {
  const both = [organizationId, userId];
  await revokeKeys(manager, 'organization_id = $1 AND user_id = $2', both);
  await manager.query(
    'DELETE FROM team_members USING teams WHERE teams.id = team_id AND organization_id = $1 AND user_id = $2',
    both,
  );
  if (organizationId === DEFAULT_ORGANIZATION)
    await manager.query('UPDATE users SET role = NULL WHERE id = $1', [userId]);
  else await manager.query('DELETE FROM memberships WHERE organization_id = $1 AND user_id = $2', both);
  await manager.query(
    'DELETE FROM sessions WHERE user_id = $1 AND NOT EXISTS (SELECT FROM memberships WHERE user_id = $1)',
    [userId],
  );
}
