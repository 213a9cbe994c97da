import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
  type UseMutationResult,
} from '@tanstack/react-query';
import { api, dataOf, type Schema } from '../../api/client';
import { type Me, runsService } from '../../api/me';
import type { Problem } from '../../api/problem';
import { type AuditFilters, queryOf } from './audit-filters';
import { isUnended } from './verification-words';

export type AuditRow = Schema<'AuditEvent'>;
export type RowDetails = Schema<'AuditEventDetails'>;
export type Verification = Schema<'AuditVerification'>;
export type Verified = NonNullable<Schema<'AuditSealList'>['lastVerification']>;

/** The first page comes at once; who reads on wants many, and each page counts against a limit of calls. */
const FIRST_PAGE = 100;
const NEXT_PAGE = 1_000;
const LISTED_JOBS = 10;
const LOOK_MS = 1_000;

/** Pages that were read stay as they were: reading all of them again, because the window has the focus again, would take minutes. */
export const auditListQuery = (filters: AuditFilters) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'list', filters],
    queryFn: ({ pageParam }) =>
      dataOf(
        api.GET('/api/audit', {
          params: {
            query: {
              ...queryOf(filters),
              ...(pageParam ? { limit: NEXT_PAGE, cursor: pageParam } : { limit: FIRST_PAGE }),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: Infinity,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

export const auditRowQuery = (id: string) =>
  queryOptions({
    queryKey: ['audit', 'row', id],
    queryFn: () => dataOf(api.GET('/api/audit/{id}', { params: { path: { id } } })),
  });

/** A seal covers rows of all organisations, so only those see it who look at the whole service. */
export const seesSeals = (me: Me): boolean =>
  me.user.role !== 'member' && (me.user.isOperator || runsService(me));

export const sealsQuery = infiniteQueryOptions({
  queryKey: ['audit', 'seals'],
  queryFn: ({ pageParam }) =>
    dataOf(
      api.GET('/api/audit/seals', {
        params: { query: { limit: 50, ...(pageParam && { cursor: pageParam }) } },
      }),
    ),
  initialPageParam: '',
  getNextPageParam: ({ nextCursor }) => nextCursor,
  staleTime: 30_000,
});

/** The newest verifications. While one runs, it is asked how far it is. */
export const verificationsQuery = queryOptions({
  queryKey: ['audit', 'verifications'],
  queryFn: async () =>
    (await dataOf(api.GET('/api/audit/verify', { params: { query: { limit: LISTED_JOBS } } }))).verifications,
  refetchInterval: ({ state }) => (state.data?.some(isUnended) ? LOOK_MS : false),
});

export const verificationQuery = (id: string, state: Verification['state']) =>
  queryOptions({
    queryKey: ['audit', 'verifications', id, state],
    queryFn: () => dataOf(api.GET('/api/audit/verify/{id}', { params: { path: { id } } })),
    enabled: state === 'failed',
  });

function useVerificationChange<Input>(
  change: (input: Input) => Promise<unknown>,
): UseMutationResult<unknown, Problem, Input> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: ['audit', 'verifications'] }),
  });
}

export const useVerify = () => useVerificationChange<void>(() => dataOf(api.POST('/api/audit/verify')));

export const useStopVerification = () =>
  useVerificationChange((id: string) => api.DELETE('/api/audit/verify/{id}', { params: { path: { id } } }));

export type ExportFormat = 'csv' | 'ndjson';

/** Saves all rows that the filters find, as the service writes them. */
export const useExport = (filters: AuditFilters): UseMutationResult<void, Problem, ExportFormat> =>
  useMutation({
    mutationFn: async (format) => {
      const query = { ...queryOf(filters), format };
      const rows = await dataOf(
        api.GET('/api/audit/export', { params: { query }, parseAs: 'blob' }) as Promise<{ data?: Blob }>,
      );
      save(rows, `audit.${format}`);
    },
  });

function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
