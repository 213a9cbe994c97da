import { api, dataOf } from '../../api/client';
import type { Found } from '../../frame/finders';

/** The tools, for the palette. */
export async function findTools(): Promise<Found[]> {
  const { tools } = await dataOf(api.GET('/api/tools'));
  return tools.map(({ name }) => ({ id: `tool-${name}`, title: name, kind: 'tool', to: `/tools/${name}` }));
}
