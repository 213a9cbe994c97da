import { Client } from 'pg';
import { newId } from '../src/common/new-id.js';
import { runMigrations, withMigrations } from '../src/database/migrations.js';
import { TestService, type TestUser } from './support/test-service.js';
import { eventually } from './support/until.js';

const NAME = 'DocumentSpaces1798000100000';
const SCOPES = ['documents:read', 'documents:write', 'documents:delete'];
const KEY = `SELECT pg_get_constraintdef(oid) AS key FROM pg_constraint WHERE conname = 'document_terms_pkey'`;
const OF_ONE_SPACE = 'PRIMARY KEY (document_id, term)';
const OF_SPACES = 'PRIMARY KEY (document_id, term, space_id)';
/** What a process of the version before does with each word of a document. */
const WRITE_AS_BEFORE = `
  INSERT INTO document_terms (document_id, space_id, term, impact, positions) VALUES ($1, $2, $3, 1, '\\x01')`;

describe('The migration to documents in several spaces', () => {
  let service: TestService;
  let owner: TestUser;
  let key: string;

  beforeEach(async () => {
    service = await TestService.start();
    owner = await service.createUser();
    key = (await service.createKey(owner, SCOPES)).apiKey;
  });
  afterEach(() => service.stop());

  const down = () =>
    withMigrations(service.database.ownerUrl, async (dataSource) => {
      while ((await service.query(`SELECT FROM migrations WHERE name = '${NAME}'`)).length > 0)
        await dataSource.undoLastMigration();
    });
  const up = () => runMigrations({ ...service.database, ownerUrl: service.database.schemaUrl });
  const primaryKey = async () => (await service.query<{ key: string }>(KEY))[0]!.key;
  const isValid = async () =>
    (
      await service.query<{ valid: boolean }>(
        `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'document_terms_pkey'::regclass`,
      )
    )[0]!.valid;
  const write = async (content: string): Promise<string> => {
    const made = await service.request('POST', '/api/documents', { key, body: { title: 'Note', content } });
    expect(made.status).toBe(201);
    return made.body.id as string;
  };
  const find = async (words: string): Promise<string[]> => {
    const { body } = await service.request('POST', '/api/documents/search', { key, body: { query: words } });
    return body.results.map(({ id }: { id: string }) => id);
  };

  it('exchanges the key while a process of the version before reads and writes', async () => {
    const id = await write('The zebra grazes.');
    await down();
    expect(await primaryKey()).toBe(OF_ONE_SPACE);
    // A reader that holds its transaction open for longer than the exchange may wait.
    const reader = new Client({ connectionString: service.database.ownerUrl });
    const writer = new Client({ connectionString: service.database.ownerUrl });
    await Promise.all([reader.connect(), writer.connect()]);
    let isDone = false;
    try {
      const migrated = up().finally(() => (isDone = true));
      await eventually(
        () => service.query(`SELECT FROM pg_class WHERE relname = 'document_terms_next'`),
        (found) => found.length > 0 || isDone,
      );
      await reader.query('BEGIN');
      await reader.query('SELECT count(*) FROM document_terms');
      await writer.query(`SET statement_timeout = '10s'`);
      const written = newId();
      for (let number = 0; number < 20; number++)
        await writer.query(WRITE_AS_BEFORE, [written, owner.id, `word${number}`]);
      await reader.query('COMMIT');
      await migrated;
      const [{ count }] = (await service.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM document_terms WHERE document_id = $1`,
        [written],
      )) as [{ count: number }];
      expect(count).toBe(20);
    } finally {
      await Promise.all([reader.end(), writer.end()]);
    }
    expect([await primaryKey(), await isValid()]).toEqual([OF_SPACES, true]);
    expect(await find('zebras')).toEqual([id]);
  });

  it('goes on where an earlier run was interrupted', async () => {
    await write('The zebra grazes.');
    await down();
    await service.query(
      'CREATE UNIQUE INDEX document_terms_next ON document_terms (document_id, term, space_id)',
    );
    await service.query(
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'document_terms_next'::regclass`,
    );
    await up();
    expect([await primaryKey(), await isValid()]).toEqual([OF_SPACES, true]);
    // The key was exchanged, but the run of the migration was not recorded.
    await service.query(`DELETE FROM migrations WHERE name = '${NAME}'`);
    await up();
    expect(await primaryKey()).toBe(OF_SPACES);
  });

  it('is taken back to what a document has in the space of its owner', async () => {
    const id = await write('The zebra grazes.');
    const before = await service.query('SELECT * FROM document_terms ORDER BY document_id, term');
    await service.query(
      `INSERT INTO document_terms (document_id, space_id, term, impact, positions)
       SELECT document_id, $1, term, impact, positions FROM document_terms`,
      [newId()],
    );
    expect(await find('zebra')).toEqual([id]);
    await down();
    expect(await service.query('SELECT * FROM document_terms ORDER BY document_id, term')).toEqual(before);
    expect([await primaryKey(), await isValid()]).toEqual([OF_ONE_SPACE, true]);
    await up();
    expect(await find('zebra')).toEqual([id]);
  });
});
