import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schema } from './client';

export type ScopeEntry = Schema<'Scope'>;
export type Risk = ScopeEntry['risk'];

/** Changes with the release of the service only. */
export const scopesQuery = queryOptions({
  queryKey: ['scopes'],
  queryFn: async () => (await dataOf(api.GET('/api/scopes'))).scopes,
  staleTime: Infinity,
});
