import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { readSettings } from '../src/config/settings.js';
import { startService } from '../src/server/http-service.js';
import { shareUser } from '../src/users/user-locks.js';
import { Replica } from './support/replica.js';
import { TestService, type TestUser } from './support/test-service.js';
import { eventually, until } from './support/until.js';

describe('Two replicas on one database', () => {
  let service: TestService;
  let replica: Replica;
  let user: TestUser;

  beforeAll(async () => {
    service = await TestService.start();
    replica = await Replica.of(service);
  });
  afterAll(async () => {
    await replica?.stop();
    await service?.stop();
  });

  beforeEach(async () => {
    user = await service.createUser({ role: 'admin' });
  });

  const me = (key: string) => replica.request('GET', '/api/me', key);
  const knownKey = async (scopes = ['documents:read']) => {
    const created = await service.createKey(user, scopes);
    expect((await me(created.apiKey)).status).toBe(200);
    return created;
  };
  const admin = (method: string, path: string, body?: unknown) =>
    service.request(method, path, { key: service.adminKey, ...(body !== undefined && { body }) });
  const epoch = async () =>
    (await service.query<{ epoch: string }>('SELECT epoch FROM coherence_epoch'))[0]!.epoch;

  it('refuses a revoked key on the other replica as soon as the revocation has returned', async () => {
    for (let round = 0; round < 20; round++) {
      const { id, apiKey } = await knownKey();
      const answer = await admin('DELETE', `/api/mcp/keys/${id}`);
      const { status } = await me(apiKey);
      expect([answer.status, status]).toEqual([204, 401]);
      expect(answer.headers.get('coherence')).toMatch(/^replicas=2, waited=\d+$/);
    }
  });

  it('refuses a key on the other replica as soon as it was disabled', async () => {
    const { id, apiKey } = await knownKey();
    await admin('PATCH', `/api/mcp/keys/${id}`, { enabled: false });
    expect((await me(apiKey)).status).toBe(401);
  });

  it('narrows a key on the other replica before the change returns', async () => {
    const { id, apiKey } = await knownKey(['documents:read', 'documents:write']);
    await admin('PATCH', `/api/mcp/keys/${id}`, { scopes: ['documents:read'] });
    const answer = await replica.request('POST', '/api/documents', apiKey, { title: 'A', content: 'B' });
    expect(answer.status).toBe(403);
  });

  it('ends a key on the other replica that was rotated without a grace period', async () => {
    const { id, apiKey } = await knownKey();
    const answer = await admin('POST', `/api/mcp/keys/${id}/rotate`, {});
    expect([answer.status, (await me(apiKey)).status]).toEqual([201, 401]);
    expect(answer.headers.get('coherence')).toMatch(/^replicas=2, /);
  });

  it('demotes a user on the other replica before the change returns', async () => {
    const { apiKey } = await knownKey(['users:read']);
    expect((await replica.request('GET', '/api/users', apiKey)).status).toBe(200);
    const answer = await admin('PATCH', `/api/users/${user.id}`, { role: 'member' });
    expect((await replica.request('GET', '/api/users', apiKey)).status).toBe(403);
    expect(answer.headers.get('coherence')).toMatch(/^replicas=2, /);
  });

  it('deactivates a user on the other replica before the change returns', async () => {
    const { apiKey } = await knownKey();
    await admin('PATCH', `/api/users/${user.id}`, { isActive: false });
    expect((await me(apiKey)).status).toBe(403);
  });

  it('does not say how coherent it is where nothing was changed', async () => {
    expect((await admin('GET', '/api/mcp/keys')).headers.get('coherence')).toBeNull();
    expect((await admin('DELETE', `/api/mcp/keys/${randomUUID()}`)).headers.get('coherence')).toBeNull();
  });

  it('applies a change that somebody makes by SQL', async () => {
    const { id, apiKey } = await knownKey();
    await service.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [id]);
    const { status } = await eventually(
      () => me(apiKey),
      (answer) => answer.status !== 200,
    );
    expect(status).toBe(401);
  });

  it('applies it when a key is deleted with its owner', async () => {
    const { apiKey } = await knownKey();
    await service.query('DELETE FROM api_keys WHERE user_id = $1', [user.id]);
    await service.query('DELETE FROM users WHERE id = $1', [user.id]);
    const { status } = await eventually(
      () => me(apiKey),
      (answer) => answer.status !== 200,
    );
    expect(status).toBe(401);
  });

  it('searches on the other replica with the synonyms of now as soon as they were replaced', async () => {
    const { apiKey } = await service.createKey(user, ['documents:*']);
    const body = { title: 'Slides', content: 'The deck for the board.' };
    await service.request('POST', '/api/documents', { key: apiKey, body });
    const found = async () => {
      const { body } = await replica.request('POST', '/api/documents/search', apiKey, { query: 'keynotes' });
      return body.count as number;
    };
    const replace = (groups: string[][]) => admin('PUT', '/api/documents/synonyms', { groups });
    expect(await found()).toBe(0);
    const { status, headers } = await replace([['deck', 'keynote']]);
    expect([status, headers.get('coherence')]).toEqual([200, expect.stringMatching(/^replicas=2, /)]);
    expect(await found()).toBe(1);
    expect((await replace([])).status).toBe(200);
    expect(await found()).toBe(0);
  });

  it('counts a transaction once, however many rows it changes', async () => {
    await service.createKey(user, ['documents:read']);
    await service.createKey(user, ['documents:read']);
    const before = Number(await epoch());
    await service.query('UPDATE api_keys SET enabled = false WHERE user_id = $1', [user.id]);
    expect(Number(await epoch())).toBe(before + 1);
    const changes = await service.query('SELECT kind FROM coherence_changes WHERE epoch = $1', [before + 1]);
    expect(changes).toEqual([{ kind: 'key' }, { kind: 'key' }]);
  });

  it('does not count what carries no power, nor what changes nothing', async () => {
    const { id } = await service.createKey(user, ['documents:read']);
    const before = await epoch();
    await service.query('UPDATE api_keys SET last_used_at = now(), enabled = enabled WHERE id = $1', [id]);
    expect(await epoch()).toBe(before);
  });

  it('lets two transactions that change the same rows in another order end without a deadlock', async () => {
    const [a, b] = [await knownKey(), await knownKey()];
    const revoke = ({ id }: { id: string }) => admin('DELETE', `/api/mcp/keys/${id}`);
    const rename = ({ id }: { id: string }, name: string) => admin('PATCH', `/api/mcp/keys/${id}`, { name });
    const answers = await Promise.all([rename(a, 'x'), rename(b, 'y'), rename(a, 'z'), revoke(b), revoke(a)]);
    expect(answers.every(({ status }) => status < 500)).toBe(true);
  });

  it('lets a change of power wait for the intent of an elevated call that was admitted before', async () => {
    const { id, apiKey } = await knownKey(['documents:read', 'documents:write', 'documents:delete']);
    const body = { title: 'Kept', content: 'As it is' };
    const document = (await service.request('POST', '/api/documents', { key: apiKey, body })).body;
    const blocker = new Client({ connectionString: service.database.ownerUrl });
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE audit_events IN SHARE ROW EXCLUSIVE MODE');
    const call = replica.call(apiKey, 'documents_delete', { id: document.id });
    const waits = (lock: string, sql: string) =>
      eventually(
        () =>
          service.query(
            `SELECT FROM pg_stat_activity WHERE datname = $1 AND wait_event = $2 AND query LIKE $3`,
            [service.database.name, lock, sql],
          ),
        ({ length }) => length > 0,
      );
    await waits('relation', '%INSERT INTO audit_events%');
    const revocation = admin('DELETE', `/api/mcp/keys/${id}`);
    await waits('advisory', '%pg_advisory_xact_lock(%');
    await blocker.query('ROLLBACK');
    await blocker.end();
    expect((await call).body.result.isError).toBeUndefined();
    expect((await revocation).status).toBe(204);
    const refused = await replica.call(apiKey, 'documents_get', { id: document.id });
    expect(refused.status).toBe(401);
  });

  it('ends a revocation although a replica hangs in the middle of writing the intent of an elevated call', async () => {
    const { id, apiKey } = await knownKey();
    let goOn!: () => void;
    const hangs = new Promise<void>((resolve) => (goOn = resolve));
    let begun!: () => void;
    const shared = new Promise<void>((resolve) => (begun = resolve));
    const intent = replica.service.app.get(DataSource, { strict: false }).transaction(async (manager) => {
      await shareUser(manager, user.id);
      begun();
      await hangs;
    });
    const outcome = intent.then(
      () => 'committed',
      () => 'rolled back',
    );
    await shared;
    expect((await admin('DELETE', `/api/mcp/keys/${id}`)).status).toBe(204);
    goOn();
    expect(await outcome).toBe('rolled back');
    expect((await me(apiKey)).status).toBe(401);
  });

  it('refuses an elevated call that waited for a revocation which was committed before its intent', async () => {
    const { id, apiKey } = await knownKey(['documents:read', 'documents:write', 'documents:delete']);
    const body = { title: 'Kept', content: 'As it is' };
    const document = (await service.request('POST', '/api/documents', { key: apiKey, body })).body;
    const revocation = new Client({ connectionString: service.database.ownerUrl });
    await revocation.connect();
    await revocation.query('BEGIN');
    await revocation.query('SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE', [user.id]);
    await revocation.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [id]);
    const call = replica.call(apiKey, 'documents_delete', { id: document.id });
    await eventually(
      () =>
        service.query(`SELECT FROM pg_stat_activity WHERE datname = $1 AND wait_event = 'transactionid'`, [
          service.database.name,
        ]),
      ({ length }) => length > 0,
    );
    await revocation.query('COMMIT');
    await revocation.end();
    expect((await call).status).toBe(401);
  });

  it('lets a change of power take its turn among elevated calls that come without a pause', async () => {
    const { id, apiKey } = await knownKey(['documents:read', 'documents:delete']);
    const callers = Array.from({ length: 12 }, async () => {
      let status = 200;
      while (status === 200)
        ({ status } = await replica.call(apiKey, 'documents_delete', { id: randomUUID() }));
      return status;
    });
    const { status } = await admin('DELETE', `/api/mcp/keys/${id}`);
    expect(status).toBe(204);
    expect(await Promise.all(callers)).toEqual(Array(12).fill(401));
  });

  it('names the mode and the number of replicas in its readiness', async () => {
    const { body } = await service.request('GET', '/health/ready');
    expect(body.checks.coherence).toMatchObject({ mode: 'replicas', status: 'ok', replicas: 2 });
  });
});

