import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schema, settledBy } from '../../api/client';
import { useChange } from '../../api/useChange';

export type Tool = Schema<'ToolSwitches'>['tools'][number];
export type ToolLimit = Schema<'ToolLimit'>;
export type StopOfCalls = NonNullable<Schema<'StoppedCalls'>['stop']>;

/** What is read of tools. */
const READ = ['tools'];

export const toolsQuery = queryOptions({
  queryKey: ['tools', 'list'],
  queryFn: async () => (await dataOf(api.GET('/api/tools'))).tools,
});

export const stoppedQuery = queryOptions({
  queryKey: ['tools', 'stopped'],
  queryFn: async () => (await dataOf(api.GET('/api/service/stop-calls'))).stop,
});

/** How many calls a minute each tool takes of one user, and how much a call counts. */
export const toolLimitsQuery = queryOptions({
  queryKey: ['tools', 'limits'],
  queryFn: async () => (await dataOf(api.GET('/api/limits/tools'))).tools,
});

/** Each returns which replicas know of it. */
export const useSwitchTool = (name: string) =>
  useChange(READ, async (body: Schema<'SwitchToolDto'>) =>
    settledBy((await api.PUT('/api/tools/{name}', { params: { path: { name } }, body })).response),
  );

export const useSetToolLimit = (name: string) =>
  useChange(READ, async (body: Schema<'ToolLimitDto'>) =>
    settledBy((await api.PUT('/api/limits/tools/{name}', { params: { path: { name } }, body })).response),
  );

export const useStopCalls = () =>
  useChange(READ, async (body: Schema<'StopCallsDto'>) =>
    settledBy((await api.POST('/api/service/stop-calls', { body })).response),
  );

export const useResumeCalls = () =>
  useChange(READ, async () => settledBy((await api.DELETE('/api/service/stop-calls')).response));
