import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schema } from '../../../api/client';
import { asProblem } from '../../../api/problem';

export type Readiness = Schema<'Readiness'>;

const LOOK_MS = 30_000;

export const versionQuery = queryOptions({
  queryKey: ['service', 'version'],
  queryFn: async () => (await dataOf(api.GET('/health'))).version,
});

/** The state of the replica that answers. While it serves no calls it says so with 503, and why. */
export const readinessQuery = queryOptions({
  queryKey: ['service', 'readiness'],
  queryFn: async (): Promise<Readiness> => {
    try {
      return await dataOf(api.GET('/health/ready'));
    } catch (error) {
      const { members } = asProblem(error);
      if ('checks' in members) return members as unknown as Readiness;
      throw error;
    }
  },
  refetchInterval: LOOK_MS,
});
