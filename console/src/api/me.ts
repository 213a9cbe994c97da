import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api, dataOf, type Schema } from './client';

export type Me = Schema<'KeyAccess'>;

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => dataOf(api.GET('/api/me')),
  staleTime: 60_000,
});

/** Who is signed in. The frame has read it before any screen is shown. */
export const useMe = (): Me => useSuspenseQuery(meQuery).data;

const COARSE = new Set(['read', 'write', 'delete']);
const MANAGEMENT = new Set(
  'keys agents users sessions grants clients audit metrics service limits teams organizations'.split(' '),
);

/** Returns whether a scope is one of those that run the service, which no key of an agent holds. */
export const isManagement = (scope: string): boolean => MANAGEMENT.has(scope.split(':')[0]!);

/** Returns whether somebody may do something. It only decides what is shown: the service decides what is done. */
export function may({ scopes }: Pick<Me, 'scopes'>, wanted: string): boolean {
  const [resource = '', action = ''] = wanted.split(':');
  return scopes.some(
    (scope) =>
      scope === 'admin' ||
      scope === wanted ||
      scope === `${resource}:*` ||
      (COARSE.has(scope) && scope === action && !MANAGEMENT.has(resource)),
  );
}
