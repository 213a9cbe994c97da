import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from './client';

/** The first hundred people, for choices. */
export const usersQuery = queryOptions({
  queryKey: ['users', 'choices'],
  queryFn: async () => (await dataOf(api.GET('/api/users', { params: { query: { limit: 100 } } }))).users,
  staleTime: 60_000,
});
