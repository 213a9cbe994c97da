import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { newId } from '../src/common/new-id.js';
import { loadMigrations } from '../src/database/load-migrations.js';
import { runMigrations, withMigrations } from '../src/database/migrations.js';
import { UnindexedDocuments } from '../src/documents/search/unindexed-documents.js';
import { createDatabase, query } from './support/database.js';
import { Replica } from './support/replica.js';
import { TestService, type TestUser } from './support/test-service.js';
import { eventually } from './support/until.js';

const NAME = 'DocumentSearch1795002000000';
const SCOPES = ['documents:read', 'documents:write', 'documents:delete'];
const SEARCH = '/api/documents/search';
/** More than two batches. */
const DOCUMENTS = 250;
/** The number of the document at which the background is made to wait. */
const HELD = 20;
/** A word that comes near to that of no other number. */
const nameOf = (number: number): string =>
  [Math.floor(number / 400), Math.floor(number / 20), number]
    .map((one) => 'bcdfghjklmnpqrtvwxzy'[one % 20]!.repeat(3))
    .join('');
const HOSTILE = [
  'x'.repeat(10_000),
  'ab '.repeat(3_000),
  `'; -- "' & | ! <->`,
  'the of and',
  '漢字 мир',
  '-a +b c*',
];
/** What is known of the tables of documents. */
const SCHEMA = `
  SELECT c.table_name || '.' || c.column_name || ' ' || c.data_type || ' ' || c.is_nullable || ' ' ||
         coalesce(c.generation_expression, '') AS line
  FROM information_schema.columns c WHERE c.table_schema = 'public' AND c.table_name LIKE 'document%'
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename LIKE 'document%'
  UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conname LIKE 'document%'
  UNION ALL SELECT concat_ws(' ', type, "table", name, value) FROM typeorm_metadata
  ORDER BY 1`;

