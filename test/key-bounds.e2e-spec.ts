import { runMigrations, withMigrations } from '../src/database/migrations.js';
import { createDatabase, query } from './support/database.js';
import { type Answer, TestService, type TestUser } from './support/test-service.js';

const KEYS = '/api/mcp/keys';
const HOUR_MS = 3600 * 1000;
const fromNow = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();
const hoursUntil = (end: string) => (new Date(end).getTime() - Date.now()) / HOUR_MS;

interface Key {
  id: string;
  apiKey: string;
}

/** Omits the use of a key, which is written in the background. */
const KEY_ROWS = `SELECT to_jsonb(k) - '{last_used_at,used_from}'::text[] AS key FROM api_keys k ORDER BY id`;

describe('A key that manages keys', () => {
  let service: TestService;
  let owner: TestUser;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    owner = await service.createUser();
  });

  const send = (method: string, path: string, key: string, body?: unknown) =>
    service.request(method, path, { key, body });
  const create = (key: Key, body: object = {}) => send('POST', KEYS, key.apiKey, { name: 'K', ...body });
  const change = (key: Key, { id }: { id: string }, body: object) =>
    send('PATCH', `${KEYS}/${id}`, key.apiKey, body);
  const rotate = (key: Key, { id }: { id: string }, body: object = {}) =>
    send('POST', `${KEYS}/${id}/rotate`, key.apiKey, body);
  const rowOf = async ({ id }: { id: string }) =>
    (await service.query('SELECT * FROM api_keys WHERE id = $1', [id]))[0]!;
  const idsOf = async (user: TestUser) =>
    (
      await service.query<{ id: string }>('SELECT id FROM api_keys WHERE user_id = $1 ORDER BY id', [user.id])
    ).map(({ id }) => id);
  const works = async (key: string) => (await send('GET', '/api/me', key)).status === 200;
  const codeOf = ({ status, body }: Answer) => [status, body.code];

  describe('and has fewer scopes than another', () => {
    let narrow: Key;
    let wide: Key;

    beforeEach(async () => {
      narrow = await service.createKey(owner, ['keys:*', 'documents:read']);
      wide = await service.createKey(owner, ['documents:*']);
    });

    it.each<[string, object]>([
      ['narrow', { scopes: ['documents:read'] }],
      ['rename', { name: 'Taken' }],
      ['disable', { enabled: false }],
      ['rebind', { ipAllowlist: ['192.0.2.1'] }],
      ['shorten', { expiresAt: fromNow(1) }],
      ['relabel', { metadata: { team: 'mine' } }],
      ['touch', {}],
    ])('does not %s it', async (_, body) => {
      const before = await rowOf(wide);
      const answer = await change(narrow, wide, body);
      expect(codeOf(answer)).toEqual([403, 'insufficient_scope']);
      expect(answer.body.missingScopes).toEqual(['documents:*']);
      expect(await rowOf(wide)).toEqual(before);
      const requestId = answer.headers.get('x-request-id');
      expect(await service.auditRows('request_id = $1', [requestId])).toMatchObject([
        { outcome: 'denied', reason: 'insufficient_scope', resource: `api_key:${wide.id}` },
      ]);
    });

    it('cannot rotate the other one, but may revoke it, which only removes rights', async () => {
      expect(codeOf(await rotate(narrow, wide))).toEqual([403, 'insufficient_scope']);
      expect(await works(wide.apiKey)).toBe(true);
      expect((await send('DELETE', `${KEYS}/${wide.id}`, narrow.apiKey)).status).toBe(204);
      expect(await works(wide.apiKey)).toBe(false);
    });
  });

  it('and is restricted to addresses cannot change a key that may be used from elsewhere', async () => {
    const bound = await service.createKey(owner, ['keys:*', 'read'], { ipAllowlist: ['127.0.0.1'] });
    const free = await service.createKey(owner, ['read']);
    for (const body of [{ name: 'Taken' }, { enabled: false }, { ipAllowlist: ['127.0.0.1'] }]) {
      expect(codeOf(await change(bound, free, body))).toEqual([403, 'forbidden']);
    }
    expect(await rowOf(free)).toMatchObject({ name: 'Spec key', enabled: true, ip_allowlist: null });
    expect((await change(bound, bound, { name: 'Mine' })).status).toBe(200);
  });

  describe('and was issued for an hour', () => {
    let brief: Key;

    beforeEach(async () => {
      brief = await service.createKey(owner, ['keys:*', 'read'], { expiresAt: fromNow(1) });
    });

    it.each<[string, object]>([
      ['of the year 9999', { expiresAt: '9999-01-01T00:00:00Z' }],
      ['of two hours', { expiresAt: fromNow(2) }],
    ])('makes no key %s', async (_, body) => {
      const before = await idsOf(owner);
      const answer = await create(brief, body);
      expect(codeOf(answer)).toEqual([400, 'validation_failed']);
      expect(answer.body.detail).toContain('expiresAt');
      expect(await idsOf(owner)).toEqual(before);
    });

    it('creates keys that live an hour by default, or less on request', async () => {
      const made = await create(brief);
      expect(made.status).toBe(201);
      expect(hoursUntil(made.body.expiresAt)).toBeLessThanOrEqual(1);
      expect(hoursUntil(made.body.expiresAt)).toBeGreaterThan(0.9);
      const end = fromNow(0.5);
      expect((await create(brief, { expiresAt: end })).body.expiresAt).toBe(end);
    });

    it('cannot create keys that live longer than an hour, however late, or through other keys that it creates', async () => {
      let maker: Key = brief;
      for (let generation = 0; generation < 4; generation++) {
        const made = (await create(maker, { scopes: ['keys:*', 'read'] })).body;
        expect(hoursUntil(made.expiresAt)).toBeLessThanOrEqual(1);
        expect((await rowOf(made)).life_seconds).toBe(3600);
        maker = made;
      }
      expect(codeOf(await create(maker, { expiresAt: fromNow(2) }))).toEqual([400, 'validation_failed']);
    });

    it('cannot be extended beyond that by itself or another key, but may be shortened and restored', async () => {
      const { expires_at: end } = await rowOf(brief);
      for (const expiresAt of ['9999-01-01T00:00:00Z', fromNow(2)]) {
        expect(codeOf(await change(brief, brief, { expiresAt }))).toEqual([400, 'validation_failed']);
      }
      expect((await rowOf(brief)).expires_at).toEqual(end);
      expect((await change(brief, brief, { expiresAt: fromNow(0.1) })).status).toBe(200);
      const back = (end as Date).toISOString();
      expect((await change(brief, brief, { expiresAt: back })).body.expiresAt).toBe(back);
    });

    it('cannot extend another key by more than its own lifetime', async () => {
      const sibling = await service.createKey(owner, ['read'], { expiresAt: fromNow(100) });
      expect((await change(brief, sibling, { expiresAt: fromNow(0.5) })).status).toBe(200);
      expect(codeOf(await change(brief, sibling, { expiresAt: fromNow(50) }))).toEqual([
        400,
        'validation_failed',
      ]);
      const admin = { id: '', apiKey: service.adminKey };
      expect((await change(admin, sibling, { expiresAt: fromNow(50) })).status).toBe(200);
      expect(codeOf(await change(admin, sibling, { expiresAt: fromNow(101) }))).toEqual([
        400,
        'validation_failed',
      ]);
    });

    it('is renewed by a rotation for an hour, even if its expiry had been shortened', async () => {
      await change(brief, brief, { expiresAt: fromNow(0.1) });
      const next = (await rotate(brief, brief)).body;
      expect(hoursUntil(next.expiresAt)).toBeLessThanOrEqual(1);
      expect(hoursUntil(next.expiresAt)).toBeGreaterThan(0.9);
      expect((await rowOf(next)).life_seconds).toBe(3600);
    });

    it('rotates a key with a longer lifetime to one of an hour, and so all keys', async () => {
      const sibling = await service.createKey(owner, ['read'], { expiresAt: fromNow(100) });
      expect(hoursUntil((await rotate(brief, sibling)).body.expiresAt)).toBeLessThanOrEqual(1);
      const all = await send('POST', `${KEYS}/rotate`, brief.apiKey);
      expect(all.status).toBe(201);
      expect(hoursUntil(all.body.expiresAt)).toBeLessThanOrEqual(1);
    });
  });

  it('and was not created by another key, like that of the first admin, is limited by the settings alone', async () => {
    const end = '2199-01-01T00:00:00.000Z';
    const { expiresAt } = await service.createKey(owner, ['read'], { expiresAt: end });
    expect(expiresAt).toBe(end);
  });

  it.each<[string, object]>([
    ['from now', { gracePeriodSeconds: 600 }],
    ['from the first use', { gracePeriodSeconds: 600, gracePeriodStart: 'first_use' }],
  ])('and was replaced changes nothing any more in its grace period %s', async (_, grace) => {
    const chief = await service.createUser({ role: 'admin' });
    const old = await service.createKey(chief, ['admin']);
    const sibling = await service.createKey(chief, ['read']);
    const next = (await rotate(old, old, grace)).body;
    const before = await service.query(KEY_ROWS);
    const users = await service.query('SELECT * FROM users ORDER BY id');
    for (const answer of [
      await create(old),
      await change(old, sibling, { name: 'Taken' }),
      await rotate(old, sibling),
      await rotate(old, next),
      await send('POST', `${KEYS}/rotate`, old.apiKey),
      await send('DELETE', `${KEYS}/${sibling.id}`, old.apiKey),
      await send('POST', '/api/users', old.apiKey, { email: 'late@example.com', name: 'Late' }),
      await send('PATCH', `/api/users/${owner.id}`, old.apiKey, { role: 'admin' }),
    ]) {
      expect(codeOf(answer)).toEqual([409, 'conflict']);
    }
    expect(await service.query(KEY_ROWS)).toEqual(before);
    expect(await service.query('SELECT * FROM users ORDER BY id')).toEqual(users);
    expect(await works(old.apiKey)).toBe(true);
    expect((await create(next)).status).toBe(201);
  });

  describe('and a disabled key:', () => {
    let sibling: Key;
    let off: Key;
    const admin = () => ({ id: '', apiKey: service.adminKey });
    const disabledBy = async (key: Key) =>
      (await send('GET', `${KEYS}/${key.id}`, sibling.apiKey)).body.disabledBy;

    beforeEach(async () => {
      sibling = await service.createKey(owner, ['keys:*', 'read']);
      off = await service.createKey(owner, ['read']);
    });

    it('a key that an admin disabled can be enabled by an admin, but not by another key of the owner', async () => {
      const answer = await change(admin(), off, { enabled: false });
      const [chief] = await service.query<{ id: string }>(
        `SELECT id FROM users WHERE email = 'admin@localhost'`,
      );
      expect(answer.body).toMatchObject({ enabled: false, disabledBy: chief!.id });
      const refused = await change(sibling, off, { enabled: true });
      expect(codeOf(refused)).toEqual([403, 'forbidden']);
      expect(await works(off.apiKey)).toBe(false);
      const requestId = refused.headers.get('x-request-id');
      expect(await service.auditRows('request_id = $1', [requestId])).toMatchObject([
        { outcome: 'denied', reason: 'disabled_by_higher' },
      ]);
      expect((await change(admin(), off, { enabled: true })).body).toMatchObject({
        enabled: true,
        disabledBy: null,
      });
      expect(await works(off.apiKey)).toBe(true);
    });

    it('a key that its owner disabled can be enabled by the owner', async () => {
      expect((await change(sibling, off, { enabled: false })).body.disabledBy).toBe(owner.id);
      expect((await change(sibling, off, { enabled: true })).body.disabledBy).toBeNull();
      expect(await works(off.apiKey)).toBe(true);
    });

    it('disabling a key again does not replace the record of the admin who disabled it', async () => {
      await change(sibling, off, { enabled: false });
      await change(admin(), off, { enabled: false });
      await change(sibling, off, { enabled: false });
      expect(await disabledBy(off)).not.toBe(owner.id);
      expect(codeOf(await change(sibling, off, { enabled: true }))).toEqual([403, 'forbidden']);
    });

    it('the replacement of a disabled key is disabled by the same user', async () => {
      await change(admin(), off, { enabled: false });
      const by = await disabledBy(off);
      const next = (await rotate(sibling, off)).body;
      expect(await disabledBy(next)).toBe(by);
      expect(codeOf(await change(sibling, next, { enabled: true }))).toEqual([403, 'forbidden']);
      expect(await works(next.apiKey)).toBe(false);
    });
  });
});

