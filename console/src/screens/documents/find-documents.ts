import { api, dataOf } from '../../api/client';
import type { Found } from '../../frame/finders';

/** The newest documents of the person, for the palette. */
export async function findDocuments(): Promise<Found[]> {
  const { documents } = await dataOf(api.GET('/api/documents', { params: { query: { limit: 100 } } }));
  return documents.map(({ id, title }) => ({ id, title, kind: 'document', to: `/documents/${id}` }));
}
