import { DEFAULT_ORGANIZATION } from '../src/access/principal.js';
import { generateApiKey } from '../src/api-keys/key-format.js';
import { createDatabase, query, type TestDatabase } from './support/database.js';
import { startProcess } from './support/process.js';
import { eventually } from './support/until.js';

const VERIFY = '/api/audit/verify';
const MANY_SEALS = `
  INSERT INTO audit_events (id, occurred_at, node_id, node_seq, action, outcome)
  SELECT gen_random_uuid(), now(), '${DEFAULT_ORGANIZATION}', n, 'tools/call', 'success' FROM generate_series(1, $1::int) n`;
const ROWS = 200_000;

/** The environment that two processes of one service share. */
const start = async (database: TestDatabase, key: string) => {
  const { command, url } = await startProcess({
    env: {
      DATABASE_URL: database.url,
      MIGRATE_ON_START: 'false',
      BOOTSTRAP_ADMIN_KEY: key,
      COHERENCE: 'replicas',
    },
  });
  const send = async (method: string, path = '') => {
    const answer = await fetch(`${url}${VERIFY}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}` },
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  return { command, send };
};

describe('A verification whose process is killed', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
    await query(database.ownerUrl, MANY_SEALS, [ROWS]);
  }, 60_000);
  afterAll(() => database.drop());

  it('is lost, its process ends with that of the service, and another replica begins one', async () => {
    const key = generateApiKey('mcp');
    const one = await start(database, key);
    const other = await start(database, key);
    const { body: begun } = await one.send('POST');
    await eventually(
      () => other.send('GET', `/${begun.id}`),
      ({ body }) => body.state === 'running',
    );
    expect((await other.send('POST')).status).toBe(409);
    await one.command.stop('SIGKILL');
    const sessions = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%'`;
    await eventually(
      () => query<{ count: number }>(database.ownerUrl, sessions),
      ([row]) => row!.count === 0,
    );
    await query(
      database.ownerUrl,
      `UPDATE audit_verifications SET heartbeat_at = now() - interval '1 hour' WHERE id = $1`,
      [begun.id],
    );
    const next = await other.send('POST');
    expect(next.status).toBe(202);
    expect((await other.send('GET', `/${begun.id}`)).body.state).toBe('lost');
    const stopped = await other.send('DELETE', `/${next.body.id}`);
    expect([204, 409]).toContain(stopped.status);
    await other.command.stop();
  }, 120_000);
});
