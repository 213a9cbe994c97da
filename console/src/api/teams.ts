import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from './client';

/** The first hundred teams, for choices. */
export const teamsQuery = queryOptions({
  queryKey: ['teams', 'choices'],
  queryFn: async () => (await dataOf(api.GET('/api/teams', { params: { query: { limit: 100 } } }))).teams,
  staleTime: 60_000,
});
