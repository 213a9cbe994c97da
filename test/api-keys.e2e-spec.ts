import { DEFAULT_ORGANIZATION } from '../src/access/principal.js';
import { generateApiKey } from '../src/api-keys/key-format.js';
import { LastUsedRecorder } from '../src/api-keys/last-used.recorder.js';
import { type Answer, TestService, type TestUser } from './support/test-service.js';

const DAY_MS = 24 * 3600 * 1000;
const KEYS = '/api/mcp/keys';
const NO_ROW = '01900000-0000-7000-8000-000000000000';
const ISSUED_MEMBERS = [
  'apiKey',
  'createdAt',
  'expiresAt',
  'id',
  'ipAllowlist',
  'message',
  'name',
  'organizationId',
  'requestsPerMinute',
  'scopes',
  'start',
  'userId',
];
const LISTED_MEMBERS = [
  'agent',
  'createdAt',
  'disabledBy',
  'enabled',
  'expiresAt',
  'id',
  'ipAllowlist',
  'lastUsedAt',
  'metadata',
  'name',
  'organizationId',
  'replacedBy',
  'requestsPerMinute',
  'revokedAt',
  'scopes',
  'start',
  'userId',
];

interface KeyRow {
  id: string;
  user_id: string;
  name: string;
  start: string;
  scopes: string[];
  enabled: boolean;
  ip_allowlist: string[] | null;
  metadata: Record<string, unknown>;
  key_hash: Buffer;
  created_at: Date;
  last_used_at: Date | null;
  expires_at: Date | null;
  revoked_at: Date | null;
  replaced_by: string | null;
}

const membersOf = (value: object) => Object.keys(value).sort();
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
const until = (time: Date) =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, time.getTime() - Date.now()) + 5));

/** What each challenge says of OAuth. */
const METADATA = (url: string): string =>
  `resource_metadata="${url}/.well-known/oauth-protected-resource", scope="read write"`;

