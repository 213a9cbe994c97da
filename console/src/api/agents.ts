import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from './client';

/** The first hundred agents, for choices. */
export const agentsQuery = queryOptions({
  queryKey: ['agents', 'choices'],
  queryFn: async () => (await dataOf(api.GET('/api/agents', { params: { query: { limit: 100 } } }))).agents,
  staleTime: 60_000,
});
