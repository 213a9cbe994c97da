import type { EntityManager } from 'typeorm';
import { forbidden, notFound } from '../../errors/service-error.js';
import type { Document } from '../document.entity.js';
import { type Access, ACCESS, readable, type Reached, type Reader } from './reader.js';

/** A document, and how it reaches its reader. */
export type ReachedDocument = Document & { reached: Reached };

export const reachedBy = ({ userId }: Reader, document: Document, access: Access): ReachedDocument => ({
  ...document,
  reached: document.ownerId === userId ? {} : { ownerId: document.ownerId, access },
});

const REACH = `SELECT reached.access FROM documents d ${readable('$1', '$2')} AND d.id = $3`;
const LOCK = `${REACH} FOR NO KEY UPDATE OF d`;

/**
 * Locks a document, so that until the transaction ends it is neither changed nor shared by another.
 * @param least what the caller must be allowed to
 * @returns the access of the caller
 * @throws notFound, forbidden for who may read it, but no more
 */
export const lockReached = (
  manager: EntityManager,
  reader: Reader,
  id: string,
  least: 'owner' | 'editor',
): Promise<Access> => accessOf(manager, LOCK, reader, id, least);

/** @throws notFound, forbidden for who is not the owner */
export const assertOwner = (manager: EntityManager, reader: Reader, id: string): Promise<Access> =>
  accessOf(manager, REACH, reader, id, 'owner');

async function accessOf(
  manager: EntityManager,
  statement: string,
  { userId, organizationId }: Reader,
  id: string,
  least: 'owner' | 'editor',
): Promise<Access> {
  const [row] = await manager.query<{ access: Access }[]>(statement, [userId, organizationId, id]);
  if (!row) throw notFound('Document');
  if (ACCESS.indexOf(row.access) > ACCESS.indexOf(least))
    throw forbidden(
      least === 'owner'
        ? 'Only the owner of the document may do this'
        : 'The document is shared with you to be read, not to be changed',
    );
  return row.access;
}

/** @throws notFound where the principal does not belong to the team */
export async function accessOfMember(
  manager: EntityManager,
  { userId, organizationId }: Reader,
  teamId: string,
): Promise<Access> {
  const [member] = await manager.query<{ role: string }[]>(
    `SELECT m.role FROM team_members m JOIN teams t ON t.id = m.team_id
     WHERE m.user_id = $1 AND t.organization_id = $2 AND t.id = $3 FOR KEY SHARE`,
    [userId, organizationId, teamId],
  );
  if (!member) throw notFound('Team');
  return member.role === 'maintainer' ? 'owner' : 'editor';
}

/** Returns who may read a document now, its owner first. */
export async function audienceOf(manager: EntityManager, id: string): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `WITH teams AS (
       SELECT owner_id AS id, true AS owns FROM documents WHERE id = $1
       UNION ALL
       SELECT team_id, false FROM document_shares WHERE document_id = $1
     ), readers AS (
       SELECT id, owns FROM teams
       UNION ALL
       SELECT m.user_id, false FROM teams JOIN team_members m ON m.team_id = teams.id
     )
     SELECT id FROM readers GROUP BY id ORDER BY bool_or(owns) DESC, id`,
    [id],
  );
  return rows.map((row) => row.id);
}