describe('The migration to the index of documents', () => {
  let service: TestService;
  let owner: TestUser;
  let key: string;
  const replicas: Replica[] = [];

  beforeEach(async () => {
    service = await TestService.start();
    owner = await service.createUser();
    key = (await service.createKey(owner, SCOPES)).apiKey;
  });
  afterEach(async () => {
    for (const replica of replicas.splice(0)) await replica.stop();
    await service.stop();
  });

  const down = () =>
    withMigrations(service.database.ownerUrl, async (dataSource) => {
      while ((await service.query(`SELECT FROM migrations WHERE name = '${NAME}'`)).length > 0)
        await dataSource.undoLastMigration();
    });
  const up = () => runMigrations({ ...service.database, ownerUrl: service.database.schemaUrl });
  /** @returns their ids, in this order */
  const insert = async (texts: readonly string[]): Promise<string[]> => {
    const ids = texts.map(() => newId());
    await service.query(
      `INSERT INTO documents (id, owner_id, title, content)
       SELECT id, $1, 'Note', text FROM unnest($2::uuid[], $3::text[]) AS one (id, text)`,
      [owner.id, ids, texts],
    );
    return ids;
  };
  const start = async (): Promise<Replica> => {
    const replica = await Replica.of(service);
    replicas.push(replica);
    return replica;
  };
  const found = async (replica: Replica, query: string): Promise<string[]> => {
    const { status, body } = await replica.request('POST', SEARCH, key, { query, limit: 50 });
    expect(status).toBe(200);
    return body.results.map(({ id }: { id: string }) => id).sort();
  };
  const indexed = async () =>
    (await service.query<{ count: number }>('SELECT count(*)::int AS count FROM document_indexes'))[0]!.count;
  /** When each was indexed, by the transactions. */
  const transactions = async () =>
    new Map(
      (
        await service.query<{ id: string; written: string }>(
          'SELECT document_id AS id, xmin::text AS written FROM document_indexes',
        )
      ).map(({ id, written }) => [id, written]),
    );

  it('finds documents that are not indexed yet, takes writes meanwhile, and goes on where it was interrupted', async () => {
    await down();
    const ids = await insert(
      Array.from({ length: DOCUMENTS }, (_, number) => `The zebra ${nameOf(number)} grazes.`),
    );
    await up();
    // The background indexes one after the other, and waits for a word that somebody else is about to add.
    let ended: Promise<void> | undefined;
    const holder = new Client({ connectionString: service.database.ownerUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('INSERT INTO document_words (space_id, word, term) VALUES ($1, $2, $2)', [
      owner.id,
      nameOf(HELD),
    ]);
    try {
      const first = await start();
      await eventually(indexed, (count) => count === HELD);

      const send = (method: string, path: string, body?: unknown) =>
        first.request(method, `/api/documents${path}`, key, body);
      expect(await found(first, nameOf(200))).toEqual([ids[200]]);
      expect(await indexed()).toBe(HELD + 1);
      expect((await send('PATCH', `/${ids[100]}`, { content: 'A marmot.' })).status).toBe(200);
      expect(await found(first, nameOf(100))).toEqual([]);
      expect(await found(first, 'marmot')).toEqual([ids[100]]);
      expect((await send('DELETE', `/${ids[101]}`)).status).toBe(204);
      expect(await found(first, nameOf(101))).toEqual([]);
      const made = await send('POST', '', { title: 'New', content: 'A kestrel.' });
      expect(await found(first, 'kestrel')).toEqual([made.body.id]);
      const { status, body } = await send('POST', '/search', { query: nameOf(HELD) });
      expect([status, body.results, body.partial]).toEqual([200, [], true]);
      for (const query of HOSTILE) {
        const answer = await send('POST', '/search', { query });
        expect([query.slice(0, 20), answer.status]).toEqual([query.slice(0, 20), 200]);
      }

      ended = first.service.app.get(UnindexedDocuments, { strict: false }).onModuleDestroy();
    } finally {
      await holder.end();
    }
    await ended;
    const before = await transactions();
    expect(before.size).toBeLessThan(DOCUMENTS / 2);
    const second = await start();
    await eventually(indexed, (count) => count === DOCUMENTS);
    const after = await transactions();
    for (const [id, written] of before) expect([id, after.get(id)]).toEqual([id, written]);
    for (const number of [0, HELD, HELD + 1, 99, 102, DOCUMENTS - 1])
      expect(await found(second, nameOf(number))).toEqual([ids[number]]);
    expect(await found(second, `${nameOf(100)} or ${nameOf(101)}`)).toEqual([]);
  });

  it('goes on behind a document that cannot be indexed', async () => {
    await down();
    const ids = await insert(['The zebra grazes.', 'The marmot sleeps.', 'The kestrel flies.']);
    await up();
    await service.query(
      `ALTER TABLE document_indexes ADD CONSTRAINT none_of_this CHECK (document_id <> '${ids[1]}')`,
    );
    const replica = await start();
    await eventually(indexed, (count) => count === 2);
    expect(await found(replica, 'kestrel')).toEqual([ids[2]]);
    const { status, body } = await replica.request('POST', SEARCH, key, { query: 'marmot or zebra' });
    expect([status, body.count, body.partial]).toEqual([200, 1, true]);
  });

  it('can be taken back to the search and the schema of before, and be made again', async () => {
    for (const content of ['The zebra grazes.', 'The marmot sleeps.']) {
      const body = { title: 'Note', content };
      expect((await service.request('POST', '/api/documents', { key, body })).status).toBe(201);
    }
    await down();
    const searched = await service.query<{ content: string }>(
      `SELECT content FROM documents WHERE search @@ websearch_to_tsquery('english', 'zebras grazing')`,
    );
    expect(searched).toEqual([{ content: 'The zebra grazes.' }]);
    const earlier = await createDatabase('template0');
    try {
      await migrateBefore(earlier.schemaUrl);
      expect(await service.query(SCHEMA)).toEqual(await query(earlier.ownerUrl, SCHEMA));
    } finally {
      await earlier.drop();
    }
    await insert(['The kestrel flies.']);
    await up();
    const replica = await start();
    await eventually(indexed, (count) => count === 3);
    for (const query of ['zebras', 'marmots', 'kestrels'])
      expect(await found(replica, query)).toHaveLength(1);
  });
});

/** Runs the migrations that came before this one, on an empty database. */
async function migrateBefore(url: string): Promise<void> {
  const migrations = await loadMigrations();
  const at = migrations.findIndex(({ name }) => name === NAME);
  const dataSource = new DataSource({ type: 'postgres', url, migrations: migrations.slice(0, at) });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations({ transaction: 'each' });
  } finally {
    await dataSource.destroy();
  }
}
