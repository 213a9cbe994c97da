import { api, dataOf } from '../../api/client';
import type { Found } from '../../frame/finders';

/** The latest keys that the person decides about and that still work, for the palette. */
export async function findKeys(): Promise<Found[]> {
  const query = { owner: 'all', state: 'live', limit: 100 } as const;
  const { keys } = await dataOf(api.GET('/api/mcp/keys', { params: { query } }));
  return keys.map(({ id, name, start, owner, userId }) => ({
    id,
    title: `${name} (${owner?.name ?? userId})`,
    words: start,
    kind: 'key',
    to: `/keys/${id}`,
  }));
}
