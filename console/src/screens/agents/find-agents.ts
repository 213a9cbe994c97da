import { api, dataOf } from '../../api/client';
import type { Found } from '../../frame/finders';

/** The latest agents that were not retired, for the palette. */
export async function findAgents(): Promise<Found[]> {
  const query = { limit: 100, state: 'current' as const };
  const { agents } = await dataOf(api.GET('/api/agents', { params: { query } }));
  return agents.map(({ id, name }) => ({ id, title: name, kind: 'agent', to: `/agents/${id}` }));
}
