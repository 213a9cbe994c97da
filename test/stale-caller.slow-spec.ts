import { Client } from 'pg';
import { Replica } from './support/replica.js';
import { type Answer, type AuditRow, TestService, type TestUser } from './support/test-service.js';
import { until } from './support/until.js';

const KEYS = '/api/mcp/keys';
const USERS = '/api/users';

interface Scene {
  user: TestUser;
  /** The caller's key, of which the replica has outdated data. */
  key: { id: string; apiKey: string };
  sibling: { id: string; apiKey: string };
  /** The key of another admin. */
  victim: TestUser;
}

/** Where no trigger notices it, none keeps the membership like the role of the user either. */
const DEMOTE = `
  WITH demoted AS (UPDATE users SET role = 'member' WHERE id = $1)
  UPDATE memberships SET role = 'member' WHERE user_id = $1`;

/** Lists changes of the caller on the first service, and how the replica has to answer from then on. */
const CHANGES: [what: string, sql: string, status: number, code: string, reason: string][] = [
  ['was demoted', DEMOTE, 403, 'insufficient_scope', 'insufficient_scope'],
  [
    'was deactivated',
    'UPDATE users SET is_active = false WHERE id = $1',
    403,
    'account_inactive',
    'account_inactive',
  ],
  [
    'has a key that was revoked',
    'UPDATE api_keys SET revoked_at = now() WHERE id = $2',
    401,
    'invalid_api_key',
    'revoked_api_key',
  ],
  [
    'has a key that was disabled',
    'UPDATE api_keys SET enabled = false WHERE id = $2',
    401,
    'invalid_api_key',
    'disabled_api_key',
  ],
  [
    'has a key that has ended',
    'UPDATE api_keys SET expires_at = now() WHERE id = $2',
    401,
    'invalid_api_key',
    'expired_api_key',
  ],
  [
    'has a key that was narrowed',
    `UPDATE api_keys SET scopes = '{read}' WHERE id = $2`,
    403,
    'insufficient_scope',
    'insufficient_scope',
  ],
  [
    'has a key that was bound elsewhere',
    `UPDATE api_keys SET ip_allowlist = '{192.0.2.1}' WHERE id = $2`,
    403,
    'ip_not_allowed',
    'ip_not_allowed',
  ],
  [
    'has a key that is no more',
    'DELETE FROM api_keys WHERE id = $2',
    401,
    'invalid_api_key',
    'unknown_api_key',
  ],
];

/** Lists every way to change keys and users. */
const ROUTES: [what: string, (scene: Scene) => [method: string, path: string, body?: unknown]][] = [
  ['make a key', ({ victim }) => ['POST', KEYS, { name: 'Left', scopes: ['admin'], userId: victim.id }]],
  ['widen a key', ({ sibling }) => ['PATCH', `${KEYS}/${sibling.id}`, { scopes: ['admin'] }]],
  ['rename a key', ({ sibling }) => ['PATCH', `${KEYS}/${sibling.id}`, { name: 'Taken' }]],
  ['replace a key', ({ sibling }) => ['POST', `${KEYS}/${sibling.id}/rotate`, {}]],
  ['replace all keys', () => ['POST', `${KEYS}/rotate`]],
  ['end a key', ({ sibling }) => ['DELETE', `${KEYS}/${sibling.id}`]],
  [
    'make a user',
    () => ['POST', USERS, { email: 'left@example.com', name: 'Left', role: 'admin', isActive: true }],
  ],
  ['change a user', ({ victim }) => ['PATCH', `${USERS}/${victim.id}`, { role: 'member' }]],
  ['change itself', ({ user }) => ['PATCH', `${USERS}/${user.id}`, { role: 'admin', isActive: true }]],
];

