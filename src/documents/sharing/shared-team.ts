import type { EntityManager } from 'typeorm';
import { notFound } from '../../errors/service-error.js';
import type { Reader } from './reader.js';

/**
 * Returns the name of a team of the organisation, which is not deleted until the transaction ends.
 * @throws notFound
 */
export async function teamToShareWith(
  manager: EntityManager,
  { organizationId }: Reader,
  teamId: string,
): Promise<string> {
  const [team] = await manager.query<{ name: string }[]>(
    'SELECT name FROM teams WHERE id = $1 AND organization_id = $2 FOR KEY SHARE',
    [teamId, organizationId],
  );
  if (!team) throw notFound('Team');
  return team.name;
}
