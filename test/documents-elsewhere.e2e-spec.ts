import { Client } from 'pg';
import { newId } from '../src/common/new-id.js';
import { createDatabase, query } from './support/database.js';
import { Replica } from './support/replica.js';
import { TestService, type TestUser } from './support/test-service.js';
import { eventually } from './support/until.js';

const DOCUMENTS = '/api/documents';

/** A process of the version before writes documents as these specs do: by SQL, which names no index. */
describe('A document that a process of the version before writes', () => {
  let service: TestService;
  let owner: TestUser;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    owner = await service.createUser();
    key = (await service.createKey(owner, ['documents:read', 'documents:write', 'documents:delete'])).apiKey;
  });

  const write = async (body: object): Promise<string> => {
    const made = await service.request('POST', DOCUMENTS, { key, body });
    expect(made.status).toBe(201);
    return made.body.id as string;
  };
  const find = async (words: string): Promise<string[]> => {
    const { body } = await service.request('POST', `${DOCUMENTS}/search`, { key, body: { query: words } });
    return body.results.map(({ id }: { id: string }) => id);
  };
  const isFound = async (id: string, words: string) =>
    expect(
      await eventually(
        () => find(words),
        (ids) => ids.length > 0,
      ),
    ).toEqual([id]);
  const bySql = (sql: string, values: unknown[]) => query(service.database.url, sql, values);
  const queued = () => service.query('SELECT document_id AS id FROM unindexed_documents');
  const languageOf = async (id: string) =>
    (await service.query('SELECT language FROM document_indexes WHERE document_id = $1', [id]))[0]?.language;

  it.each(['title', 'content', 'filename'])(
    'is found by its new words after a change of its %s, and no more by the former ones',
    async (column) => {
      const id = await write({
        title: 'Report',
        content: 'Report',
        filename: 'report',
        [column]: 'giraffes',
      });
      expect(await find('giraffe')).toEqual([id]);
      await bySql(`UPDATE documents SET ${column} = 'elephants' WHERE id = $1`, [id]);
      expect(await find('giraffe')).toEqual([]);
      await isFound(id, 'elephant');
      expect(await find('giraffe')).toEqual([]);
      expect(await queued()).toEqual([]);
    },
  );

  it('is found when it is new', async () => {
    const id = newId();
    await bySql(
      `INSERT INTO documents (id, owner_id, title, content) VALUES ($1, $2, 'Report', 'about elephants')`,
      [id, owner.id],
    );
    await isFound(id, 'elephant');
    expect(await queued()).toEqual([]);
  });

  it('keeps the language that was given', async () => {
    const id = await write({ title: 'Project', content: 'Haus', language: 'de' });
    await bySql(`UPDATE documents SET content = 'Hof' WHERE id = $1`, [id]);
    await isFound(id, 'Höfe');
    expect(await languageOf(id)).toBe('de');
  });

  it('keeps its index when the change is rolled back', async () => {
    const id = await write({ title: 'Report', content: 'giraffes' });
    const client = new Client({ connectionString: service.database.url });
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query(`UPDATE documents SET content = 'elephants' WHERE id = $1`, [id]);
      await client.query('ROLLBACK');
    } finally {
      await client.end();
    }
    expect(await find('giraffe')).toEqual([id]);
    expect(await queued()).toEqual([]);
  });

  it('is not waited for by searches while it is changed once more', async () => {
    const id = await write({ title: 'Report', content: 'giraffes' });
    const client = new Client({ connectionString: service.database.url });
    await client.connect();
    try {
      await bySql(`UPDATE documents SET content = 'elephants' WHERE id = $1`, [id]);
      await client.query('BEGIN');
      await client.query(`UPDATE documents SET content = 'zebras' WHERE id = $1`, [id]);
      expect(await find('elephant zebra')).toEqual([]);
      await client.query('COMMIT');
    } finally {
      await client.end();
    }
    await isFound(id, 'zebra');
    expect(await find('elephant')).toEqual([]);
  });

  it('is indexed without any search by a process that starts', async () => {
    const ids = await Promise.all(
      [1, 2, 3].map((number) => write({ title: `Report ${number}`, content: 'x' })),
    );
    await bySql(`UPDATE documents SET content = 'elephants' WHERE id = ANY ($1)`, [ids]);
    const replica = await Replica.of(service);
    try {
      expect(await eventually(queued, (left) => left.length === 0)).toEqual([]);
    } finally {
      await replica.stop();
    }
    expect((await find('elephant')).sort()).toEqual(ids);
  });

  it('is queued no more once this version has changed or deleted it', async () => {
    const [changed, deleted] = [
      await write({ title: 'Report', content: 'x' }),
      await write({ title: 'Report', content: 'x' }),
    ];
    await bySql(`UPDATE documents SET content = 'giraffes' WHERE id = ANY ($1)`, [[changed, deleted]]);
    await service.request('PATCH', `${DOCUMENTS}/${changed}`, { key, body: { content: 'zebras' } });
    await service.request('DELETE', `${DOCUMENTS}/${deleted}`, { key });
    expect(await find('zebra')).toEqual([changed]);
    expect(
      await eventually(
        () => find('giraffe').then(queued),
        (left) => left.length === 0,
      ),
    ).toEqual([]);
    expect(await find('zebra')).toEqual([changed]);
  });

  it('needs no queue when this version writes it', async () => {
    const id = await write({ title: 'Report', content: 'giraffes' });
    expect(await queued()).toEqual([]);
    await service.request('PATCH', `${DOCUMENTS}/${id}`, { key, body: { content: 'elephants' } });
    expect(await queued()).toEqual([]);
    expect([await find('giraffe'), await find('elephant')]).toEqual([[], [id]]);
  });

  it('is written also before the role of the service has been granted the tables of the index', async () => {
    const database = await createDatabase();
    try {
      const role = new URL(database.url).username;
      const tables = 'document_indexes, document_terms, unindexed_documents';
      await query(database.schemaUrl, `REVOKE ALL ON ${tables} FROM ${role}`);
      const [user, id] = [newId(), newId()];
      await query(
        database.url,
        `INSERT INTO users (id, email, name, role, tier) VALUES ($1, 'ada@example.com', 'Ada', 'member', 'free')`,
        [user],
      );
      await query(
        database.url,
        `INSERT INTO documents (id, owner_id, title, content) VALUES ($1, $2, 'Report', 'giraffes')`,
        [id, user],
      );
      await query(database.url, `UPDATE documents SET content = 'elephants' WHERE id = $1`, [id]);
      expect(
        await query(database.schemaUrl, 'SELECT document_id, space_id FROM unindexed_documents'),
      ).toEqual([{ document_id: id, space_id: user }]);
    } finally {
      await database.drop();
    }
  });
});
