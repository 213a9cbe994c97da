import { Client } from 'pg';
import { UnusedWords } from '../src/documents/search/unused-words.js';
import { eventually } from './support/until.js';
import { TestService, type TestUser } from './support/test-service.js';

const SCOPES = ['documents:read', 'documents:write', 'documents:delete'];
const WAITING = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

describe('The words by which near ones are found', () => {
  let service: TestService;
  let owner: TestUser;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    await service.query('DELETE FROM documents');
    owner = await service.createUser();
    key = (await service.createKey(owner, SCOPES)).apiKey;
  });

  const purge = () => service.service.app.get(UnusedWords, { strict: false }).delete();
  const write = async (content: string, by = key) => {
    const body = { title: 'Note', content };
    const answer = await service.request('POST', '/api/documents', { key: by, body });
    expect(answer.status).toBe(201);
    return `/api/documents/${answer.body.id}`;
  };
  const remove = (path: string) => service.request('DELETE', path, { key });
  const wordsOf = async ({ id }: TestUser) =>
    (
      await service.query<{ word: string }>(
        'SELECT DISTINCT word FROM document_words WHERE space_id = $1 ORDER BY word',
        [id],
      )
    ).map(({ word }) => word);
  const foundFor = async (query: string) => {
    const { body } = await service.request('POST', '/api/documents/search', { key, body: { query } });
    return { count: body.count as number, didYouMean: body.didYouMean as string | null };
  };

  it('are gone after the last document that has them, and stay while another one of the owner does', async () => {
    const first = await write('kestrel marmot');
    await write('marmot');
    expect(await wordsOf(owner)).toEqual(['kestrel', 'marmot', 'note']);
    await remove(first);
    expect(await foundFor('kestrle')).toEqual({ count: 0, didYouMean: null });
    await purge();
    expect(await wordsOf(owner)).toEqual(['marmot', 'note']);
    expect(await foundFor('marmto')).toEqual({ count: 1, didYouMean: 'marmot' });
  });

  it('are gone after a change that removes them from their only document', async () => {
    const path = await write('kestrel');
    await service.request('PATCH', path, { key, body: { content: 'marmot' } });
    await purge();
    expect(await wordsOf(owner)).toEqual(['marmot', 'note']);
  });

  it('are gone for an owner although somebody else has them', async () => {
    const other = await service.createUser();
    await write('kestrel', (await service.createKey(other, SCOPES)).apiKey);
    await remove(await write('kestrel'));
    await purge();
    expect(await wordsOf(owner)).toEqual([]);
    expect(await wordsOf(other)).toEqual(['kestrel', 'note']);
  });

  it('are gone in batches, of which none ends before all forms of its last word', async () => {
    // Two forms of each word, so that a batch ends between them.
    await service.query(
      `INSERT INTO document_words (space_id, word, term)
       SELECT $1::uuid, 'a' || number, 'a' || number || form FROM generate_series(1, 2500) AS number, unnest('{"",x}'::text[]) AS form
       UNION ALL SELECT $1::uuid, 'a', 'a'`,
      [owner.id],
    );
    await purge();
    expect(await wordsOf(owner)).toEqual([]);
  });

  it('stay if a document that is being written has them', async () => {
    await remove(await write('kestrel'));
    // The word is held until the document is complete: what takes its row away waits for that.
    const holder = new Client({ connectionString: service.database.ownerUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE document_indexes IN SHARE MODE');
    const waiting = async (count: number) =>
      eventually(
        async () => (await service.query<{ count: number }>(WAITING))[0]!.count,
        (found) => found === count,
      );
    const written = write('kestrel');
    await waiting(1);
    const purged = purge();
    await waiting(2);
    await holder.query('COMMIT');
    await holder.end();
    await Promise.all([written, purged]);
    expect(await wordsOf(owner)).toEqual(['kestrel', 'note']);
    expect(await foundFor('kestrle')).toEqual({ count: 1, didYouMean: 'kestrel' });
  });
});
