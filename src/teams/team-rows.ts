import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import type { TeamRole } from './team-member.entity.js';
import type { TeamMemberView, TeamView } from './team.schema.js';

const VIEW = `
  SELECT t.id, t.name, t.created_at AS "createdAt", own.role, p.requests_per_minute AS "requestsPerMinute",
         (SELECT count(*)::int FROM team_members WHERE team_id = t.id) AS members
  FROM teams t JOIN users p ON p.id = t.id LEFT JOIN team_members own ON own.team_id = t.id AND own.user_id = $2
  WHERE t.organization_id = $1`;

interface Which {
  before?: string | undefined;
  /** Whether those to which the caller does not belong are among them. */
  all: boolean;
  limit: number;
}

/** Returns teams of the caller's organisation, newest first. */
export const teamsBefore = (
  manager: EntityManager,
  { organizationId, userId }: Caller,
  { before, all, limit }: Which,
): Promise<TeamView[]> =>
  manager.query(
    `${VIEW} AND ($3::uuid IS NULL OR t.id < $3) AND ($4 OR own.role IS NOT NULL) ORDER BY t.id DESC LIMIT $5`,
    [organizationId, userId, before ?? null, all, limit],
  );

/** Returns a team of the caller's organisation. */
export async function teamById(
  manager: EntityManager,
  { organizationId, userId }: Caller,
  id: string,
): Promise<TeamView | undefined> {
  const [team] = await manager.query<TeamView[]>(`${VIEW} AND t.id = $3`, [organizationId, userId, id]);
  return team;
}

/** Locks a team of an organisation until the transaction ends. @returns whether there is one */
export async function lockTeam(manager: EntityManager, organizationId: string, id: string): Promise<boolean> {
  const found = await manager.query<unknown[]>(
    'SELECT FROM teams WHERE id = $1 AND organization_id = $2 FOR UPDATE',
    [id, organizationId],
  );
  return found.length > 0;
}

/** Returns the role of a member of a team. */
export async function roleInTeam(
  manager: EntityManager,
  teamId: string,
  userId: string,
): Promise<TeamRole | undefined> {
  const [row] = await manager.query<{ role: TeamRole }[]>(
    'SELECT role FROM team_members WHERE team_id = $1 AND user_id = $2',
    [teamId, userId],
  );
  return row?.role;
}

/** Returns members of a team, those of the highest ids first. */
export const membersBefore = (
  manager: EntityManager,
  teamId: string,
  before: string | undefined,
  limit: number,
): Promise<TeamMemberView[]> =>
  manager.query(
    `SELECT u.id, u.kind, u.name, m.role, m.created_at AS since
     FROM team_members m JOIN users u ON u.id = m.user_id
     WHERE m.team_id = $1 AND ($2::uuid IS NULL OR m.user_id < $2)
     ORDER BY m.user_id DESC LIMIT $3`,
    [teamId, before ?? null, limit],
  );
