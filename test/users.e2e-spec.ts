import { createOrganization } from './support/organizations.js';
import { TestService } from './support/test-service.js';

const USERS = '/api/users';
const NO_ROW = '01900000-0000-7000-8000-000000000000';
const MEMBERS = [
  'createdAt',
  'email',
  'id',
  'isActive',
  'isOperator',
  'lastSeenAt',
  'name',
  'requestsPerMinute',
  'role',
  'signsInBy',
  'tier',
  'updatedAt',
];

let made = 0;
const address = () => `person${++made}@example.org`;

describe('Users', () => {
  let service: TestService;
  let adminId: string;

  beforeAll(async () => {
    service = await TestService.start({ env: { RATE_LIMIT_FREE: '3' } });
    adminId = (await me(service.adminKey)).body.user.id;
  });
  afterAll(() => service.stop());

  const me = (key: string) => service.request('GET', '/api/me', { key });
  const create = (body: unknown, key = service.adminKey) => service.request('POST', USERS, { key, body });
  const read = (id: string, key = service.adminKey) => service.request('GET', `${USERS}/${id}`, { key });
  const change = (id: string, body: unknown, key = service.adminKey) =>
    service.request('PATCH', `${USERS}/${id}`, { key, body });
  const rowOf = async (id: string) => (await service.query('SELECT * FROM users WHERE id = $1', [id]))[0];
  const count = async () =>
    Number((await service.query<{ n: string }>('SELECT count(*) AS n FROM users'))[0]!.n);

  describe('that are created', () => {
    it('are answered with 201, as active members of the tier development by default', async () => {
      const email = address();
      const answer = await create({ email, name: 'Ada' });
      expect(answer.status).toBe(201);
      expect(Object.keys(answer.body).sort()).toEqual(MEMBERS);
      expect(answer.body).toMatchObject({
        email,
        name: 'Ada',
        role: 'member',
        tier: 'development',
        requestsPerMinute: null,
        isActive: true,
      });
      expect(await rowOf(answer.body.id)).toMatchObject({
        email,
        name: 'Ada',
        role: 'member',
        tier: 'development',
        requests_per_minute: null,
        is_active: true,
      });
    });

    it('have the given role, tier, own number of calls and state', async () => {
      const fields = { role: 'auditor', tier: 'paid', requestsPerMinute: 7, isActive: false };
      const answer = await create({ email: address(), name: 'Bob', ...fields });
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject(fields);
      expect((await read(answer.body.id)).body).toEqual(answer.body);
    });

    it('have an e-mail address in lower case, which only one user can have', async () => {
      const email = address();
      const first = await create({ email: `  ${email.toUpperCase()} `, name: 'First' });
      expect([first.status, first.body.email]).toEqual([201, email]);
      const before = await count();
      for (const taken of [email, email.toUpperCase()]) {
        const second = await create({ email: taken, name: 'Second' });
        expect([second.status, second.body.code]).toEqual([409, 'conflict']);
      }
      expect(await count()).toBe(before);
      const other = await create({ email: address(), name: 'Other' });
      const moved = await change(other.body.id, { email: email.toUpperCase() });
      expect([moved.status, moved.body.code]).toEqual([409, 'conflict']);
      expect((await read(other.body.id)).body).toEqual(other.body);
    });

    it('cannot share an address even if two are created at the same time', async () => {
      const email = address();
      const answers = await Promise.all([create({ email, name: 'A' }), create({ email, name: 'B' })]);
      expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409]);
    });

    it.each([
      ['no e-mail address', { name: 'x' }],
      ['no name', { email: 'x@example.org' }],
      ['something that is no address', { email: 'nobody', name: 'x' }],
      ['an address with a space', { email: 'a b@example.org', name: 'x' }],
      ['an address that is too long', { email: `${'a'.repeat(250)}@example.org`, name: 'x' }],
      ['an address with NUL', { email: 'a\0@example.org', name: 'x' }],
      ['an empty name', { email: 'x@example.org', name: '' }],
      ['a name with NUL', { email: 'x@example.org', name: 'a\0b' }],
      ['a role that does not exist', { email: 'x@example.org', name: 'x', role: 'owner' }],
      ['a tier that does not exist', { email: 'x@example.org', name: 'x', tier: 'gold' }],
      ['no calls a minute', { email: 'x@example.org', name: 'x', requestsPerMinute: 0 }],
      ['half a call a minute', { email: 'x@example.org', name: 'x', requestsPerMinute: 1.5 }],
      ['a text for a flag', { email: 'x@example.org', name: 'x', isActive: 'yes' }],
      ['an id of its own choice', { email: 'x@example.org', name: 'x', id: NO_ROW }],
      ['a list of users', [{ email: 'x@example.org', name: 'x' }]],
      ['an empty list', []],
      ['no object', 'text'],
    ])('are not created from a body with %s, which is refused with 400', async (_, body) => {
      const before = await count();
      const answer = await create(typeof body === 'string' ? JSON.stringify(body) : body);
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
      expect(await count()).toBe(before);
    });
  });

  describe('that are read', () => {
    it('span several pages by cursor, newest first, none of them twice and none missing', async () => {
      for (let user = 0; user < 12; user++) await service.createUser();
      const rows = await service.query<{ id: string }>('SELECT id FROM users ORDER BY id DESC');
      const pages = await service.pages(service.adminKey, `${USERS}?limit=5`, 'users');
      expect(pages.flat().map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
      expect(pages.length).toBe(Math.ceil(rows.length / 5));
      for (const user of pages.flat()) expect(Object.keys(user).sort()).toEqual(MEMBERS);
      expect((await read(rows[0]!.id)).body).toEqual(pages[0]![0]);
    });

    it('say by what a person can sign in, and when the person was last seen', async () => {
      const { id } = (await create({ email: address(), name: 'Ada' })).body;
      const told = async () => {
        const { signsInBy, lastSeenAt } = (await read(id)).body;
        return [signsInBy, lastSeenAt];
      };
      expect(await told()).toEqual([[], null]);
      await service.query(
        "INSERT INTO accounts (account_id, provider_id, user_id, updated_at) VALUES ('1', 'google', $1, now())",
        [id],
      );
      await service.query(
        `INSERT INTO sessions (expires_at, token, updated_at, user_id, last_seen_at)
         VALUES (now() + interval '1 hour', 'of-ada', now(), $1, '2026-01-02T03:04:05Z')`,
        [id],
      );
      expect(await told()).toEqual([['provider'], '2026-01-02T03:04:05.000Z']);
    });

    it('do not say so of a person who belongs to another organization, too', async () => {
      const { id } = await service.createUser();
      const other = await createOrganization(service);
      const path = `/api/organizations/${other.id}/members/${id}`;
      const joined = await service.request('PUT', path, { key: service.adminKey, body: { role: 'member' } });
      expect(joined.status).toBe(204);
      const { signsInBy, lastSeenAt } = (await read(id)).body;
      expect([signsInBy, lastSeenAt]).toEqual([null, null]);
    });

    it.each([NO_ROW, 'not-an-id', '1', '%00', "'--"])(
      'are answered with 404 for the id %p, and so is a change',
      async (id) => {
        const answers = [await read(id), await change(id, { name: 'x' })];
        expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
          [404, 'not_found'],
          [404, 'not_found'],
        ]);
      },
    );
  });

  describe('with regard to access', () => {
    it('have only the user with an e-mail address where that is asked for, in upper or lower case', async () => {
      const { id, email } = await service.createUser({ email: 'filtered@example.com' });
      const ask = (value: string) =>
        service.request('GET', `/api/users?email=${encodeURIComponent(value)}`, { key: service.adminKey });
      for (const value of [email, ' Filtered@EXAMPLE.com '])
        expect((await ask(value)).body).toMatchObject({ users: [{ id, email }], nextCursor: null });
      for (const value of ['filtered@example.co', '%@example.com', 'ltered@example.com'])
        expect((await ask(value)).body).toEqual({ users: [], nextCursor: null });
      expect(await ask('filtered')).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
      const rows = await service.auditRows("action = 'users.list' OR resource = 'users'");
      expect(rows.at(-2)).toMatchObject({ outcome: 'success', metadata: { email: 'ltered@example.com' } });
    });

    it('are for admins only: nobody else can even hold the scopes', async () => {
      const target = await service.createUser();
      const before = await rowOf(target.id);
      const users = await count();
      for (const role of ['member', 'auditor']) {
        const user = await service.createUser({ role });
        const { apiKey } = await service.createKey(user, ['read', 'write', 'delete', 'keys:*', 'audit:read']);
        const answers = [
          await create({ email: address(), name: 'x' }, apiKey),
          await service.request('GET', USERS, { key: apiKey }),
          await read(user.id, apiKey),
          await change(target.id, { role: 'admin' }, apiKey),
          await change(user.id, { role: 'admin' }, apiKey),
        ];
        expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
          answers.map(() => [403, 'insufficient_scope']),
        );
        expect(await rowOf(user.id)).toMatchObject({ role });
      }
      expect(await rowOf(target.id)).toEqual(before);
      expect(await count()).toBe(users + 2);
    });

    it("are subject to the scopes of an admin's key: users:read reads and changes nothing", async () => {
      const chief = await service.createUser({ role: 'admin' });
      const { apiKey } = await service.createKey(chief, ['users:read']);
      expect((await read(chief.id, apiKey)).status).toBe(200);
      const answer = await change(chief.id, { name: 'x' }, apiKey);
      expect([answer.status, answer.body.missingScopes]).toEqual([403, ['users:write']]);
      const coarse = await service.createKey(chief, ['read', 'write', 'delete']);
      expect((await read(chief.id, coarse.apiKey)).status).toBe(403);
    });
  });

  describe('after a change', () => {
    it('keep what it does not name', async () => {
      const { body: user } = await create({
        email: address(),
        name: 'Old',
        tier: 'paid',
        requestsPerMinute: 9,
      });
      const answer = await change(user.id, { name: 'New' });
      expect(answer.status).toBe(200);
      expect({ ...answer.body, updatedAt: '' }).toEqual({ ...user, name: 'New', updatedAt: '' });
      expect((await read(user.id)).body).toEqual(answer.body);
    });

    it.each([
      ['name', null],
      ['email', null],
      ['role', null],
      ['tier', null],
      ['isActive', null],
      ['name', ''],
      ['role', 'root'],
      ['email', 'nobody'],
      ['requestsPerMinute', -1],
      ['id', NO_ROW],
      ['createdAt', '2020-01-01T00:00:00Z'],
    ])('of %s to %p, which is refused with 400, not 500, stay unchanged', async (member, value) => {
      const user = await service.createUser();
      const before = await rowOf(user.id);
      const answer = await change(user.id, { name: 'Other', [member]: value });
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
      expect(await rowOf(user.id)).toEqual(before);
    });

    it('of the tier or of the own number have the new limit from the very next request on', async () => {
      const user = await service.createUser();
      const { apiKey } = await service.createKey(user, ['read']);
      const policy = async () => (await me(apiKey)).headers.get('ratelimit-policy');
      expect(await policy()).toBe('"development";q=100000;w=60');
      await change(user.id, { requestsPerMinute: 500 });
      expect(await policy()).toBe('"custom";q=500;w=60');
      await change(user.id, { requestsPerMinute: null, tier: 'paid' });
      expect(await policy()).toBe('"paid";q=300;w=60');
      await change(user.id, { tier: 'unlimited' });
      expect(await policy()).toBeNull();
      // Three calls were counted, which is the limit of the tier free.
      await change(user.id, { tier: 'free' });
      const refused = await me(apiKey);
      expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
      expect(refused.headers.get('ratelimit-policy')).toBe('"free";q=3;w=60');
      await change(user.id, { tier: 'paid' });
      expect((await me(apiKey)).status).toBe(200);
    });

    it('to inactive have all their keys refused at once, and admitted again after a change to active', async () => {
      const user = await service.createUser();
      const keys = await Promise.all([
        service.createKey(user, ['write']),
        service.createKey(user, ['write']),
        service.createKey(user, ['write']),
      ]);
      const other = await service.createKey(await service.createUser(), ['read']);
      const write = (key: string) =>
        service.request('POST', '/api/documents', { key, body: { title: 'T', content: 'C' } });
      for (const { apiKey } of keys.slice(0, 2)) expect((await write(apiKey)).status).toBe(201);
      expect((await change(user.id, { isActive: false })).body.isActive).toBe(false);
      for (const { apiKey } of keys) {
        const answer = await write(apiKey);
        expect([answer.status, answer.body.code]).toEqual([403, 'account_inactive']);
      }
      expect(await service.query('SELECT id FROM documents WHERE owner_id = $1', [user.id])).toHaveLength(2);
      expect((await me(other.apiKey)).status).toBe(200);
      expect(await service.query('SELECT revoked_at FROM api_keys WHERE user_id = $1', [user.id])).toEqual(
        keys.map(() => ({ revoked_at: null })),
      );
      await change(user.id, { isActive: true });
      for (const { apiKey } of keys) expect((await write(apiKey)).status).toBe(201);
    });
  });

  describe('include a last active admin, who', () => {
    let other: { id: string };

    beforeAll(async () => {
      // Admins that other tests created are demoted.
      await service.query(`UPDATE users SET role = 'member' WHERE role = 'admin' AND id <> $1`, [adminId]);
      other = await service.createUser({ role: 'admin', isActive: false });
    });

    it.each([{ role: 'member' }, { role: 'auditor' }, { isActive: false }])(
      'cannot become %j, even if an inactive admin is left',
      async (body) => {
        const before = await rowOf(adminId);
        const answer = await change(adminId, body);
        expect([answer.status, answer.body.code]).toEqual([409, 'conflict']);
        expect(await rowOf(adminId)).toEqual(before);
        expect((await me(service.adminKey)).body.user.role).toBe('admin');
      },
    );

    it('may still be changed otherwise', async () => {
      expect((await change(adminId, { name: 'Chief', role: 'admin', isActive: true })).body.name).toBe(
        'Chief',
      );
    });

    it('is the second one when two admins are demoted at the same time', async () => {
      await change(other.id, { isActive: true });
      const answers = await Promise.all([
        change(adminId, { role: 'member' }),
        change(other.id, { role: 'member' }),
      ]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const admins = await service.query(`SELECT id FROM users WHERE role = 'admin' AND is_active`);
      expect(admins).toHaveLength(1);
    });
  });
});