// Replicas learn of each change at once. These are made without the triggers that tell them, because no decision about
// power may rest on that alone.
describe('On a replica with outdated data of a key,', () => {
  let service: TestService;
  let replica: Replica;
  let unnoticed: Client;

  beforeAll(async () => {
    service = await TestService.start();
    replica = await Replica.of(service);
    unnoticed = new Client({ connectionString: service.database.ownerUrl });
    await unnoticed.connect();
    await unnoticed.query('SET session_replication_role = replica');
  });
  afterAll(async () => {
    await unnoticed.end();
    await replica.stop();
    await service.stop();
  });

  const scene = async (scopes = ['admin'], role = 'admin'): Promise<Scene> => {
    const user = await service.createUser({ role });
    const victim = await service.createUser({ role: 'admin' });
    const [key, sibling] = [await service.createKey(user, scopes), await service.createKey(user, ['read'])];
    expect((await replica.request('GET', '/api/me', key.apiKey)).status).toBe(200);
    return { user, key, sibling, victim };
  };
  const state = async () => ({
    keys: await service.query<{ id: string }>(
      `SELECT id, user_id, name, scopes, enabled, expires_at, revoked_at, replaced_by FROM api_keys ORDER BY id`,
    ),
    users: await service.query<{ id: string }>('SELECT id, email, role, is_active FROM users ORDER BY id'),
  });
  const rowsOf = async (answer: Answer): Promise<AuditRow[]> => {
    await replica.flush();
    return service.auditRows('request_id = $1', [answer.headers.get('x-request-id')]);
  };

  describe.each(CHANGES)('a caller who %s', (_, sql, status, code, reason) => {
    const change = ({ user, key }: Scene) =>
      unnoticed.query(sql.replace('$2', '$1'), [sql.includes('$1') ? user.id : key.id]);
    const stale = async () => {
      const made = await scene();
      await change(made);
      return made;
    };

    it.each(ROUTES)('does not %s', async (__, requestOf) => {
      const made = await stale();
      const before = await state();
      const [method, path, body] = requestOf(made);
      const answer = await replica.request(method, path, made.key.apiKey, body);
      expect([answer.status, answer.body?.code]).toEqual([status, code]);
      expect(await state()).toEqual(before);
      const rows = await rowsOf(answer);
      expect(rows.map((row) => [row.outcome, row.reason, row.user_id])).toEqual([
        ['denied', reason, made.user.id],
      ]);
    });

    it('runs no tool and no route with an elevated scope', async () => {
      const made = await scene();
      const body = { title: 'Kept', content: 'As it is' };
      const { id } = (await service.request('POST', '/api/documents', { key: made.key.apiKey, body })).body;
      await change(made);
      const answers = [
        await replica.call(made.key.apiKey, 'documents_delete', { id }),
        await replica.request('DELETE', `/api/documents/${id}`, made.key.apiKey),
        await replica.request('GET', '/api/audit', made.key.apiKey),
      ];
      for (const answer of answers) {
        expect([answer.status, answer.body.code ?? answer.body.error.data.code]).toEqual([status, code]);
        expect((await rowsOf(answer)).map((row) => [row.outcome, row.reason])).toEqual([['denied', reason]]);
      }
      expect(await service.query('SELECT id FROM documents WHERE id = $1', [id])).toHaveLength(1);
    });
  });

  it('a key that has lost scopes cannot create a key with the scopes that it had', async () => {
    const { key } = await scene(['keys:*', 'read', 'write'], 'member');
    await unnoticed.query(`UPDATE api_keys SET scopes = '{keys:*,read}' WHERE id = $1`, [key.id]);
    const answer = await replica.request('POST', KEYS, key.apiKey, { name: 'Wide', scopes: ['write'] });
    expect([answer.status, answer.body.missingScopes]).toEqual([403, ['write']]);
    const narrow = await replica.request('POST', KEYS, key.apiKey, { name: 'Narrow', scopes: ['read'] });
    expect(narrow.status).toBe(201);
  });

  it('a key that was restricted to addresses cannot create an unrestricted one', async () => {
    const { key } = await scene(['keys:*', 'read'], 'member');
    await unnoticed.query(`UPDATE api_keys SET ip_allowlist = '{127.0.0.1}' WHERE id = $1`, [key.id]);
    const answer = await replica.request('POST', KEYS, key.apiKey, { name: 'Bound' });
    expect([answer.status, answer.body.ipAllowlist]).toEqual([201, ['127.0.0.1']]);
  });

  it("a demoted admin whose key manages keys by name cannot reach another user's keys", async () => {
    const { user, key, victim } = await scene(['admin', 'keys:*', 'read']);
    const other = await service.createKey(victim, ['read']);
    await unnoticed.query(DEMOTE, [user.id]);
    const send = (method: string, path: string, body?: unknown) =>
      replica.request(method, path, key.apiKey, body);
    const made = await send('POST', KEYS, { name: 'Left', scopes: ['read'], userId: victim.id });
    expect([made.status, made.body.code]).toEqual([403, 'insufficient_scope']);
    for (const answer of [
      await send('PATCH', `${KEYS}/${other.id}`, { name: 'Taken' }),
      await send('POST', `${KEYS}/${other.id}/rotate`, {}),
      await send('DELETE', `${KEYS}/${other.id}`),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    }
  });

  it('an auditor who became a member reads only their own audit rows', async () => {
    const { user, key } = await scene(['audit:read'], 'auditor');
    await unnoticed.query(DEMOTE, [user.id]);
    await service.auditRows();
    const { body } = await replica.request('GET', '/api/audit', key.apiKey);
    expect(body.events.filter(({ userId }: { userId: string }) => userId !== user.id)).toEqual([]);
  });

  describe('during a concurrent change,', () => {
    /** Sends a request that has to wait for a change that is committed only afterwards. */
    const whileChanging = async (sql: string, id: string, send: () => Promise<Answer>): Promise<Answer> => {
      const meanwhile = new Client({ connectionString: service.database.ownerUrl });
      await meanwhile.connect();
      try {
        await meanwhile.query('BEGIN');
        await meanwhile.query(sql, [id]);
        let answered = false;
        const asked = send().finally(() => (answered = true));
        await until(async () => answered || (await waitsForLock()));
        await meanwhile.query('COMMIT');
        return await asked;
      } finally {
        await meanwhile.end();
      }
    };
    const waitsForLock = async () => {
      const waiting = await service.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    };

    it.each([
      ['deactivated', 'UPDATE users SET is_active = false WHERE id = $1', 409],
      ['demoted', `UPDATE users SET role = 'member' WHERE id = $1`, 400],
    ])('an owner who is being %s gets no key', async (_, sql, status) => {
      const { key, victim } = await scene();
      const body = { name: 'Late', scopes: ['admin'], userId: victim.id };
      const answer = await whileChanging(sql, victim.id, () =>
        replica.request('POST', KEYS, key.apiKey, body),
      );
      expect(answer.status).toBe(status);
      expect(await service.query('SELECT id FROM api_keys WHERE user_id = $1', [victim.id])).toEqual([]);
    });

    it.each(ROUTES)('a caller who is being demoted does not %s', async (_, requestOf) => {
      const made = await scene();
      const [method, path, body] = requestOf(made);
      const before = await state();
      const answer = await whileChanging(`UPDATE users SET role = 'member' WHERE id = $1`, made.user.id, () =>
        replica.request(method, path, made.key.apiKey, body),
      );
      expect([answer.status, answer.body.code]).toEqual([403, 'insufficient_scope']);
      const { keys, users } = await state();
      expect(keys).toEqual(before.keys);
      expect(users).toEqual(
        before.users.map((user) => (user.id === made.user.id ? { ...user, role: 'member' } : user)),
      );
    });
  });

  it('admins who change each other and themselves concurrently never deadlock', async () => {
    const chiefs = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const user = await service.createUser({ role: 'admin' });
        return { user, key: await service.createKey(user, ['admin']) };
      }),
    );
    const answers = await Promise.all(
      chiefs.flatMap(({ key }, index) =>
        chiefs.flatMap(({ user, key: other }) => [
          replica.request('PATCH', `${USERS}/${user.id}`, key.apiKey, { name: `Chief ${index}` }),
          service.request('PATCH', `${KEYS}/${other.id}`, { key: key.apiKey, body: { name: 'K' } }),
          replica.request('POST', KEYS, key.apiKey, { name: 'K', userId: user.id }),
        ]),
      ),
    );
    expect(answers.map(({ status }) => status).filter((status) => status >= 400)).toEqual([]);
  });
});
