import { createHash } from 'node:crypto';
import type { Caller } from '../../access/caller.js';
import { DEFAULT_ORGANIZATION } from '../../access/principal.js';
import type { Statements } from '../search/statements.js';

/** Who reads documents, and in which organisation. */
export type Reader = Pick<Caller, 'userId' | 'organizationId'>;

export const ACCESS = ['owner', 'editor', 'reader'] as const;

/**
 * What a principal may do with a document. Each is given what the next one is: an `owner` deletes and shares it, an `editor` changes
 * it, a `reader` reads it. A maintainer of a team that owns a document is an `owner`, its other members are editors.
 */
export type Access = (typeof ACCESS)[number];

/** How a document reaches somebody to whom it does not belong. Of the caller's own nothing is said. */
export interface Reached {
  ownerId?: string;
  access?: Access;
}

/**
 * The access to the document `d`, as of the statement that it is a part of; `null`: it is none of the reader's.
 * @param reader the value of the statement that has the id of the reader
 */
export const accessTo = (reader: string) => `
  CASE WHEN d.owner_id = ${reader} THEN 'owner' ELSE (
    SELECT (ARRAY['reader', 'editor', 'owner'])[max(power)] FROM (
      SELECT CASE m.role WHEN 'maintainer' THEN 3 ELSE 2 END AS power
      FROM team_members m WHERE m.team_id = d.owner_id AND m.user_id = ${reader}
      UNION ALL
      SELECT CASE s.role WHEN 'editor' THEN 2 ELSE 1 END
      FROM document_shares s
      WHERE s.document_id = d.id AND (s.team_id = ${reader} OR EXISTS (
        SELECT FROM team_members m WHERE m.team_id = s.team_id AND m.user_id = ${reader}
      ))
    ) AS powers
  ) END`;

/** The documents `d` of an organisation that the reader may read, with the access `access`. */
export const readable = (reader: string, organization: string) => `
  CROSS JOIN LATERAL (SELECT ${accessTo(reader)} AS access OFFSET 0) AS reached
  WHERE d.organization_id = ${organization} AND reached.access IS NOT NULL`;

/** What views say of a document `d`; nothing of what belongs to the reader. */
export const reachedColumns = (reader: string) => `
  CASE WHEN d.owner_id <> ${reader} THEN d.owner_id END AS "ownerId",
  CASE WHEN d.owner_id <> ${reader} THEN reached.access END AS access`;

/** As the columns have it. */
export interface KeptReached {
  ownerId: string | null;
  access: Access | null;
}

export const reachedOf = ({ ownerId, access }: KeptReached): Reached =>
  ownerId !== null && access !== null ? { ownerId, access } : {};

/** The search space of what belongs to a principal, as the function `search_space` of the database says it, too. */
export function spaceOf(organizationId: string, ownerId: string): string {
  if (organizationId === DEFAULT_ORGANIZATION) return ownerId;
  const both = Buffer.from(`${organizationId}${ownerId}`.replaceAll('-', ''), 'hex');
  const hex = createHash('sha256').update(both).digest('hex');
  return [0, 8, 12, 16, 20].map((from, at, all) => hex.slice(from, all[at + 1] ?? 32)).join('-');
}

/** The teams of the reader in the organisation, in one order. A team that reads is its own. */
export async function teamsOf(statements: Statements, { userId, organizationId }: Reader): Promise<string[]> {
  const rows = await statements.query<{ id: string }[]>(
    `SELECT t.id FROM team_members m JOIN teams t ON t.id = m.team_id
     WHERE m.user_id = $1 AND t.organization_id = $2
     UNION SELECT id FROM teams WHERE id = $1 AND organization_id = $2 ORDER BY id`,
    [userId, organizationId],
  );
  return rows.map(({ id }) => id);
}
