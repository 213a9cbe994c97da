import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schema, type Settled, settledBy } from '../../api/client';
import { useChange } from '../../api/useChange';
import { type KeyFilters, listQueryOf } from './key-filters';

export type Key = Schema<'ApiKey'>;
export type ListedKey = Schema<'ListedApiKey'>;
export type IssuedKey = Schema<'IssuedApiKey'>;

const PAGE = 100;

export const keyListQuery = (filters: KeyFilters) =>
  infiniteQueryOptions({
    queryKey: ['keys', 'list', filters],
    queryFn: ({ pageParam }) =>
      dataOf(
        api.GET('/api/mcp/keys', {
          params: {
            query: { ...listQueryOf(filters), limit: PAGE, ...(pageParam && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // Reading all pages again, because the window has the focus again, would move what somebody reads.
    refetchOnWindowFocus: false,
  });

const byId = (id: string) => ({ params: { path: { id } } });

export const keyQuery = (id: string) =>
  queryOptions({
    queryKey: ['keys', 'key', id],
    queryFn: () => dataOf(api.GET('/api/mcp/keys/{id}', byId(id))),
  });

/** What the key can do, seen from the address of the person who asks. */
export const effectiveQuery = (id: string) =>
  queryOptions({
    queryKey: ['keys', 'effective', id],
    queryFn: () => dataOf(api.GET('/api/mcp/keys/{id}/effective', byId(id))),
  });

export const usageQuery = (id: string, days: number) =>
  queryOptions({
    queryKey: ['keys', 'usage', id, days],
    queryFn: () => dataOf(api.GET('/api/mcp/keys/{id}/usage', { params: { path: { id }, query: { days } } })),
  });

/** What is read of keys. */
const READ = ['keys'];

export type NewKey = Schema<'CreateApiKeyDto'>;
export type KeyChanges = Schema<'UpdateApiKeyDto'>;

export const useCreateKey = () =>
  useChange(READ, (body: NewKey) => dataOf(api.POST('/api/mcp/keys', { body })));

export const useRotateKey = (id: string) =>
  useChange(READ, (gracePeriodSeconds: number) =>
    dataOf(api.POST('/api/mcp/keys/{id}/rotate', { ...byId(id), body: { gracePeriodSeconds } })),
  );

/** Returns which replicas know of it. */
export const useChangeKey = (id: string) =>
  useChange(READ, async (body: KeyChanges): Promise<Settled | undefined> => {
    const { response } = await api.PATCH('/api/mcp/keys/{id}', { ...byId(id), body });
    return settledBy(response);
  });

export const useRevokeKey = (id: string) =>
  useChange(READ, async (): Promise<Settled | undefined> => {
    const { response } = await api.DELETE('/api/mcp/keys/{id}', byId(id));
    return settledBy(response);
  });
