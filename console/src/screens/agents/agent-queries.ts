import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schema, type Settled, settledBy } from '../../api/client';
import { useChange } from '../../api/useChange';
import type { AgentFilters } from './routes';

export type Agent = Schema<'Agent'>;
export type NewAgent = Schema<'CreateAgentDto'>;
export type AgentChanges = Schema<'UpdateAgentDto'>;

/** What is read of agents, and their keys. */
const READ = ['agents', 'keys'];
const byId = (id: string) => ({ params: { path: { id } } });

export const agentListQuery = ({ show, unused, elevated, owner }: AgentFilters) =>
  infiniteQueryOptions({
    queryKey: ['agents', 'list', { show, unused, elevated, owner }],
    queryFn: ({ pageParam }) =>
      dataOf(
        api.GET('/api/agents', {
          params: {
            query: {
              limit: 100,
              state: show ?? 'current',
              ...(pageParam && { cursor: pageParam }),
              ...(unused !== undefined && { unusedForDays: unused }),
              ...(elevated && { elevated }),
              ...(owner !== undefined && { ownerId: owner }),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const agentQuery = (id: string) =>
  queryOptions({
    queryKey: ['agents', 'agent', id],
    queryFn: () => dataOf(api.GET('/api/agents/{id}', byId(id))),
  });

/** The first hundred agents of a person, a team or an agent, without those that were retired. */
export const agentsOfQuery = (ownerId: string) =>
  queryOptions({
    queryKey: ['agents', 'of', ownerId],
    queryFn: async () => {
      const query = { limit: 100, ownerId, state: 'current' as const };
      return (await dataOf(api.GET('/api/agents', { params: { query } }))).agents;
    },
  });

export const agentKeysQuery = (id: string) =>
  queryOptions({
    queryKey: ['keys', 'of', id],
    queryFn: async () =>
      (await dataOf(api.GET('/api/mcp/keys', { params: { query: { limit: 100, userId: id } } }))).keys,
  });

export const useCreateAgent = () =>
  useChange(READ, (body: NewAgent) => dataOf(api.POST('/api/agents', { body })));

/** Returns which replicas know of it. */
export const useChangeAgent = (id: string) =>
  useChange(READ, async (body: AgentChanges): Promise<Settled | undefined> => {
    const { response } = await api.PATCH('/api/agents/{id}', { ...byId(id), body });
    return settledBy(response);
  });

export const useRotateAgent = (id: string, keyId: string) =>
  useChange(READ, (gracePeriodSeconds: number) =>
    dataOf(api.POST('/api/agents/{id}/rotate', { ...byId(id), body: { keyId, gracePeriodSeconds } })),
  );

export const useRetire = (id: string) =>
  useChange(READ, async (): Promise<Settled | undefined> => {
    const { response } = await api.DELETE('/api/agents/{id}', byId(id));
    return settledBy(response);
  });
