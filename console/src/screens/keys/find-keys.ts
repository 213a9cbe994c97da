import { api, dataOf } from '../../api/client';
import type { Found } from '../../frame/finders';

/** The keys of the person, for the palette. */
export async function findKeys(): Promise<Found[]> {
  const { keys } = await dataOf(api.GET('/api/mcp/keys', { params: { query: { limit: 100 } } }));
  return keys.map(({ id, name }) => ({ id, title: name, kind: 'key', to: `/keys/${id}` }));
}
