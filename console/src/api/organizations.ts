import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from './client';

export const organizationsQuery = queryOptions({
  queryKey: ['organizations'],
  queryFn: async () =>
    (await dataOf(api.GET('/api/organizations', { params: { query: { limit: 100 } } }))).organizations,
  staleTime: 300_000,
});
