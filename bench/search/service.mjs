// The service itself as an engine: documents and searches go over REST.
import { DEPTH } from './measures.mjs';
import { Rest } from './rest.mjs';

const SCOPES = ['documents:read', 'documents:write'];

/** Loads the collection as documents of a new user. */
export async function serviceEngine(ours, { documents }) {
  const { key } = await ours.createKeys(SCOPES);
  const rest = new Rest(ours.server.url, key);
  const ids = await Rest.each(documents, ({ id, title, content }) =>
    rest.create({ title: title || `Document ${id}`, content }),
  );
  const idOf = new Map(ids.map((id, index) => [id, documents[index].id]));
  return {
    name: 'service',
    label: 'This service',
    isAsked: true,
    refused: 0,
    /** A refused query has no answer, and is counted apart. */
    async search(query) {
      const { status, body } = await rest.post('/search', { query, limit: DEPTH });
      if (status === 200) return body.results.map(({ id }) => idOf.get(id));
      if (status !== 400) throw new Error(`The search answered ${status}: ${JSON.stringify(body)}`);
      this.refused++;
      return [];
    },
  };
}
