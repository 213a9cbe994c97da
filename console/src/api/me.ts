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

/** Returns whether somebody administrates the organisation in which they act. */
export const administrates = ({ user }: Pick<Me, 'user'>): boolean =>
  user.role === 'admin' || user.role === 'owner';

const DEFAULT_ORGANIZATION = '00000000-0000-7000-8000-000000000001';

/** Returns whether somebody acts in the organisation that runs the service. */
export const runsService = ({ organization }: Pick<Me, 'organization'>): boolean =>
  organization.id === DEFAULT_ORGANIZATION;

/** Returns whether somebody connects the providers and directories of companies. */
export const connectsCompanies = (me: Me): boolean =>
  administrates(me) && me.user.isOperator && runsService(me);
