import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, dataOf, type Schema, settledBy } from '../../../api/client';
import { serviceAddressQuery } from '../../../api/service-address';
import { useChange } from '../../../api/useChange';

export type Directory = Schema<'ScimConnection'>;
export type MadeDirectory = Schema<'MadeScimConnection'>;

const READ = ['directories'];
const SCIM_PATH = '/scim/v2';

/** All of them: there are few, and the service lists them at once. */
export const directoriesQuery = queryOptions({
  queryKey: ['directories'],
  queryFn: async () => (await dataOf(api.GET('/api/scim/connections'))).connections,
});

/** Where directories reach the service; `undefined` until that is known. */
export function useScimAddress(): string | undefined {
  const address = useQuery(serviceAddressQuery).data;
  return address === undefined ? undefined : address + SCIM_PATH;
}

export const useConnectDirectory = () =>
  useChange(READ, (body: Schema<'CreateScimConnectionDto'>) =>
    dataOf(api.POST('/api/scim/connections', { body })),
  );

/** Returns which replicas know of it. */
export const useEndDirectory = (id: string) =>
  useChange(READ, async () =>
    settledBy((await api.DELETE('/api/scim/connections/{id}', { params: { path: { id } } })).response),
  );