describe('A key from before lifetimes were recorded', () => {
  it('is limited to its present lifetime, and one without an end is unlimited', async () => {
    const database = await createDatabase('template0');
    const sql = <T>(text: string) => query<T>(database.ownerUrl, text);
    const knowsLives = async () =>
      (await sql(`SELECT FROM information_schema.columns WHERE column_name = 'life_seconds'`)).length > 0;
    try {
      await runMigrations(database);
      await withMigrations(database.ownerUrl, async (dataSource) => {
        while (await knowsLives()) await dataSource.undoLastMigration();
      });
      await sql(`INSERT INTO users (id, email, name, role, tier)
        VALUES (gen_random_uuid(), 'ada@example.com', 'Ada', 'member', 'free')`);
      await sql(`INSERT INTO api_keys (id, user_id, name, key_hash, start, scopes, expires_at)
        SELECT gen_random_uuid(), users.id, title, sha256(title::bytea), 'mcp_', '{read}', ends
        FROM users, (VALUES ('90 days', now() + interval '90 days'), ('endless', NULL)) AS k (title, ends)`);
      await runMigrations(database);
      expect(await sql('SELECT name, life_seconds, agent, disabled_by FROM api_keys ORDER BY name')).toEqual([
        { name: '90 days', life_seconds: 90 * 24 * 3600, agent: false, disabled_by: null },
        { name: 'endless', life_seconds: null, agent: false, disabled_by: null },
      ]);
    } finally {
      await database.drop();
    }
  });
});
