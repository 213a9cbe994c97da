import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { DEFAULT_ORGANIZATION } from '../access/principal.js';
import type { OrganizationView } from './organization.schema.js';

const VIEW = `
  SELECT o.id, o.name, o.created_at AS "createdAt", o.id = '${DEFAULT_ORGANIZATION}' AS "isDefault", own.role,
         o.requests_per_minute AS "requestsPerMinute",
         (
           SELECT count(*)::int FROM memberships m JOIN users u ON u.id = m.user_id
           WHERE m.organization_id = o.id AND u.kind = 'person'
         ) AS members
  FROM organizations o LEFT JOIN memberships own ON own.organization_id = o.id AND own.user_id = $1`;

/**
 * The organisations that a caller sees: all for an operator, those that the person belongs to for somebody who signed in, and for
 * a key the one in which it acts.
 */
const SEEN = `o.ended_at IS NULL AND ($2 OR (own.role IS NOT NULL AND ($3::uuid IS NULL OR o.id = $3)))`;

const seenBy = ({ userId, isOperator, via, organizationId }: Caller): unknown[] => [
  userId,
  isOperator,
  via === 'session' ? null : organizationId,
];

/** Returns the organisations that a caller sees, newest first. */
export const organizationsBefore = (
  manager: EntityManager,
  caller: Caller,
  before: string | undefined,
  limit: number,
): Promise<OrganizationView[]> =>
  manager.query(`${VIEW} WHERE ${SEEN} AND ($4::uuid IS NULL OR o.id < $4) ORDER BY o.id DESC LIMIT $5`, [
    ...seenBy(caller),
    before ?? null,
    limit,
  ]);

/** Returns an organisation that a caller sees. */
export async function organizationById(
  manager: EntityManager,
  caller: Caller,
  id: string,
): Promise<OrganizationView | undefined> {
  const [found] = await manager.query<OrganizationView[]>(`${VIEW} WHERE ${SEEN} AND o.id = $4`, [
    ...seenBy(caller),
    id,
  ]);
  return found;
}
