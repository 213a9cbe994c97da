import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schema } from '../../api/client';
import { useChange } from '../../api/useChange';

export type OAuthClient = Schema<'OAuthClient'>;
export type NewClient = Schema<'CreateClientDto'>;
export type MadeClient = Schema<'MadeOAuthClient'>;

const READ = ['oauth-clients', 'grants'];
const byId = (id: string) => ({ params: { path: { id } } });

export const clientListQuery = infiniteQueryOptions({
  queryKey: ['oauth-clients', 'list'],
  queryFn: ({ pageParam }) =>
    dataOf(
      api.GET('/api/oauth/clients', {
        params: { query: { limit: 100, ...(pageParam && { cursor: pageParam }) } },
      }),
    ),
  initialPageParam: '',
  getNextPageParam: ({ nextCursor }) => nextCursor,
});

export const clientQuery = (id: string) =>
  queryOptions({
    queryKey: ['oauth-clients', 'client', id],
    queryFn: () => dataOf(api.GET('/api/oauth/clients/{id}', byId(id))),
  });

export const useCreateClient = () =>
  useChange(READ, (body: NewClient) => dataOf(api.POST('/api/oauth/clients', { body })));

export const useDecide = (id: string) =>
  useChange(READ, (state: 'approved' | 'blocked') =>
    dataOf(api.PATCH('/api/oauth/clients/{id}', { ...byId(id), body: { state } })),
  );

export const useEndClient = (id: string) =>
  useChange(READ, () => dataOf(api.DELETE('/api/oauth/clients/{id}', byId(id))));