describe('Two replicas that poll seldom', () => {
  // Ten seconds pass between two polls, which is longer than `until` waits.
  const env = { COHERENCE_LEASE_MS: '60000' };
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ env });
  });
  afterAll(() => service.stop());

  it('count each other as soon as one has joined or left, because they share out the limits', async () => {
    const count = async () =>
      (await service.request('GET', '/health/ready')).body.checks.coherence.replicas as number;
    const replica = await Replica.of(service, [], env);
    await until(async () => (await count()) === 2);
    const together = await count();
    await replica.stop();
    await until(async () => (await count()) === 1);
    expect([together, await count()]).toEqual([2, 1]);
  });
});

describe('A replica that loses touch with PostgreSQL', () => {
  const LEASE_MS = '500';
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ env: { COHERENCE_LEASE_MS: LEASE_MS } });
  });
  afterAll(() => service?.stop());

  const me = () => service.request('GET', '/api/me', { key: service.adminKey });

  it('refuses calls with lease_expired, is not ready, and serves again by itself', async () => {
    const blocker = new Client({ connectionString: service.database.ownerUrl });
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE coherence_replicas IN ACCESS EXCLUSIVE MODE');
    const refused = await eventually(me, ({ status }) => status !== 200);
    expect(refused.status).toBe(503);
    expect(refused.body).toMatchObject({ code: 'lease_expired' });
    expect(refused.headers.get('retry-after')).toBe('1');
    const { status, body } = await service.request('GET', '/health/ready');
    expect([status, body.checks.coherence.status]).toEqual([503, 'lapsed']);
    await blocker.query('ROLLBACK');
    await blocker.end();
    expect((await eventually(me, (answer) => answer.status === 200)).status).toBe(200);
  });

  it('joins again after its row was removed, and knows what changed meanwhile', async () => {
    const { id, apiKey } = await service.createKey(await service.createUser(), ['documents:read']);
    expect((await service.request('GET', '/api/me', { key: apiKey })).status).toBe(200);
    await service.query('DELETE FROM coherence_replicas');
    await service.query('UPDATE api_keys SET enabled = false WHERE id = $1', [id]);
    const { status } = await eventually(
      () => service.request('GET', '/api/me', { key: apiKey }),
      (answer) => answer.status === 401,
    );
    expect(status).toBe(401);
    const rows = await eventually(
      () => service.query('SELECT id FROM coherence_replicas'),
      ({ length }) => length === 1,
    );
    expect(rows).toHaveLength(1);
  });

  it('drops everything when it has missed changes', async () => {
    const { id, apiKey } = await service.createKey(await service.createUser(), ['documents:read']);
    expect((await service.request('GET', '/api/me', { key: apiKey })).status).toBe(200);
    await service.query(
      `WITH revoked AS (UPDATE api_keys SET revoked_at = now() WHERE id = $1)
       UPDATE coherence_epoch SET epoch = epoch + 7`,
      [id],
    );
    await service.query('DELETE FROM coherence_changes');
    const { status } = await eventually(
      () => service.request('GET', '/api/me', { key: apiKey }),
      (answer) => answer.status === 401,
    );
    expect(status).toBe(401);
  });

  it('is not waited for by others once its beat has stood still for as long as a lease lasts', async () => {
    await service.query("INSERT INTO coherence_replicas (id, mode) VALUES ($1, 'replicas')", [randomUUID()]);
    const { id } = await service.createKey(await service.createUser(), ['documents:read']);
    const answer = await service.request('DELETE', `/api/mcp/keys/${id}`, { key: service.adminKey });
    expect(answer.status).toBe(204);
    const rows = await eventually(
      () => service.query('SELECT id FROM coherence_replicas'),
      ({ length }) => length === 1,
    );
    expect(rows).toHaveLength(1);
  });
});

describe('COHERENCE=single', () => {
  let service: TestService;

  let dataDir: string;

  beforeAll(async () => {
    service = await TestService.start({ env: { COHERENCE_LEASE_MS: '500' } });
    dataDir = await mkdtemp(join(tmpdir(), 'bouncer-single-'));
  });
  afterAll(async () => {
    await service?.stop();
    await rm(dataDir, { recursive: true });
  });

  const start = (mode: string) =>
    startService(
      readSettings({
        NODE_ENV: 'test',
        PORT: '0',
        DATABASE_URL: service.database.url,
        DATA_DIR: dataDir,
        MIGRATE_ON_START: 'false',
        COHERENCE: mode,
        COHERENCE_LEASE_MS: '500',
      }),
    );

  it('does not start beside a live replica', async () => {
    await expect(start('single')).rejects.toThrow(
      'Another process serves on this database with COHERENCE=replicas',
    );
    expect(await service.query('SELECT mode FROM coherence_replicas')).toEqual([{ mode: 'replicas' }]);
  });
});