describe('API keys', () => {
  let service: TestService;
  let owner: TestUser;
  /** The owner's key that manages keys. It has scopes for all data, but not for other users. */
  let manager: { id: string; apiKey: string };

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    owner = await service.createUser();
    manager = await service.createKey(owner, ['keys:*', 'read', 'write', 'delete']);
  });

  const create = (body: unknown, key = manager.apiKey) => service.request('POST', KEYS, { key, body });
  const read = (id: string, key = manager.apiKey) => service.request('GET', `${KEYS}/${id}`, { key });
  const change = (id: string, body: unknown, key = manager.apiKey) =>
    service.request('PATCH', `${KEYS}/${id}`, { key, body });
  const revoke = (id: string, key = manager.apiKey) => service.request('DELETE', `${KEYS}/${id}`, { key });
  const rotate = (id: string, body: unknown = {}, key = manager.apiKey) =>
    service.request('POST', `${KEYS}/${id}/rotate`, { key, body });
  const rotateAll = (key = manager.apiKey) => service.request('POST', `${KEYS}/rotate`, { key });
  const me = (key: string) => service.request('GET', '/api/me', { key });
  const rowOf = async (id: string): Promise<KeyRow> => {
    const [row] = await service.query<KeyRow>('SELECT * FROM api_keys WHERE id = $1', [id]);
    return row!;
  };
  const idsOf = async (user: TestUser): Promise<string[]> =>
    (
      await service.query<{ id: string }>('SELECT id FROM api_keys WHERE user_id = $1 ORDER BY id', [user.id])
    ).map(({ id }) => id);

  describe('when one is created', () => {
    it('are answered with 201, the key and exactly the members of the contract, and only the hash is stored', async () => {
      const expiresAt = inDays(10);
      const answer = await create({
        name: 'Laptop',
        scopes: ['documents:read', 'documents:write'],
        expiresAt,
        ipAllowlist: ['127.0.0.1', '2001:db8::/32'],
        metadata: { team: 'sales' },
      });
      expect(answer.status).toBe(201);
      expect(membersOf(answer.body)).toEqual(ISSUED_MEMBERS);
      expect(answer.body).toMatchObject({
        name: 'Laptop',
        userId: owner.id,
        scopes: ['documents:read', 'documents:write'],
        expiresAt,
        ipAllowlist: ['127.0.0.1', '2001:db8::/32'],
        message: expect.stringMatching(/not shown again/),
      });
      const { id, apiKey, start, createdAt } = answer.body;
      expect(apiKey).toMatch(/^mcp_[0-9A-Za-z]{49}$/);
      expect(start).toBe(apiKey.slice(0, 8));
      expect(new Date(createdAt).toISOString()).toBe(createdAt);
      const row = await rowOf(id);
      expect(row).toMatchObject({
        user_id: owner.id,
        name: 'Laptop',
        start,
        metadata: { team: 'sales' },
        enabled: true,
        last_used_at: null,
        revoked_at: null,
        replaced_by: null,
      });
      expect(row.key_hash).toHaveLength(32);
      expect((await me(apiKey)).body.scopes).toEqual(['documents:read', 'documents:write']);
    });

    it('get the scope "read" and 90 days when the request names neither', async () => {
      const before = Date.now();
      const { status, body } = await create({ name: 'Plain' });
      expect(status).toBe(201);
      expect(body).toMatchObject({ scopes: ['read'], ipAllowlist: null });
      const end = new Date(body.expiresAt).getTime();
      expect(end).toBeGreaterThanOrEqual(before + 90 * DAY_MS);
      expect(end).toBeLessThanOrEqual(Date.now() + 90 * DAY_MS);
      expect((await rowOf(body.id)).metadata).toEqual({});
    });

    it.each([
      ['in the past', '2020-01-01T00:00:00Z'],
      ['null, where the settings want an end', null],
      ['not a time', 'tomorrow'],
      ['a number', 4102444800000],
      ['a day that does not exist', '2099-02-30T00:00:00Z'],
      ['a week', '2099-W10-1'],
      ['a day of the year', '2099-123'],
      ['a time with a decimal comma', '2099-01-01T00:00:00,5Z'],
      ['a year with a sign', '+2099-01-01T00:00:00Z'],
    ])('are refused with 400 for an expiresAt that is %s', async (_, expiresAt) => {
      const answer = await create({ name: 'Ends', expiresAt });
      expect(answer.status).toBe(400);
      expect(answer.body.code).toBe('validation_failed');
      expect(answer.body.detail).toContain('expiresAt');
      expect(await idsOf(owner)).toEqual([manager.id]);
    });

    it('are refused with unknown scopes, and the error names these and the known ones', async () => {
      const answer = await create({
        name: 'Unknown',
        scopes: ['documents:read', 'payments:read', 'nonsense'],
      });
      expect(answer.status).toBe(400);
      expect(answer.body.code).toBe('validation_failed');
      expect(answer.body.detail).toContain('payments:read, nonsense');
      for (const known of [
        'read',
        'write',
        'delete',
        'admin',
        'documents:*',
        'documents:delete',
        'keys:write',
      ]) {
        expect(answer.body.detail).toMatch(new RegExp(`Known scopes:.*${known.replace('*', '\\*')}`));
      }
      expect(await idsOf(owner)).toEqual([manager.id]);
    });

    it.each([
      ['no name', { scopes: ['read'] }],
      ['an empty name', { name: '' }],
      ['a name that is too long', { name: 'x'.repeat(101) }],
      ['no scope at all', { name: 'x', scopes: [] }],
      ['a scope twice', { name: 'x', scopes: ['read', 'read'] }],
      ['scopes that are no list', { name: 'x', scopes: 'read' }],
      ['scopes: null', { name: 'x', scopes: null }],
      ['an allow list with a host name', { name: 'x', ipAllowlist: ['localhost'] }],
      ['an allow list with a block too long', { name: 'x', ipAllowlist: ['10.0.0.0/33'] }],
      ['no calls a minute', { name: 'x', requestsPerMinute: 0 }],
      ['half a call a minute', { name: 'x', requestsPerMinute: 1.5 }],
      ['an empty allow list', { name: 'x', ipAllowlist: [] }],
      ['metadata that is a list', { name: 'x', metadata: [1] }],
      ['metadata over 4 KB', { name: 'x', metadata: { text: 'x'.repeat(5000) } }],
      ['a member that nobody knows', { name: 'x', keyHash: 'AAAA' }],
      ['a list as body', []],
    ])('are not created from a body with %s, which is refused with 400', async (_, body) => {
      const answer = await create(body);
      expect(answer.status).toBe(400);
      expect(answer.body.code).toBe('validation_failed');
      expect(answer.body.errors).not.toHaveLength(0);
      expect(await idsOf(owner)).toEqual([manager.id]);
    });

    it('are never the same twice', async () => {
      const keys = await Promise.all(Array.from({ length: 20 }, () => create({ name: 'One of many' })));
      expect(new Set(keys.map(({ body }) => body.apiKey)).size).toBe(20);
    });

    it('are refused for a user who is deactivated or does not exist', async () => {
      const leaver = await service.createUser({ isActive: false });
      const forLeaver = await create({ name: 'x', userId: leaver.id }, service.adminKey);
      expect([forLeaver.status, forLeaver.body.code]).toEqual([409, 'conflict']);
      expect(await idsOf(leaver)).toEqual([]);
      expect((await create({ name: 'x', userId: NO_ROW }, service.adminKey)).status).toBe(404);
    });
  });

  describe('within the role of their owner', () => {
    it.each([
      ['member', 'users:read'],
      ['member', 'users:*'],
      ['member', 'audit:*'],
      ['member', 'admin'],
      ['auditor', 'users:read'],
      ['auditor', 'audit:*'],
      ['auditor', 'admin'],
    ])('are refused for a %s with the scope %s, even when an admin creates them', async (role, scope) => {
      const user = await service.createUser({ role });
      const answer = await create(
        { name: 'Wide', scopes: ['read', scope], userId: user.id },
        service.adminKey,
      );
      expect(answer.status).toBe(400);
      expect(answer.body.detail).toContain(`cannot hold: ${scope}`);
      expect(await idsOf(user)).toEqual([]);
    });

    it.each([
      ['member', ['read', 'write', 'delete', 'keys:*', 'audit:read', 'documents:*']],
      ['auditor', ['read', 'keys:write', 'audit:read']],
      ['admin', ['admin', 'users:*', 'audit:*']],
    ])('are allowed for a %s with the scopes %p', async (role, scopes) => {
      const user = await service.createUser({ role });
      const answer = await create({ name: 'Fits', scopes, userId: user.id }, service.adminKey);
      expect(answer.status).toBe(201);
      expect((await me(answer.body.apiKey)).body.scopes).toEqual([...scopes].sort());
    });

    it('are held to the role in a change of scopes as well', async () => {
      const { body } = await create({ name: 'Grows' });
      const answer = await change(body.id, { scopes: ['users:read'] }, service.adminKey);
      expect(answer.status).toBe(400);
      expect((await rowOf(body.id)).scopes).toEqual(['read']);
    });

    it('lose the scopes of a demoted owner at the very next request, and regain them with the role', async () => {
      const chief = await service.createUser({ role: 'admin' });
      const { apiKey } = await service.createKey(chief, ['admin']);
      const setRole = (role: string) =>
        service.request('PATCH', `/api/users/${chief.id}`, { key: service.adminKey, body: { role } });
      expect((await service.request('GET', '/api/users', { key: apiKey })).status).toBe(200);
      expect((await setRole('member')).status).toBe(200);
      const refused = await service.request('GET', '/api/users', { key: apiKey });
      expect([refused.status, refused.body.code]).toEqual([403, 'insufficient_scope']);
      const user = { email: 'made-by-demoted@example.com', name: 'Nobody' };
      expect((await service.request('POST', '/api/users', { key: apiKey, body: user })).status).toBe(403);
      expect(await service.query('SELECT id FROM users WHERE email = $1', [user.email])).toEqual([]);
      expect((await me(apiKey)).body.scopes).toEqual([]);
      await setRole('admin');
      expect((await service.request('GET', '/api/users', { key: apiKey })).status).toBe(200);
    });
  });

  describe('with fewer scopes than another', () => {
    let narrow: { id: string; apiKey: string };

    beforeEach(async () => {
      narrow = await service.createKey(owner, ['keys:*', 'documents:read']);
    });

    const expectRefusal = (answer: Answer, missing: string[]) => {
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({ code: 'insufficient_scope', missingScopes: missing });
      expect(answer.body.detail).toContain(missing.join(', '));
    };

    it('cannot create a key with more scopes', async () => {
      const before = await idsOf(owner);
      expectRefusal(
        await create({ name: 'Wide', scopes: ['documents:read', 'documents:write'] }, narrow.apiKey),
        ['documents:write'],
      );
      expectRefusal(await create({ name: 'Wide', scopes: ['documents:*'] }, narrow.apiKey), ['documents:*']);
      expectRefusal(await create({ name: 'By default' }, narrow.apiKey), ['read']);
      expect(await idsOf(owner)).toEqual(before);
      expect((await create({ name: 'As wide', scopes: ['documents:read'] }, narrow.apiKey)).status).toBe(201);
    });

    it('cannot give themselves or another key more scopes', async () => {
      expectRefusal(await change(narrow.id, { scopes: ['keys:*', 'delete'] }, narrow.apiKey), ['delete']);
      expect((await rowOf(narrow.id)).scopes).toEqual(['keys:*', 'documents:read']);
      const { body } = await create({ name: 'Other', scopes: ['documents:read'] });
      expectRefusal(await change(body.id, { name: 'Grown', scopes: ['write'] }, narrow.apiKey), ['write']);
      expect(await rowOf(body.id)).toMatchObject({ name: 'Other', scopes: ['documents:read'] });
    });

    it('cannot get a key with more scopes by rotating it', async () => {
      const before = await idsOf(owner);
      expectRefusal(await rotate(manager.id, {}, narrow.apiKey), ['read', 'write', 'delete']);
      expect(await idsOf(owner)).toEqual(before);
      expect(await rowOf(manager.id)).toMatchObject({ revoked_at: null, replaced_by: null });
      expect((await me(manager.apiKey)).status).toBe(200);
    });

    it('cannot get the union of all scopes by rotating all keys, and revoke none in the attempt', async () => {
      const before = await idsOf(owner);
      expectRefusal(await rotateAll(narrow.apiKey), ['read', 'write', 'delete']);
      expect(await idsOf(owner)).toEqual(before);
      for (const { apiKey } of [narrow, manager]) expect((await me(apiKey)).status).toBe(200);
    });
  });

  describe('of other users', () => {
    let stranger: TestUser;
    let foreign: { id: string; apiKey: string };

    beforeEach(async () => {
      stranger = await service.createUser();
      foreign = await service.createKey(stranger, ['read']);
    });

    it('cannot be created or listed by a userId except by admins', async () => {
      const auditor = await service.createKey(await service.createUser({ role: 'auditor' }), [
        'keys:*',
        'read',
      ]);
      for (const key of [manager.apiKey, auditor.apiKey]) {
        const made = await create({ name: 'Mine?', userId: stranger.id }, key);
        expect([made.status, made.body.code]).toEqual([403, 'insufficient_scope']);
        const listed = await service.request('GET', `${KEYS}?userId=${stranger.id}`, { key });
        expect([listed.status, listed.body.code]).toEqual([403, 'insufficient_scope']);
      }
      expect(await idsOf(stranger)).toEqual([foreign.id]);
      expect((await create({ name: 'My own', userId: owner.id })).status).toBe(201);
      const byAdmin = await service.request('GET', `${KEYS}?userId=${stranger.id}`, {
        key: service.adminKey,
      });
      expect(byAdmin.body.keys).toMatchObject([{ id: foreign.id, userId: stranger.id }]);
    });

    it('are answered with 404 like a key that does not exist, and are not changed', async () => {
      const before = await rowOf(foreign.id);
      const attempts = (id: string) => [
        read(id),
        change(id, { name: 'Taken', enabled: false }),
        rotate(id),
        revoke(id),
      ];
      const answers = await Promise.all(attempts(foreign.id));
      const missing = await Promise.all(attempts(NO_ROW));
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
      expect(answers.map(({ body }) => ({ ...body, requestId: '' }))).toEqual(
        missing.map(({ body }) => ({ ...body, requestId: '' })),
      );
      expect(await rowOf(foreign.id)).toEqual(before);
      expect(await idsOf(stranger)).toEqual([foreign.id]);
      expect((await me(foreign.apiKey)).status).toBe(200);
    });

    it.each(['not-an-id', '1', "' OR 1=1 --", '%00', '..%2f..', 'x'.repeat(99)])(
      'are answered with 404 for the id %p',
      async (id) => {
        const path = id.includes('%') ? id : encodeURIComponent(id);
        const answers = await Promise.all([
          read(path),
          change(path, { name: 'x' }),
          rotate(path),
          revoke(path),
        ]);
        expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
      },
    );

    it('can be read and changed by an admin', async () => {
      expect((await read(foreign.id, service.adminKey)).body.userId).toBe(stranger.id);
      expect((await change(foreign.id, { name: 'Named' }, service.adminKey)).body.name).toBe('Named');
      expect((await revoke(foreign.id, service.adminKey)).status).toBe(204);
      expect((await me(foreign.apiKey)).status).toBe(401);
    });
  });

  describe('in a list', () => {
    it("are the caller's own only, with exactly the public members, never a hash or a key", async () => {
      await service.createKey(await service.createUser(), ['read']);
      const issued = (await create({ name: 'Shown', metadata: { a: 1 } })).body;
      const list = await service.request('GET', KEYS, { key: manager.apiKey });
      expect(list.status).toBe(200);
      expect(membersOf(list.body)).toEqual(['keys', 'nextCursor']);
      expect(list.body.keys.map((key: { id: string }) => key.id)).toEqual([issued.id, manager.id]);
      const one = await read(issued.id);
      expect(one.status).toBe(200);
      expect(one.body).toEqual(list.body.keys[0]);
      for (const key of list.body.keys) expect(membersOf(key)).toEqual(LISTED_MEMBERS);
      expect(one.body).toEqual({
        id: issued.id,
        userId: owner.id,
        organizationId: DEFAULT_ORGANIZATION,
        name: 'Shown',
        start: issued.start,
        scopes: ['read'],
        agent: false,
        enabled: true,
        disabledBy: null,
        ipAllowlist: null,
        requestsPerMinute: null,
        metadata: { a: 1 },
        createdAt: issued.createdAt,
        lastUsedAt: null,
        expiresAt: issued.expiresAt,
        revokedAt: null,
        replacedBy: null,
      });
      const { key_hash: hash } = await rowOf(issued.id);
      for (const { text } of [list, one]) {
        expect(text).not.toContain(issued.apiKey);
        expect(text).not.toContain(manager.apiKey);
        expect(text).not.toContain(hash.toString('hex'));
        expect(text).not.toContain(hash.toString('base64'));
      }
    });

    it('span several pages by cursor, newest first, none of them twice and none missing', async () => {
      for (let key = 0; key < 55; key++) await create({ name: `Key ${key}` });
      const expected = (await idsOf(owner)).toReversed();
      const ids = (pages: { id: string }[][]) => pages.map((page) => page.map(({ id }) => id));
      const byDefault = ids(await service.pages(manager.apiKey, KEYS, 'keys'));
      expect(byDefault.map((page) => page.length)).toEqual([50, 6]);
      expect(byDefault.flat()).toEqual(expected);
      const bySeven = ids(await service.pages(manager.apiKey, `${KEYS}?limit=7`, 'keys'));
      expect(bySeven.map((page) => page.length)).toEqual(Array<number>(8).fill(7));
      expect(bySeven.flat()).toEqual(expected);
    });

    it.each([
      'limit=0',
      'limit=101',
      'limit=1.5',
      'limit=x',
      'limit=',
      'cursor=x',
      'cursor=',
      'userId=x',
      'x=1',
    ])('are refused with 400 for ?%s', async (query) => {
      const answer = await service.request('GET', `${KEYS}?${query}`, { key: manager.apiKey });
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    });
  });

  describe('after a change', () => {
    let key: { id: string; apiKey: string };

    beforeEach(async () => {
      key = (await create({ name: 'Before', scopes: ['documents:read'], metadata: { a: 1 } })).body;
      await me(key.apiKey);
    });

    it('of the name show it in the very next request, with everything else unchanged', async () => {
      const before = await rowOf(key.id);
      const answer = await change(key.id, { name: 'After' });
      expect(answer.status).toBe(200);
      expect(membersOf(answer.body)).toEqual(LISTED_MEMBERS);
      expect(answer.body.name).toBe('After');
      expect((await me(key.apiKey)).body.key.name).toBe('After');
      expect(await rowOf(key.id)).toEqual({ ...before, name: 'After' });
    });

    it('of the scopes have more or fewer rights from the very next request on', async () => {
      const write = () =>
        service.request('POST', '/api/documents', { key: key.apiKey, body: { title: 'T', content: 'C' } });
      const documents = () => service.query('SELECT id FROM documents WHERE owner_id = $1', [owner.id]);
      expect((await write()).status).toBe(403);
      expect((await change(key.id, { scopes: ['documents:write'] })).body.scopes).toEqual([
        'documents:write',
      ]);
      expect((await write()).status).toBe(201);
      expect((await service.request('GET', '/api/documents', { key: key.apiKey })).status).toBe(403);
      await change(key.id, { scopes: ['documents:read'] });
      expect((await write()).status).toBe(403);
      expect(await documents()).toHaveLength(1);
    });

    it('to disabled are refused at once, and after a change to enabled admitted again', async () => {
      expect((await change(key.id, { enabled: false })).body.enabled).toBe(false);
      expect((await me(key.apiKey)).status).toBe(401);
      expect((await change(key.id, { enabled: true })).body.enabled).toBe(true);
      expect((await me(key.apiKey)).status).toBe(200);
    });

    it('of expiresAt expire at the new time, which follows the rules of creation', async () => {
      const expiresAt = inDays(3);
      expect((await change(key.id, { expiresAt })).body.expiresAt).toBe(expiresAt);
      expect((await me(key.apiKey)).body.key.expiresAt).toBe(expiresAt);
      for (const wrong of [null, '2020-01-01T00:00:00Z', 'soon', '2099-W10-1']) {
        expect((await change(key.id, { expiresAt: wrong })).status).toBe(400);
      }
      expect((await rowOf(key.id)).expires_at?.toISOString()).toBe(expiresAt);
    });

    it('of the allow list are checked against it from the very next request on', async () => {
      await change(key.id, { ipAllowlist: ['192.0.2.0/24'] });
      expect((await me(key.apiKey)).body.code).toBe('ip_not_allowed');
      await change(key.id, { ipAllowlist: ['192.0.2.0/24', '127.0.0.0/8'] });
      expect((await me(key.apiKey)).status).toBe(200);
      await change(key.id, { ipAllowlist: ['192.0.2.1'] });
      expect((await me(key.apiKey)).status).toBe(403);
      expect((await change(key.id, { ipAllowlist: null })).body.ipAllowlist).toBeNull();
      expect((await me(key.apiKey)).status).toBe(200);
    });

    it('of the metadata have the new metadata only', async () => {
      expect((await change(key.id, { metadata: { b: ['x', { c: null }] } })).status).toBe(200);
      expect((await read(key.id)).body.metadata).toEqual({ b: ['x', { c: null }] });
    });

    it.each([
      ['name', null],
      ['scopes', null],
      ['scopes', []],
      ['enabled', null],
      ['enabled', 'false'],
      ['metadata', null],
      ['userId', NO_ROW],
      ['revokedAt', null],
      ['replacedBy', NO_ROW],
    ])('of %s to %p, which is refused with 400, stay unchanged', async (member, value) => {
      const before = await rowOf(key.id);
      const answer = await change(key.id, { [member]: value });
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
      expect(await rowOf(key.id)).toEqual(before);
    });

    it('of the metadata have members of any name', async () => {
      const metadata = { hasOwnProperty: 'x', toString: 1, length: 2, '': '' };
      expect((await change(key.id, { metadata })).body.metadata).toEqual(metadata);
      expect((await rowOf(key.id)).metadata).toEqual(metadata);
    });

    it('of the metadata to text that PostgreSQL cannot store, which is refused with 400, stay unchanged', async () => {
      const before = await rowOf(key.id);
      for (const text of ['a\0b', '\ud800']) {
        const answer = await change(key.id, { metadata: { text } });
        expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
      }
      expect(await rowOf(key.id)).toEqual(before);
    });

    it('to unknown scopes, which is refused, stay unchanged', async () => {
      const before = await rowOf(key.id);
      const answer = await change(key.id, { name: 'No', scopes: ['payments:read'] });
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
      expect(await rowOf(key.id)).toEqual(before);
    });

    it('to a revoked one, which is refused with 409, stay unchanged', async () => {
      await revoke(key.id);
      const answer = await change(key.id, { enabled: true });
      expect([answer.status, answer.body.code]).toEqual([409, 'conflict']);
      expect((await me(key.apiKey)).status).toBe(401);
    });
  });

  describe('that are revoked', () => {
    it('are answered with 204 each time, refused at once, and kept as rows', async () => {
      const key = (await create({ name: 'Ends' })).body;
      expect((await me(key.apiKey)).status).toBe(200);
      const answer = await revoke(key.id);
      expect([answer.status, answer.text]).toEqual([204, '']);
      expect((await me(key.apiKey)).status).toBe(401);
      const row = await rowOf(key.id);
      expect(row).toMatchObject({ name: 'Ends', enabled: true, replaced_by: null });
      expect(row.revoked_at).toBeInstanceOf(Date);
      expect((await revoke(key.id)).status).toBe(204);
      expect(await rowOf(key.id)).toEqual(row);
      expect((await read(key.id)).body.revokedAt).toBe(row.revoked_at?.toISOString());
    });

    it('may have revoked themselves', async () => {
      expect((await revoke(manager.id)).status).toBe(204);
      expect((await revoke(manager.id)).status).toBe(401);
    });
  });

  describe('that are rotated one at a time', () => {
    let key: { id: string; apiKey: string };

    beforeEach(async () => {
      const fields = {
        name: 'Turns',
        scopes: ['documents:read', 'documents:write'],
        expiresAt: inDays(20),
        ipAllowlist: ['127.0.0.1'],
        requestsPerMinute: 40,
        metadata: { team: 'sales' },
      };
      key = (await create(fields)).body;
      await me(key.apiKey);
    });

    it('without a grace period end at once, and the new key has all their settings', async () => {
      const answer = await rotate(key.id);
      expect(answer.status).toBe(201);
      expect(membersOf(answer.body)).toEqual(ISSUED_MEMBERS);
      expect(answer.body).toMatchObject({
        name: 'Turns',
        userId: owner.id,
        scopes: ['documents:read', 'documents:write'],
        ipAllowlist: ['127.0.0.1'],
        requestsPerMinute: 40,
      });
      expect(answer.body.apiKey).not.toBe(key.apiKey);
      expect((await me(key.apiKey)).status).toBe(401);
      expect((await me(answer.body.apiKey)).body.key.id).toBe(answer.body.id);
      const old = await rowOf(key.id);
      expect(old).toMatchObject({ replaced_by: answer.body.id });
      expect(old.revoked_at).toBeInstanceOf(Date);
      expect(await rowOf(answer.body.id)).toMatchObject({
        scopes: old.scopes,
        ip_allowlist: old.ip_allowlist,
        metadata: { team: 'sales' },
        enabled: true,
        revoked_at: null,
        replaced_by: null,
      });
      expect((await read(key.id)).body.replacedBy).toBe(answer.body.id);
    });

    it('with a grace period are valid until its end, and the new key beyond it', async () => {
      const before = Date.now();
      const next = (await rotate(key.id, { gracePeriodSeconds: 3600 })).body;
      expect((await me(key.apiKey)).status).toBe(200);
      expect((await me(next.apiKey)).status).toBe(200);
      const old = await rowOf(key.id);
      expect(old).toMatchObject({ replaced_by: next.id, revoked_at: null });
      expect(old.expires_at!.getTime()).toBeGreaterThanOrEqual(before + 3600_000);
      expect(old.expires_at!.getTime()).toBeLessThanOrEqual(Date.now() + 3600_000);

      const last = (await rotate(next.id, { gracePeriodSeconds: 1 })).body;
      await until((await rowOf(next.id)).expires_at!);
      expect((await me(next.apiKey)).status).toBe(401);
      expect((await me(last.apiKey)).status).toBe(200);
    });

    it('never live longer because of a grace period', async () => {
      const expiresAt = inDays(1);
      await change(key.id, { expiresAt });
      await rotate(key.id, { gracePeriodSeconds: 30 * 24 * 3600 });
      expect((await rowOf(key.id)).expires_at?.toISOString()).toBe(expiresAt);
    });

    it.each([0, 3600])(
      'with a grace period of %d s cannot be rotated again, which is refused with 409',
      async (seconds) => {
        await rotate(key.id, { gracePeriodSeconds: seconds });
        const keys = await idsOf(owner);
        const again = await rotate(key.id);
        expect([again.status, again.body.code]).toEqual([409, 'conflict']);
        expect(await idsOf(owner)).toEqual(keys);
      },
    );

    it('twice at the same time are replaced by one new key', async () => {
      const before = await idsOf(owner);
      const answers = await Promise.all([rotate(key.id), rotate(key.id)]);
      expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409]);
      expect(await idsOf(owner)).toHaveLength(before.length + 1);
    });

    it('are not revoked ones, whose rotation is refused with 409', async () => {
      await revoke(key.id);
      expect((await rotate(key.id)).status).toBe(409);
    });

    it.each([-1, 1.5, '60', null, 30 * 24 * 3600 + 1])(
      'are refused a grace period of %p',
      async (seconds) => {
        const answer = await rotate(key.id, { gracePeriodSeconds: seconds });
        expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
        expect((await me(key.apiKey)).status).toBe(200);
      },
    );

    it('can be rotated without a body', async () => {
      const answer = await service.request('POST', `${KEYS}/${key.id}/rotate`, { key: manager.apiKey });
      expect(answer.status).toBe(201);
    });

    it('may rotate themselves', async () => {
      const answer = await rotate(manager.id);
      expect(answer.status).toBe(201);
      expect((await me(manager.apiKey)).status).toBe(401);
      expect((await me(answer.body.apiKey)).status).toBe(200);
    });
  });

  describe('that are rotated all at once', () => {
    it('are all revoked, and replaced by one with the union of their scopes', async () => {
      const others = [
        (await create({ name: 'A', scopes: ['documents:read'] })).body,
        (await create({ name: 'B', scopes: ['documents:write', 'read'] })).body,
      ];
      const ended = (await create({ name: 'C', scopes: ['documents:delete'] })).body;
      await revoke(ended.id);
      const stranger = await service.createKey(await service.createUser(), ['read']);
      for (const { apiKey } of [...others, stranger]) expect((await me(apiKey)).status).toBe(200);
      const answer = await rotateAll();
      expect(answer.status).toBe(201);
      expect(membersOf(answer.body)).toEqual(ISSUED_MEMBERS);
      expect(answer.body.userId).toBe(owner.id);
      expect([...(answer.body.scopes as string[])].sort()).toEqual([
        'delete',
        'documents:read',
        'documents:write',
        'keys:*',
        'read',
        'write',
      ]);
      for (const { id, apiKey } of [...others, manager]) {
        expect((await me(apiKey)).status).toBe(401);
        const row = await rowOf(id);
        expect(row).toMatchObject({ replaced_by: answer.body.id });
        expect(row.revoked_at).toBeInstanceOf(Date);
      }
      expect((await rowOf(ended.id)).replaced_by).toBeNull();
      expect((await me(stranger.apiKey)).status).toBe(200);
      expect((await me(answer.body.apiKey)).body.key.id).toBe(answer.body.id);
    });

    it('are replaced by one that is restricted to the same addresses', async () => {
      await create({ name: 'Office', scopes: ['read'], ipAllowlist: ['192.0.2.0/24'] });
      await change(manager.id, { ipAllowlist: ['127.0.0.1', '192.0.2.0/24'] });
      const answer = await rotateAll();
      expect(answer.status).toBe(201);
      expect([...((answer.body.ipAllowlist as string[] | null) ?? ['anywhere'])].sort()).toEqual([
        '127.0.0.1',
        '192.0.2.0/24',
      ]);
    });

    it('of a demoted owner are replaced by one without the scopes that the owner lost', async () => {
      const chief = await service.createUser({ role: 'admin' });
      await service.createKey(chief, ['admin']);
      const { apiKey } = await service.createKey(chief, ['keys:*', 'read']);
      await service.request('PATCH', `/api/users/${chief.id}`, {
        key: service.adminKey,
        body: { role: 'member' },
      });
      const answer = await rotateAll(apiKey);
      expect(answer.status).toBe(201);
      expect((await me(answer.body.apiKey)).body.scopes).toEqual(['keys:*', 'read']);
      expect((await me(apiKey)).status).toBe(401);
    });
  });

  describe('at each call', () => {
    it('are admitted from an address of their allow list only, and nothing is done for another', async () => {
      const write = async (ipAllowlist: string[]) => {
        const key = (await create({ name: 'Kept', scopes: ['write'], ipAllowlist })).body;
        const body = { title: 'T', content: 'C' };
        return { key, answer: await service.request('POST', '/api/documents', { key: key.apiKey, body }) };
      };
      const outside = await write(['10.0.0.0/8', '2001:db8::/32']);
      expect([outside.answer.status, outside.answer.body.code]).toEqual([403, 'ip_not_allowed']);
      expect(await service.query('SELECT id FROM documents WHERE owner_id = $1', [owner.id])).toEqual([]);
      expect(await service.auditRows('key_id = $1', [outside.key.id])).toMatchObject([
        { user_id: owner.id, outcome: 'denied', reason: 'ip_not_allowed', ip: '127.0.0.1' },
      ]);
      expect((await write(['127.0.0.1'])).answer.status).toBe(201);
      expect((await write(['10.0.0.0/8', '127.0.0.0/8'])).answer.status).toBe(201);
      expect((await write(['::ffff:127.0.0.0/104'])).answer.status).toBe(201);
    });

    it('are refused when they expire while they are in use', async () => {
      const expiresAt = new Date(Date.now() + 2000);
      const key = (await create({ name: 'Brief', expiresAt: expiresAt.toISOString() })).body;
      expect((await me(key.apiKey)).status).toBe(200);
      await until(expiresAt);
      expect((await me(key.apiKey)).status).toBe(401);
    });

    it('get the same refusal whether they are unknown, malformed, expired, revoked or disabled', async () => {
      const make = async () => (await create({ name: 'Spent' })).body as { id: string; apiKey: string };
      const [expired, revoked, disabled] = [await make(), await make(), await make()];
      await service.query(`UPDATE api_keys SET expires_at = now() - interval '1 s' WHERE id = $1`, [
        expired.id,
      ]);
      await revoke(revoked.id);
      await change(disabled.id, { enabled: false });
      const presented = {
        unknown: generateApiKey('mcp'),
        malformed: `${generateApiKey('mcp').slice(0, -1)}!`,
        other: 'sk-something-else',
        expired: expired.apiKey,
        revoked: revoked.apiKey,
        disabled: disabled.apiKey,
      };
      const answers = await Promise.all(Object.values(presented).map(me));
      for (const answer of answers) {
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toBe(
          `Bearer error="invalid_token", ${METADATA(service.url)}`,
        );
        expect(answer.headers.get('content-type')).toContain('application/problem+json');
        expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
        expect({ ...answer.body, requestId: '' }).toEqual({
          type: 'about:blank',
          title: 'Unauthorized',
          status: 401,
          detail: 'The API key is not valid',
          code: 'invalid_api_key',
          requestId: '',
        });
      }
      expect(
        await service.auditRows('key_id = ANY ($1)', [[expired.id, revoked.id, disabled.id]]),
      ).toMatchObject(
        expect.arrayContaining(
          [
            [expired.id, 'expired_api_key'],
            [revoked.id, 'revoked_api_key'],
            [disabled.id, 'disabled_api_key'],
          ].map(([key_id, reason]) =>
            expect.objectContaining({ key_id, reason, outcome: 'denied', user_id: owner.id }),
          ),
        ),
      );
    });

    it('are accepted as X-API-Key, or in both headers when they are the same', async () => {
      const { apiKey } = manager;
      const ask = (headers: Record<string, string>) => service.request('GET', '/api/me', { headers });
      expect((await ask({ 'x-api-key': apiKey })).body.key.id).toBe(manager.id);
      expect((await ask({ 'x-api-key': apiKey, authorization: `Bearer ${apiKey}` })).status).toBe(200);
      expect((await ask({ authorization: `bearer ${apiKey}` })).status).toBe(200);
    });

    it('are refused when two differ, in a malformed header, and in the query string', async () => {
      const { apiKey } = manager;
      const other = (await create({ name: 'Other' })).body.apiKey as string;
      const ask = (headers: Record<string, string>, query = '') =>
        service.request('GET', `/api/me${query}`, { headers });
      const bearer = { authorization: `Bearer ${apiKey}` };
      const answers = await Promise.all([
        ask({ ...bearer, 'x-api-key': other }),
        ask({ ...bearer, 'x-api-key': '' }),
        ask({ authorization: apiKey }),
        ask({ authorization: `Basic ${apiKey}` }),
        ask({ authorization: 'Bearer' }),
        ask({ authorization: `Bearer ${apiKey}, Bearer ${other}` }),
        ask({ 'x-api-key': `Bearer ${apiKey}` }),
        ask({}, `?api_key=${apiKey}`),
        ask({}, `?token=${apiKey}`),
        ask(bearer, `?apiKey=${apiKey}`),
        ask(bearer, `?x=1&access_token=${other}`),
      ]);
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
        answers.map(() => [401, 'invalid_api_key']),
      );
    });

    it('are reported as missing when none is sent', async () => {
      const answer = await service.request('GET', '/api/me');
      expect([answer.status, answer.body.code]).toEqual([401, 'missing_api_key']);
      expect(answer.headers.get('www-authenticate')).toBe(`Bearer ${METADATA(service.url)}`);
    });

    it('have a time of their last use that only moves forward, without a write per request', async () => {
      const key = (await create({ name: 'Used' })).body;
      const recorder = service.service.app.get(LastUsedRecorder, { strict: false });
      await recorder.flush();
      expect((await rowOf(key.id)).last_used_at).toBeNull();
      const before = Date.now();
      for (let call = 0; call < 3; call++) await me(key.apiKey);
      expect((await rowOf(key.id)).last_used_at).toBeNull();
      await recorder.flush();
      const used = (await rowOf(key.id)).last_used_at!;
      expect(used.getTime()).toBeGreaterThanOrEqual(before);
      expect(used.getTime()).toBeLessThanOrEqual(Date.now());
      expect((await read(key.id)).body.lastUsedAt).toBe(used.toISOString());
      await service.query(`UPDATE api_keys SET last_used_at = now() + interval '1 day' WHERE id = $1`, [
        key.id,
      ]);
      const ahead = (await rowOf(key.id)).last_used_at;
      await me(key.apiKey);
      await recorder.flush();
      expect((await rowOf(key.id)).last_used_at).toEqual(ahead);
    });

    it('do not count a refused call as a use', async () => {
      const key = (await create({ name: 'Refused', ipAllowlist: ['192.0.2.1'] })).body;
      expect((await me(key.apiKey)).status).toBe(403);
      await service.service.app.get(LastUsedRecorder, { strict: false }).flush();
      expect((await rowOf(key.id)).last_used_at).toBeNull();
    });
  });

  describe('in their raw form', () => {
    /** Returns the rows of all tables that contain `text`, each with its table. */
    const rowsWith = async (text: string): Promise<string[]> => {
      await service.auditRows();
      const rows = await service.query<{ found: string }>(
        `SELECT found FROM (
           SELECT 'api_keys ' || k::text AS found FROM api_keys k
           UNION ALL SELECT 'users ' || u::text FROM users u
           UNION ALL SELECT 'documents ' || d::text FROM documents d
           UNION ALL SELECT 'audit_events ' || e::text FROM audit_events e
         ) AS everything WHERE strpos(found, $1) > 0`,
        [text],
      );
      return rows.map(({ found }) => found);
    };

    it('are nowhere in the database, whatever was done with them', async () => {
      const key = (await create({ name: 'Secret', scopes: ['keys:*', 'read'] })).body;
      await me(key.apiKey);
      await change(key.id, { name: 'Changed' });
      await service.request('GET', `/api/me?api_key=${key.apiKey}`, { key: key.apiKey });
      await service.call(key.apiKey, 'documents_delete', { id: NO_ROW });
      const next = (await rotate(key.id)).body;
      expect(await rowsWith(key.start)).not.toEqual([]);
      for (const { apiKey } of [key, next, manager]) expect(await rowsWith(apiKey)).toEqual([]);
    });

    it.each([
      ['as the id in a path', (key: string) => revoke(key)],
      ['as an argument of a tool', (key: string) => service.call(key, 'documents_get', { id: key })],
      ['as the name of a tool', (key: string) => service.call(key, key)],
      [
        'as the user agent',
        (key: string) => service.request('GET', KEYS, { key, headers: { 'user-agent': key } }),
      ],
    ])('are not in the audit when they were sent %s by mistake', async (_, send) => {
      const { apiKey } = (await create({ name: 'Slip', scopes: ['keys:*', 'read'] })).body;
      const answer = await send(apiKey);
      expect(answer.status).toBeLessThan(500);
      expect(await service.auditRows('request_id = $1', [answer.headers.get('x-request-id')])).toHaveLength(
        1,
      );
      expect(await rowsWith(apiKey)).toEqual([]);
    });
  });
});

