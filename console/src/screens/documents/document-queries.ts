import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schema } from '../../api/client';
import type { Document } from '../../api/documents';
import { useChange } from '../../api/useChange';

export type DocumentRow = Schema<'DocumentSummary'>;
export type Found = Schema<'SearchAnswer'>['results'][number];
export type Share = Schema<'DocumentShare'>;
export type Written = Pick<Schema<'CreateDocumentDto'>, 'title' | 'content' | 'filename'>;

/** What is read again after a change. */
const READ = ['documents'];
const PAGE = 100;
const MOST_FOUND = 50;

export const documentListQuery = infiniteQueryOptions({
  queryKey: ['documents', 'list'],
  queryFn: ({ pageParam }) =>
    dataOf(
      api.GET('/api/documents', {
        params: { query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
      }),
    ),
  initialPageParam: '',
  getNextPageParam: ({ nextCursor }) => nextCursor,
});

export const searchQuery = (query: string) =>
  queryOptions({
    queryKey: ['documents', 'search', query],
    queryFn: () => dataOf(api.POST('/api/documents/search', { body: { query, limit: MOST_FOUND } })),
  });

const byId = (id: string) => ({ params: { path: { id } } });
const byTeam = (id: string, teamId: string) => ({ params: { path: { id, teamId } } });

export const sharesQuery = (id: string) =>
  queryOptions({
    queryKey: ['documents', 'shares', id],
    queryFn: async () => (await dataOf(api.GET('/api/documents/{id}/shares', byId(id)))).shares,
  });

export const useCreateDocument = () =>
  useChange(READ, (body: Written) => dataOf(api.POST('/api/documents', { body })));

export const useChangeDocument = (id: string) =>
  useChange(READ, (body: Written) => dataOf(api.PATCH('/api/documents/{id}', { ...byId(id), body })));

export const useDeleteDocument = (id: string) =>
  useChange(READ, async () => {
    await api.DELETE('/api/documents/{id}', byId(id));
  }, [
    ['documents', 'document', id],
    ['documents', 'shares', id],
  ]);

export interface ShareWith {
  teamId: string;
  role: Share['role'];
}

export const useShare = (id: string) =>
  useChange(READ, ({ teamId, role }: ShareWith) =>
    dataOf(api.PUT('/api/documents/{id}/shares/{teamId}', { ...byTeam(id, teamId), body: { role } })),
  );

export const useUnshare = (id: string) =>
  useChange(READ, async ({ teamId }: ShareWith) => {
    await api.DELETE('/api/documents/{id}/shares/{teamId}', byTeam(id, teamId));
  });

/** Returns whether the person deletes and shares a document. */
export const isOwner = ({ access }: Pick<Document, 'access'>): boolean =>
  access === undefined || access === 'owner';
