import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
  type UseMutationResult,
} from '@tanstack/react-query';
import { api, dataOf, type Schema, type Settled, settledBy } from '../../api/client';
import type { Problem } from '../../api/problem';
import type { KeyFilters } from './routes';

export type Key = Schema<'ApiKey'>;
export type IssuedKey = Schema<'IssuedApiKey'>;

const PAGE = 100;

export const keyListQuery = ({ unused, owner }: KeyFilters) =>
  infiniteQueryOptions({
    queryKey: ['keys', 'list', { unused, owner }],
    queryFn: ({ pageParam }) =>
      dataOf(
        api.GET('/api/mcp/keys', {
          params: {
            query: {
              limit: PAGE,
              ...(pageParam && { cursor: pageParam }),
              ...(unused !== undefined && { unusedForDays: unused }),
              ...(owner !== undefined && { userId: owner }),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
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

/**
 * A change of keys. What was read of keys is read again after it, and nobody waits for that: what asked for the change may be gone
 * from the screen by then, and with it what it wanted to say.
 */
function useChange<Input, Output>(
  change: (input: Input) => Promise<Output>,
): UseMutationResult<Output, Problem, Input> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => void client.invalidateQueries({ queryKey: ['keys'] }),
  });
}

export type NewKey = Schema<'CreateApiKeyDto'>;

export const useCreateKey = () => useChange((body: NewKey) => dataOf(api.POST('/api/mcp/keys', { body })));

export const useRotateKey = (id: string) =>
  useChange((gracePeriodSeconds: number) =>
    dataOf(api.POST('/api/mcp/keys/{id}/rotate', { ...byId(id), body: { gracePeriodSeconds } })),
  );

export const useEnableKey = (id: string) =>
  useChange((enabled: boolean) =>
    dataOf(api.PATCH('/api/mcp/keys/{id}', { ...byId(id), body: { enabled } })),
  );

export const useRevokeKey = (id: string) =>
  useChange(async (): Promise<Settled | undefined> => {
    const { response } = await api.DELETE('/api/mcp/keys/{id}', byId(id));
    return settledBy(response);
  });