describe('The setting', () => {
  const withService = async (env: Record<string, string>, work: (service: TestService) => Promise<void>) => {
    const service = await TestService.start({ env });
    try {
      await work(service);
    } finally {
      await service.stop();
    }
  };
  const create = (service: TestService, body: object) =>
    service.request('POST', KEYS, { key: service.adminKey, body });

  it('API_KEY_PREFIX changes the prefix of keys: mcp_live works, and mcp_ keys are then refused', () =>
    withService({ API_KEY_PREFIX: 'mcp_live' }, async (service) => {
      const { status, body } = await create(service, { name: 'Live', scopes: ['documents:read'] });
      expect(status).toBe(201);
      expect(body.apiKey).toMatch(/^mcp_live_[0-9A-Za-z]{49}$/);
      expect(body.start).toBe(body.apiKey.slice(0, 'mcp_live_'.length + 4));
      expect((await service.request('GET', '/api/me', { key: body.apiKey })).body.key.id).toBe(body.id);
      expect((await service.call(body.apiKey, 'documents_list')).status).toBe(200);
      for (const key of [generateApiKey('mcp'), generateApiKey('mcp_live'), generateApiKey('mcp_test')]) {
        expect((await service.request('GET', '/api/me', { key })).body.code).toBe('invalid_api_key');
      }
    }));

  it('API_KEY_DEFAULT_TTL_DAYS=never makes keys without an end, and allows requests for them', () =>
    withService({ API_KEY_DEFAULT_TTL_DAYS: 'never' }, async (service) => {
      const byDefault = await create(service, { name: 'Ever' });
      expect([byDefault.status, byDefault.body.expiresAt]).toEqual([201, null]);
      const asked = await create(service, { name: 'Ever', expiresAt: null });
      expect([asked.status, asked.body.expiresAt]).toEqual([201, null]);
      expect(
        (await service.request('GET', '/api/me', { key: asked.body.apiKey })).body.key.expiresAt,
      ).toBeNull();
      const next = await service.request('POST', `${KEYS}/${asked.body.id}/rotate`, {
        key: service.adminKey,
      });
      expect([next.status, next.body.expiresAt]).toEqual([201, null]);
    }));

  it('API_KEY_MAX_TTL_DAYS limits the requested lifetime', () =>
    withService({ API_KEY_DEFAULT_TTL_DAYS: '7', API_KEY_MAX_TTL_DAYS: '30' }, async (service) => {
      const before = Date.now();
      const byDefault = await create(service, { name: 'Week' });
      expect(new Date(byDefault.body.expiresAt).getTime()).toBeGreaterThanOrEqual(before + 7 * DAY_MS);
      expect(new Date(byDefault.body.expiresAt).getTime()).toBeLessThanOrEqual(Date.now() + 7 * DAY_MS);
      expect((await create(service, { name: 'Month', expiresAt: inDays(29) })).status).toBe(201);
      for (const expiresAt of [inDays(31), null]) {
        const answer = await create(service, { name: 'Long', expiresAt });
        expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
        const changed = await service.request('PATCH', `${KEYS}/${byDefault.body.id}`, {
          key: service.adminKey,
          body: { expiresAt },
        });
        expect(changed.status).toBe(400);
      }
      expect(await service.query(`SELECT id FROM api_keys WHERE name = 'Long'`)).toEqual([]);
    }));
});
