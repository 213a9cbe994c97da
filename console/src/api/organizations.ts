import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, type Schema } from './client';
import { meQuery } from './me';
import { useChange } from './useChange';

export const organizationsQuery = queryOptions({
  queryKey: ['organizations', 'choices'],
  queryFn: async () =>
    (await dataOf(api.GET('/api/organizations', { params: { query: { limit: 100 } } }))).organizations,
  staleTime: 300_000,
});

/** Changes the name or the limit of an organisation. The frame says the name as well, so it is read again. */
export function useChangeOrganization(id: string) {
  const client = useQueryClient();
  return useChange(['organizations'], async (body: Schema<'UpdateOrganizationDto'>) => {
    const changed = await dataOf(api.PATCH('/api/organizations/{id}', { params: { path: { id } }, body }));
    await client.invalidateQueries(meQuery);
    return changed;
  });
}
