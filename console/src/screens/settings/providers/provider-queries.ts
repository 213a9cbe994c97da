import { queryOptions, useMutation } from '@tanstack/react-query';
import { api, dataOf, type Schema, settledBy } from '../../../api/client';
import { trySignIn } from '../../../api/sign-in';
import { useChange } from '../../../api/useChange';

export type Provider = Schema<'SsoConnection'>;
export type NewProvider = Schema<'CreateSsoConnectionDto'>;
export type ProviderChange = Schema<'UpdateSsoConnectionDto'>;

const READ = ['providers'];
const byId = (id: string) => ({ params: { path: { id } } });

/** All of them: there are few, and the service lists them at once. */
export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: async () => (await dataOf(api.GET('/api/sso/connections'))).connections,
});

export const useCreateProvider = () =>
  useChange(READ, (body: NewProvider) => dataOf(api.POST('/api/sso/connections', { body })));

/** Returns which replicas know of it. */
export const useChangeProvider = (id: string) =>
  useChange(READ, async (body: ProviderChange) =>
    settledBy((await api.PATCH('/api/sso/connections/{id}', { ...byId(id), body })).response),
  );

export const useRemoveProvider = (id: string) =>
  useChange(READ, async () => settledBy((await api.DELETE('/api/sso/connections/{id}', byId(id))).response));

/** Begins a sign-in without going to the provider. @returns where the browser would go */
export const useTryProvider = (id: string) => useMutation({ mutationFn: () => trySignIn(id) });
