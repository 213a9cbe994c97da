import type { EntityManager } from 'typeorm';
import type { Document } from '../document.entity.js';
import { spaceOf } from '../sharing/reader.js';
import { addToSpaces, writeIndex } from './document-indexer.js';

/**
 * Has a document found in the space of its owner and in those of the teams with which it is shared, where it is not yet. The
 * transaction has locked the row, so that it is neither changed nor shared meanwhile.
 */
export async function indexInSpaces(manager: EntityManager, document: Document): Promise<void> {
  const { id, organizationId, ownerId } = document;
  // A share that is taken away waits, and then deletes what is written here.
  const shares = await manager.query<{ team: string }[]>(
    `SELECT team_id AS team FROM document_shares
     WHERE document_id = $1 AND NOT is_indexed ORDER BY team_id FOR NO KEY UPDATE`,
    [id],
  );
  const [{ isIndexed }] = await manager.query<[{ isIndexed: boolean }]>(
    'SELECT EXISTS (SELECT FROM document_indexes WHERE document_id = $1) AS "isIndexed"',
    [id],
  );
  const teams = shares.map(({ team }) => team);
  const spaces = teams.map((team) => spaceOf(organizationId, team));
  if (!isIndexed)
    await writeIndex(manager, { ...document, spaces: [spaceOf(organizationId, ownerId), ...spaces] });
  else if (spaces.length > 0) await addToSpaces(manager, { ...document, spaces });
  if (teams.length > 0)
    await manager.query(
      'UPDATE document_shares SET is_indexed = true WHERE document_id = $1 AND team_id = ANY ($2)',
      [id, teams],
    );
}
