import { Client } from 'pg';
import { generateApiKey } from '../src/api-keys/key-format.js';
import {
  bringBack,
  createDatabase,
  LOCK_HOLDER,
  query,
  takeAway,
  type TestDatabase,
} from './support/database.js';
import { startProcess } from './support/process.js';
import { type Answer, TestService } from './support/test-service.js';
import { eventually } from './support/until.js';

const BODY = { title: 'Once', content: 'and no more' };
const WAITING = `SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'documents'::regclass`;
const CLAIMS = 'SELECT attempt, status FROM idempotency_keys';

/** Takes a lock. @returns a function that releases it */
async function hold(url: string, lock: string): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: url, application_name: LOCK_HOLDER });
  // The database may become unavailable meanwhile.
  client.on('error', () => {});
  await client.connect();
  await client.query(`BEGIN; ${lock}`);
  return () => client.end();
}

/** Delays every creation of a document until it is released. */
const holdDocuments = (url: string) => hold(url, 'LOCK TABLE documents IN ACCESS EXCLUSIVE MODE');
/** Delays every release of an idempotency key. */
const holdClaims = (url: string) => hold(url, 'SELECT FROM idempotency_keys FOR UPDATE');

/** Waits until the given number of creations wait for the lock. */
const held = (url: string, count: number) =>
  eventually(
    () => query<{ pid: number }>(url, WAITING),
    (waiting) => waiting.length === count,
  );

const claims = (url: string) => query<{ attempt: string; status: number | null }>(url, CLAIMS);
const documents = async (url: string) => (await query(url, 'SELECT id FROM documents')).length;
const abandon = (url: string) =>
  query(url, `UPDATE idempotency_keys SET created_at = now() - interval '61 seconds'`);

describe('An Idempotency-Key', () => {
  let service: TestService;
  let url: string;

  beforeEach(async () => {
    service = await TestService.start();
    url = service.database.url;
  });
  afterEach(async () => {
    await bringBack(service.database.name);
    await service.stop();
  });

  const send = (body: object = BODY): Promise<Answer> =>
    service.request('POST', '/api/documents', {
      key: service.adminKey,
      body,
      headers: { 'idempotency-key': 'one' },
    });
  const expectInProgress = ({ status, body, headers }: Answer) => {
    expect([status, body.code]).toEqual([409, 'idempotency_in_progress']);
    expect(headers.get('retry-after')).toBe('1');
  };

  it('whose first request is running answers 409, and 422 for another body', async () => {
    const letGo = await holdDocuments(url);
    const first = send();
    await held(url, 1);
    expectInProgress(await send());
    expect((await send({ ...BODY, title: 'Other' })).body.code).toBe('idempotency_key_reused');
    await letGo();
    expect((await first).status).toBe(201);
    expect((await send()).text).toBe((await first).text);
    expect(await documents(url)).toBe(1);
  });

  it('is free at once when the database connection of the first request is lost before the commit', async () => {
    const letGo = await holdDocuments(url);
    const first = send();
    await held(url, 1);
    await query(url, `SELECT pg_terminate_backend(pid) FROM (${WAITING}) waiting`);
    expect([(await first).status, (await first).body.code]).toEqual([503, 'database_unavailable']);
    await letGo();
    expect([await documents(url), await claims(url)]).toEqual([0, []]);
    expect((await send()).status).toBe(201);
    expect(await documents(url)).toBe(1);
  });

  it('whose first request could not release it is free after a minute', async () => {
    await holdDocuments(url);
    const first = send();
    await held(url, 1);
    await holdClaims(url);
    await takeAway(service.database.name);
    expect((await first).status).toBe(503);
    await bringBack(service.database.name);
    expectInProgress(await send());
    await abandon(url);
    const again = await send();
    expect([again.status, again.headers.has('idempotent-replayed')]).toEqual([201, false]);
    expect(await documents(url)).toBe(1);
  });

  it('that another request has taken over prevents a slow one from creating anything', async () => {
    const letGo = await holdDocuments(url);
    const slow = send();
    await held(url, 1);
    await query(url, 'UPDATE idempotency_keys SET attempt = gen_random_uuid()');
    await letGo();
    expectInProgress(await slow);
    expect(await documents(url)).toBe(0);
    expectInProgress(await send());
  });

  it('that another request has taken over is not released by a slow one that fails', async () => {
    const letGo = await holdDocuments(url);
    const slow = send();
    const [first] = await held(url, 1);
    await abandon(url);
    const later = send();
    await held(url, 2);
    await query(url, 'SELECT pg_terminate_backend($1)', [first!.pid]);
    expect((await slow).status).toBe(503);
    expectInProgress(await send());
    await letGo();
    expect((await later).status).toBe(201);
    expect((await send()).text).toBe((await later).text);
    expect(await documents(url)).toBe(1);
  });

  it('without a database answers 503 and creates nothing, and may be sent again', async () => {
    await service.request('GET', '/api/me', { key: service.adminKey });
    await takeAway(service.database.name);
    for (let call = 0; call < 2; call++) {
      const answer = await send();
      expect([answer.status, answer.body.code]).toEqual([503, 'database_unavailable']);
    }
    await bringBack(service.database.name);
    expect([await documents(url), await claims(url)]).toEqual([0, []]);
    expect((await send()).status).toBe(201);
    expect((await send()).headers.get('idempotent-replayed')).toBe('true');
    expect(await documents(url)).toBe(1);
  });
});

describe('A process that is killed', () => {
  let database: TestDatabase;
  const key = generateApiKey('mcp');

  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(() => database.drop());

  const env = () => ({ DATABASE_URL: database.url, BOOTSTRAP_ADMIN_KEY: key });
  const send = (to: string) =>
    fetch(`${to}/api/documents`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': 'one',
      },
      body: JSON.stringify(BODY),
    });

  it('between the claim and the creation leaves nothing that a retry would duplicate', async () => {
    const first = await startProcess({ env: env() });
    const letGo = await holdDocuments(database.url);
    const lost = send(first.url).catch(() => 'lost');
    await held(database.url, 1);
    await first.command.stop('SIGKILL');
    expect(await lost).toBe('lost');
    await letGo();
    const second = await startProcess({ env: env() });
    try {
      expect((await send(second.url)).status).toBe(409);
      await abandon(database.url);
      const retries = await Promise.all(Array.from({ length: 5 }, () => send(second.url)));
      expect(retries.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
      expect(await documents(database.url)).toBe(1);
    } finally {
      await second.command.stop();
    }
  });

  it('after the creation leaves the answer for the retry', async () => {
    const first = await startProcess({ env: env() });
    const made = (await (await send(first.url)).json()) as { id: string };
    await first.command.stop('SIGKILL');
    const second = await startProcess({ env: env() });
    try {
      const again = await send(second.url);
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
      expect(await again.json()).toEqual(made);
      expect(await documents(database.url)).toBe(1);
    } finally {
      await second.command.stop();
    }
  });
});
