import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schema } from './client';

export type Document = Schema<'Document'>;

export const documentQuery = (id: string) =>
  queryOptions({
    queryKey: ['documents', 'document', id],
    queryFn: () => dataOf(api.GET('/api/documents/{id}', { params: { path: { id } } })),
  });
