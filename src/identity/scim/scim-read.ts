import type { EntityManager } from 'typeorm';
import type { ScimFilter } from './scim-filter.js';

/** A user as a directory sees it. */
export interface ProvisionedUser {
  id: string;
  userName: string;
  externalId: string | null;
  email: string;
  name: string;
  active: boolean;
  /** Whether it was the directory that deactivated the user. */
  endedHere: boolean;
  createdAt: Date;
  updatedAt: Date;
}

const COLUMNS = `
  u.id, s.user_name AS "userName", s.external_id AS "externalId", u.email, u.name, u.is_active AS active,
  s.ended_here AS "endedHere", s.created_at AS "createdAt", greatest(s.updated_at, u.updated_at) AS "updatedAt"`;
const FROM = `FROM scim_users s JOIN users u ON u.id = s.user_id WHERE s.connection_id = $1 AND s.deleted_at IS NULL`;
const FILTERS: Readonly<Record<ScimFilter['column'], string>> = {
  user_name: 'lower(s.user_name) = lower($2)',
  external_id: 's.external_id = $2',
  email: 'u.email = lower($2)',
};

export async function provisioned(
  manager: EntityManager,
  connectionId: string,
  userId: string,
): Promise<ProvisionedUser | undefined> {
  const [found] = await manager.query<ProvisionedUser[]>(`SELECT ${COLUMNS} ${FROM} AND u.id = $2`, [
    connectionId,
    userId,
  ]);
  return found;
}

/** @param startIndex the number of the first one, from 1 */
export async function provisionedPage(
  manager: EntityManager,
  connectionId: string,
  filter: ScimFilter | undefined,
  startIndex: number,
  count: number,
): Promise<{ total: number; users: ProvisionedUser[] }> {
  const where = filter ? `${FROM} AND ${FILTERS[filter.column]}` : FROM;
  const values = filter ? [connectionId, filter.value] : [connectionId];
  const [counted] = await manager.query<{ total: number }[]>(
    `SELECT count(*)::integer AS total ${where}`,
    values,
  );
  const users = await manager.query<ProvisionedUser[]>(
    `SELECT ${COLUMNS} ${where} ORDER BY s.user_id LIMIT ${count} OFFSET ${startIndex - 1}`,
    values,
  );
  return { total: counted!.total, users };
}
