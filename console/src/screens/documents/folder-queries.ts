import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schema } from '../../api/client';
import { useChange } from '../../api/useChange';

export type FolderShare = Schema<'DocumentSourceShare'>;
export type FolderShareWith = Pick<FolderShare, 'source' | 'teamId' | 'role'>;

/** A folder brings documents, and what is shared of each. */
const READ = ['documents'];

export const folderSharesQuery = queryOptions({
  queryKey: ['documents', 'folders'],
  queryFn: async () => (await dataOf(api.GET('/api/documents/sources/shares'))).shares,
});

export const useShareFolder = () =>
  useChange(READ, ({ teamId, ...body }: FolderShareWith) =>
    dataOf(api.PUT('/api/documents/sources/shares/{teamId}', { params: { path: { teamId } }, body })),
  );

export const useUnshareFolder = () =>
  useChange(READ, async ({ teamId, source }: Pick<FolderShareWith, 'source' | 'teamId'>) => {
    await api.DELETE('/api/documents/sources/shares/{teamId}', {
      params: { path: { teamId }, query: { source } },
    });
  });
