import { Client } from 'pg';
import { runMigrations, withMigrations } from '../src/database/migrations.js';
import { Replica } from './support/replica.js';
import { TestService, type TestUser } from './support/test-service.js';

const FIRST = 'Identity1797000000000';
const DOCUMENTS = 100_000;
const WRITERS = 4;
/** A statement that waits longer for a lock fails, and with it the spec. */
const LOCK_TIMEOUT = '2s';
/** What is known of the tables, so that a way there and back is seen to leave nothing. */
const SCHEMA = `
  SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') AS line
  FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT tgrelid::regclass || ' ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT proname || ' ' || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  ORDER BY 1`;
const CONTENTS = `
  SELECT 'documents' AS of, count(*)::int, md5(string_agg(id || title || content, '' ORDER BY id)) AS sum FROM documents
  UNION ALL SELECT 'users', count(*)::int, md5(string_agg(id || email || name || role || is_active, '' ORDER BY id)) FROM users
  UNION ALL SELECT 'api_keys', count(*)::int, md5(string_agg(id || encode(key_hash, 'hex') || scopes::text, '' ORDER BY id)) FROM api_keys
  ORDER BY 1`;

describe('The migrations by which people sign in, on a database with 100,000 documents', () => {
  let service: TestService;
  let owner: TestUser;
  let apiKey: string;

  beforeAll(async () => {
    service = await TestService.start();
    owner = await service.createUser();
    ({ apiKey } = await service.createKey(owner, ['documents:read', 'documents:write']));
    await service.query(
      `INSERT INTO documents (id, owner_id, title, content)
       SELECT gen_random_uuid(), $1, 'Note ' || n, 'The text of note ' || n FROM generate_series(1, $2::int) AS n`,
      [owner.id, DOCUMENTS],
    );
  }, 180_000);
  afterAll(() => service.stop());

  const up = () => runMigrations({ ...service.database, ownerUrl: service.database.schemaUrl });
  const isApplied = async () =>
    (await service.query(`SELECT FROM migrations WHERE name = '${FIRST}'`)).length > 0;
  const down = () =>
    withMigrations(service.database.ownerUrl, async (dataSource) => {
      while (await isApplied()) await dataSource.undoLastMigration();
    });
  const schema = async () => (await service.query<{ line: string }>(SCHEMA)).map(({ line }) => line);
  const contents = () => service.query(CONTENTS);

  /** Writes as a service of the release before does, until `work` has ended. @returns how often each statement was done */
  async function whileOthersWrite(work: () => Promise<unknown>): Promise<number[]> {
    const over = new AbortController();
    const write = async () => {
      const client = new Client({ connectionString: service.database.ownerUrl });
      await client.connect();
      await client.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`);
      let rounds = 0;
      try {
        for (; !over.signal.aborted || rounds === 0; rounds++) {
          await client.query('SELECT id, email, name, role, tier, is_active FROM users WHERE id = $1', [
            owner.id,
          ]);
          await client.query('UPDATE users SET updated_at = now() WHERE id = $1', [owner.id]);
          await client.query('UPDATE api_keys SET last_used_at = now() WHERE user_id = $1', [owner.id]);
          await client.query(
            `WITH made AS (
               INSERT INTO documents (id, owner_id, title, content)
               VALUES (gen_random_uuid(), $1, 'Meanwhile', 'Written meanwhile') RETURNING id
             ) SELECT id FROM made`,
            [owner.id],
          );
          await client.query(`DELETE FROM documents WHERE owner_id = $1 AND title = 'Meanwhile'`, [owner.id]);
        }
        return rounds;
      } finally {
        await client.end();
      }
    };
    const writers = Promise.all(Array.from({ length: WRITERS }, write));
    writers.catch(() => undefined);
    try {
      await work();
    } finally {
      over.abort();
    }
    return writers;
  }

  it('run while others write, keep all that was there, and revert without a trace', async () => {
    const [newSchema, before] = [await schema(), await contents()];
    await down();
    const oldSchema = await schema();
    expect([oldSchema.filter((line) => line.startsWith('sessions')), await contents()]).toEqual([[], before]);

    const rounds = await whileOthersWrite(up);
    expect(rounds).toEqual(Array(WRITERS).fill(expect.any(Number)));
    expect([await schema(), await contents()]).toEqual([newSchema, before]);

    await whileOthersWrite(down);
    expect([await schema(), await contents()]).toEqual([oldSchema, before]);

    await up();
    expect([await schema(), await contents()]).toEqual([newSchema, before]);
  }, 300_000);

  it('leave a database on which the keys of before work, and which people can sign in to', async () => {
    const replica = await Replica.of(service);
    try {
      const me = await replica.request('GET', '/api/me', apiKey);
      const list = await replica.request('GET', '/api/documents?limit=1', apiKey);
      expect([me.status, list.status, list.body.documents]).toEqual([200, 200, [expect.anything()]]);
      const session = await fetch(`${replica.service.url}/auth/get-session`);
      expect([session.status, await session.json()]).toEqual([200, null]);
    } finally {
      await replica.stop();
    }
  });
});
