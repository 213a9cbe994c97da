import { Client } from 'pg';
import { headOf, sendRaw } from './support/raw-request.js';
import { Replica } from './support/replica.js';
import { type Answer, TestService } from './support/test-service.js';
import { until } from './support/until.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

describe('The directory of a company', () => {
  let service: TestService;
  let replica: Replica;
  let bearer: string;
  let connectionId: string;

  beforeAll(async () => {
    service = await TestService.start();
    replica = await Replica.of(service);
    const made = await connect('Example Inc.');
    ({ bearer, id: connectionId } = made);
  });
  afterAll(async () => {
    await replica.stop();
    await service.stop();
  });

  const manage = (method: string, path: string, body?: unknown, key = service.adminKey) =>
    service.request(method, path, { key, ...(body !== undefined && { body }) });

  async function connect(name: string, domains = ['example.com']) {
    const { status, body } = await manage('POST', '/api/scim/connections', { name, domains });
    expect(status).toBe(201);
    return body as { id: string; bearer: string };
  }

  async function scim(method: string, path: string, body?: unknown, by = bearer): Promise<Answer> {
    const response = await fetch(`${service.url}/scim/v2${path}`, {
      method,
      headers: {
        authorization: `Bearer ${by}`,
        ...(body !== undefined && { 'content-type': 'application/scim+json' }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = text === '' ? undefined : (JSON.parse(text) as unknown);
    return { status: response.status, headers: response.headers, text, body: parsed as any };
  }

  async function add(userName: string, more: object = {}): Promise<string> {
    const { status, body, text } = await scim('POST', '/Users', { schemas: [USER], userName, ...more });
    expect([status, text]).toEqual([201, expect.any(String)]);
    return (body as { id: string }).id;
  }

  const change = (id: string, ...Operations: object[]) => scim('PATCH', `/Users/${id}`, { Operations });
  const row = async (id: string) =>
    (
      await service.query<{ role: string; is_active: boolean; email_verified: boolean }>(
        'SELECT role, is_active, email_verified FROM users WHERE id = $1',
        [id],
      )
    )[0];

  it('is connected by an administrator alone, whose answer has the secret once', async () => {
    const listed = await manage('GET', '/api/scim/connections');
    expect(listed.body.connections).toContainEqual(
      expect.objectContaining({ id: connectionId, domains: ['example.com'] }),
    );
    expect(listed.text).not.toContain(bearer);
    const stored = await service.query('SELECT * FROM scim_connections');
    expect(JSON.stringify(stored)).not.toContain(bearer);
    const [audited] = await service.auditRows(`action LIKE 'scim_connection%' AND outcome = 'success'`);
    expect(JSON.stringify(audited)).not.toContain(bearer);
    const member = await service.createUser({ email: 'member@elsewhere.test', name: 'M' });
    const { apiKey } = await service.createKey(member, ['documents:read']);
    const refused = await manage('POST', '/api/scim/connections', { name: 'x', domains: ['x.test'] }, apiKey);
    expect(refused.status).toBe(403);
  });

  it('adds a member, whatever else it says, and finds it', async () => {
    const id = await add('Ada@example.com', {
      externalId: 'ext-1',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      role: 'admin',
      roles: [{ value: 'admin' }],
      tier: 'unlimited',
    });
    expect(await row(id)).toEqual({ role: 'member', is_active: true, email_verified: false });
    for (const filter of ['userName eq "ada@EXAMPLE.com"', 'externalId eq "ext-1"']) {
      const { body } = await scim('GET', `/Users?filter=${encodeURIComponent(filter)}`);
      expect(body).toMatchObject({ totalResults: 1, Resources: [{ id, displayName: 'Ada Lovelace' }] });
    }
    expect((await scim('GET', `/Users/${id}`)).body).toMatchObject({
      schemas: [USER],
      userName: 'Ada@example.com',
      emails: [{ value: 'ada@example.com' }],
      active: true,
    });
    const [audited] = await service.auditRows(`action = 'scim.create_user' AND resource = $1`, [
      `user:${id}`,
    ]);
    expect(audited).toMatchObject({ outcome: 'success', user_id: null, metadata: { connectionId } });
    const again = await scim('POST', '/Users', { userName: 'ada@example.com' });
    expect([again.status, again.body.scimType]).toEqual([409, 'uniqueness']);
  });

  it('is answered in pages', async () => {
    for (const name of ['p1', 'p2', 'p3']) await add(`${name}@example.com`);
    const { totalResults } = (await scim('GET', '/Users?count=0')).body;
    const seen: string[] = [];
    for (let at = 1; at <= totalResults; at += 2) {
      const page = (await scim('GET', `/Users?startIndex=${at}&count=2`)).body;
      expect([page.totalResults, page.startIndex]).toEqual([totalResults, at]);
      seen.push(...page.Resources.map(({ id }: { id: string }) => id));
    }
    expect([seen.length, new Set(seen).size]).toEqual([totalResults, totalResults]);
  });

  it.each([
    ['Okta', (id: string) => change(id, { op: 'replace', value: { active: false } }), 200],
    ['Entra', (id: string) => change(id, { op: 'Replace', path: 'active', value: 'False' }), 200],
    ['a replacement', (id: string) => scim('PUT', `/Users/${id}`, { userName: 'x', active: false }), 200],
    ['a deletion', (id: string) => scim('DELETE', `/Users/${id}`), 204],
  ])(
    'ends sessions and keys of a leaver on every replica in that very call: %s',
    async (name, end, status) => {
      const email = `leaver-${name.toLowerCase().replace(' ', '-')}@example.com`;
      const id = await add(email, {
        emails: [{ value: email }],
        userName: name === 'a replacement' ? 'x' : email,
      });
      const { apiKey } = await service.createKey({ id, email }, ['documents:read']);
      await service.query(
        `INSERT INTO sessions (user_id, token, expires_at, updated_at) VALUES ($1, $2, now() + interval '1 hour', now())`,
        [id, `token-${id}`],
      );
      expect((await replica.request('GET', '/api/documents', apiKey)).status).toBe(200);
      const ended = await end(id);
      expect([ended.status, ended.headers.get('coherence')]).toEqual([
        status,
        expect.stringMatching(/^replicas=2/),
      ]);
      const after = await Promise.all([
        replica.request('GET', '/api/documents', apiKey),
        service.request('GET', '/api/documents', { key: apiKey }),
      ]);
      expect(after.map((answer) => [answer.status, answer.body.code])).toEqual([
        [403, 'account_inactive'],
        [403, 'account_inactive'],
      ]);
      expect(await service.query('SELECT FROM sessions WHERE user_id = $1', [id])).toEqual([]);
      expect((await scim('GET', `/Users/${id}`)).status).toBe(status === 204 ? 404 : 200);
    },
  );

  it('brings back whom it ended, and nobody whom an administrator deactivated', async () => {
    const id = await add('back@example.com');
    await change(id, { op: 'replace', path: 'active', value: false });
    expect((await change(id, { op: 'replace', path: 'active', value: true })).body).toMatchObject({
      active: true,
    });
    expect((await scim('DELETE', `/Users/${id}`)).status).toBe(204);
    expect(await add('back@example.com')).toBe(id);
    expect(await row(id)).toMatchObject({ is_active: true });
    await manage('PATCH', `/api/users/${id}`, { isActive: false });
    const refused = await change(id, { op: 'replace', path: 'active', value: true });
    expect([refused.status, await row(id)]).toEqual([409, expect.objectContaining({ is_active: false })]);
  });

  it('takes over no administrator', async () => {
    const boss = await service.createUser({ email: 'boss@example.com', name: 'Boss', role: 'admin' });
    expect((await scim('POST', '/Users', { userName: boss.email })).status).toBe(409);
  });

  describe('whose user became an administrator', () => {
    const state = (id: string) =>
      service.query(
        `SELECT u.email, u.name, u.role, u.is_active, s.user_name, s.external_id, s.deleted_at
         FROM users u JOIN scim_users s ON s.user_id = u.id WHERE u.id = $1`,
        [id],
      );
    let id: string;
    const promote = (role = 'admin') => manage('PATCH', `/api/users/${id}`, { role });

    beforeAll(async () => {
      id = await add('promoted@example.com', { externalId: 'ext-p' });
      await promote();
    });

    it.each([
      ['end it', 'PATCH', { Operations: [{ op: 'replace', path: 'active', value: false }] }],
      ['delete it', 'DELETE', undefined],
      ['replace it', 'PUT', { userName: 'promoted@example.com', active: false }],
      ['rename it', 'PATCH', { Operations: [{ op: 'replace', path: 'displayName', value: 'Eve' }] }],
      [
        'give it another address',
        'PATCH',
        { Operations: [{ op: 'replace', path: 'userName', value: 'eve@example.com' }] },
      ],
      ['lose sight of it', 'PATCH', { Operations: [{ op: 'replace', path: 'externalId', value: 'ext-q' }] }],
    ])('does not %s', async (_, method, body) => {
      const before = await state(id);
      const refused = await scim(method, `/Users/${id}`, body);
      expect([refused.status, refused.body]).toEqual([
        403,
        {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
          status: '403',
          detail: 'A directory changes and ends no administrator',
        },
      ]);
      expect(refused.headers.get('content-type')).toContain('application/scim+json');
      expect(await state(id)).toEqual(before);
      const [row] = await service.auditRows(`outcome = 'denied' AND resource = $1`, [`user:${id}`]);
      expect(row).toMatchObject({ reason: 'administrator', user_id: null, metadata: { connectionId } });
    });

    it('does not end one whose promotion is committed while it asks', async () => {
      await promote('member');
      const owner = new Client({ connectionString: service.database.ownerUrl });
      await owner.connect();
      try {
        await owner.query('BEGIN');
        await owner.query(`UPDATE users SET role = 'admin' WHERE id = $1`, [id]);
        const asked = scim('DELETE', `/Users/${id}`);
        await until(async () => {
          const { rows } = await owner.query<{ waiting: boolean }>(
            `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock') AS waiting`,
          );
          return rows[0]!.waiting;
        });
        await owner.query('COMMIT');
        expect((await asked).status).toBe(403);
      } finally {
        await owner.end();
      }
      expect(await row(id)).toMatchObject({ role: 'admin', is_active: true });
    });

    it('ends it once it is none any more', async () => {
      await promote('member');
      expect((await scim('DELETE', `/Users/${id}`)).status).toBe(204);
      expect(await row(id)).toMatchObject({ is_active: false });
    });
  });

  it('is told where a user is by the address of the service, whatever Host it asks', async () => {
    const id = await add('located@example.com');
    const { port } = new URL(service.url);
    const head = headOf('GET', `/scim/v2/Users/${id}`, [
      ['Host', `localhost:${port}`],
      ['X-Forwarded-Host', 'evil.test'],
      ['Authorization', `Bearer ${bearer}`],
      ['Connection', 'close'],
    ]);
    const asked = sendRaw(service.url, head);
    await asked.closed;
    expect(asked.received()).toContain(`"location":"${service.url}/scim/v2/Users/${id}"`);
  });

  it('reaches no user of another connection, and adds none of another domain', async () => {
    const other = await connect('Other', ['other.test', 'example.com']);
    const id = await add('mine@example.com');
    for (const [method, path, body] of [
      ['GET', `/Users/${id}`],
      ['DELETE', `/Users/${id}`],
      ['PUT', `/Users/${id}`, { userName: 'theirs@example.com' }],
      ['PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', path: 'active', value: false }] }],
    ] as const)
      expect((await scim(method, path, body, other.bearer)).status).toBe(404);
    expect((await scim('GET', '/Users', undefined, other.bearer)).body.totalResults).toBe(0);
    expect((await scim('POST', '/Users', { userName: 'mine@example.com' }, other.bearer)).status).toBe(409);
    const foreign = await scim('POST', '/Users', { userName: 'a@elsewhere.test' });
    expect([foreign.status, foreign.body.scimType]).toEqual([400, 'invalidValue']);
    const moved = await change(id, { op: 'replace', path: 'emails', value: [{ value: 'a@elsewhere.test' }] });
    expect(moved.status).toBe(400);
  });

  it('has no power once its connection is ended, and its users stay', async () => {
    const other = await connect('Short', ['short.test']);
    const made = await scim('POST', '/Users', { userName: 'a@short.test' }, other.bearer);
    expect((await manage('DELETE', `/api/scim/connections/${other.id}`)).status).toBe(204);
    const refused = await scim('GET', '/Users', undefined, other.bearer);
    expect([refused.status, refused.body.status]).toEqual([401, '401']);
    expect(await row(made.body.id)).toMatchObject({ is_active: true });
    const [audited] = await service.auditRows(`action = 'scim.authenticate'`);
    expect(audited).toMatchObject({ outcome: 'denied', reason: 'unknown_secret' });
    expect(JSON.stringify(audited)).not.toContain(other.bearer);
  });

  it.each([
    ['an unknown filter', () => scim('GET', '/Users?filter=title%20eq%20%22x%22'), 400, 'invalidFilter'],
    ['a body that is no JSON', () => scim('POST', '/Users', '{'), 400, 'invalidSyntax'],
    ['no body', () => scim('POST', '/Users'), 400, 'invalidSyntax'],
    ['a user without an address', () => scim('POST', '/Users', { userName: 'ada' }), 400, 'invalidValue'],
    ['an id that is none', () => scim('GET', '/Users/1'), 404, undefined],
    ['a key of the service', () => scim('GET', '/Users', undefined, service.adminKey), 401, undefined],
  ])('is refused in the form of the standard: %s', async (_, ask, status, scimType) => {
    const answer = await ask();
    expect([answer.status, answer.body.scimType]).toEqual([status, scimType]);
    expect(answer.headers.get('content-type')).toContain('application/scim+json');
    expect(answer.body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
    });
  });

  it('reads what the service can do', async () => {
    for (const path of ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas'])
      expect((await scim('GET', path)).status).toBe(200);
  });
});
