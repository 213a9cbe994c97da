import { TestService, type TestUser } from './support/test-service.js';

const TEAMS = '/api/teams';
const NO_ROW = '01900000-0000-7000-8000-000000000000';

let made = 0;

describe('Teams', () => {
  let service: TestService;
  /** Maintains the team of each spec. */
  let lead: TestUser;
  let leadKey: string;
  let person: TestUser;
  let personKey: string;
  let stranger: TestUser;
  let strangerKey: string;

  const keyOf = async (user: TestUser) =>
    (await service.createKey(user, ['teams:*', 'documents:*', 'keys:*'])).apiKey;

  beforeAll(async () => {
    service = await TestService.start();
    [lead, person, stranger] = await Promise.all([
      service.createUser({ name: 'Lead' }),
      service.createUser({ name: 'Person' }),
      service.createUser({ name: 'Stranger' }),
    ]);
    [leadKey, personKey, strangerKey] = (await Promise.all([lead, person, stranger].map(keyOf))) as [
      string,
      string,
      string,
    ];
  });
  afterAll(() => service.stop());

  const send = (method: string, path: string, key: string, body?: unknown) =>
    service.request(method, `${TEAMS}${path}`, { key, ...(body !== undefined && { body }) });
  const create = (body: unknown = { name: `Team ${++made}` }, key = service.adminKey) =>
    send('POST', '', key, body);
  const put = (team: string, user: string, role: string, key = service.adminKey) =>
    send('PUT', `/${team}/members/${user}`, key, { role });
  const remove = (team: string, user: string, key = service.adminKey) =>
    send('DELETE', `/${team}/members/${user}`, key);
  const namesIn = async (key: string) =>
    (await service.pages<{ name: string }>(key, `${TEAMS}?limit=2`, 'teams')).flat().map(({ name }) => name);
  const membersOf = async (team: string, key = service.adminKey) =>
    (await service.pages<{ id: string; role: string }>(key, `${TEAMS}/${team}/members?limit=2`, 'members'))
      .flat()
      .map(({ id, role }) => [id, role]);
  const rowsOf = (team: string) =>
    service.auditRows(`resource = 'team:${team}' AND outcome = 'success' AND action LIKE 'team%'`);

  /** A team that `lead` maintains. */
  const team = async (): Promise<string> => {
    const { id } = (await create()).body as { id: string };
    expect((await put(id, lead.id, 'maintainer')).status).toBe(204);
    return id;
  };

  describe('that are made', () => {
    it('have the administrator who makes them as their first maintainer', async () => {
      const answer = await create({ name: 'Support', requestsPerMinute: 30 });
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual({
        id: expect.any(String),
        name: 'Support',
        members: 1,
        role: 'maintainer',
        requestsPerMinute: 30,
        createdAt: expect.any(String),
      });
      expect(await service.query('SELECT kind, name FROM users WHERE id = $1', [answer.body.id])).toEqual([
        { kind: 'team', name: 'Support' },
      ]);
    });

    it('are made by administrators alone', async () => {
      const answer = await create({ name: 'Own' }, leadKey);
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
      expect(await service.query(`SELECT FROM teams WHERE name = 'Own'`)).toEqual([]);
      expect(await service.query(`SELECT FROM users WHERE name = 'Own'`)).toEqual([]);
    });

    it('have a name that no other team of the organisation has', async () => {
      await create({ name: 'Once' });
      const users = async () => (await service.query('SELECT FROM users')).length;
      const before = await users();
      const answer = await create({ name: 'Once' });
      expect([answer.status, answer.body.code]).toEqual([409, 'conflict']);
      expect(await users()).toBe(before);
      const other = (await create()).body.id as string;
      const renamed = await send('PATCH', `/${other}`, service.adminKey, { name: 'Once' });
      expect([renamed.status, renamed.body.code]).toEqual([409, 'conflict']);
    });

    it('have a name without spaces around it, which make it no other name', async () => {
      expect((await create({ name: '  Around ' })).body.name).toBe('Around');
      const answer = await create({ name: ' Around' });
      expect([answer.status, answer.body.code]).toEqual([409, 'conflict']);
    });

    it.each([
      ['no name', {}],
      ['an empty name', { name: '' }],
      ['a name of spaces', { name: ' \u00a0 ' }],
      ['a name of two lines', { name: 'a\nb' }],
      ['a long name', { name: 'a'.repeat(101) }],
      ['no calls a minute', { name: 'x', requestsPerMinute: 0 }],
      ['an id of its own choice', { name: 'x', id: NO_ROW }],
    ])('are not made from a body with %s', async (_, body) => {
      const answer = await create(body);
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    });
  });

  describe('that are read', () => {
    it('are those of the organisation for an administrator, and the own ones for others', async () => {
      const id = await team();
      const { name } = (await send('GET', `/${id}`, leadKey)).body as { name: string };
      const other = (await create()).body as { id: string; name: string };
      expect(await namesIn(leadKey)).toContain(name);
      expect(await namesIn(leadKey)).not.toContain(other.name);
      expect(await namesIn(strangerKey)).toEqual([]);
      const all = await namesIn(service.adminKey);
      expect(all).toEqual(expect.arrayContaining([name, other.name]));
      expect(new Set(all).size).toBe(all.length);
    });

    it('answer 404 to who does not belong to them, as one that does not exist does', async () => {
      const id = await team();
      const paths: [string, string, unknown?][] = [
        ['GET', ''],
        ['GET', '/members'],
        ['PUT', `/members/${person.id}`, { role: 'member' }],
        ['DELETE', `/members/${lead.id}`],
      ];
      for (const [method, path, body] of paths)
        for (const one of [id, NO_ROW]) {
          const answer = await send(method, `/${one}${path}`, strangerKey, body);
          expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 404, 'not_found']);
        }
      expect(await membersOf(id)).toContainEqual([lead.id, 'maintainer']);
    });

    it('need the scope to read teams', async () => {
      const { apiKey } = await service.createKey(lead, ['teams:write', 'read']);
      const answer = await send('GET', '', apiKey);
      expect([answer.status, answer.body.code]).toEqual([403, 'insufficient_scope']);
    });
  });

  describe('have members', () => {
    it('whom a maintainer adds, changes and removes, with a row for each', async () => {
      const id = await team();
      expect((await put(id, person.id, 'member', leadKey)).status).toBe(204);
      expect(await membersOf(id, personKey)).toContainEqual([person.id, 'member']);
      expect((await put(id, person.id, 'maintainer', leadKey)).status).toBe(204);
      expect(await membersOf(id, personKey)).toContainEqual([person.id, 'maintainer']);
      const removed = await remove(id, person.id, leadKey);
      expect([removed.status, removed.headers.get('coherence')]).toEqual([
        204,
        expect.stringMatching(/^replicas=\d+, waited=\d+$/),
      ]);
      expect((await send('GET', `/${id}`, personKey)).status).toBe(404);
      const metadata = (await rowsOf(id)).map((row) => row.metadata);
      expect(metadata).toEqual(
        expect.arrayContaining([
          { member: person.id, changes: { role: 'member' } },
          { member: person.id, changes: { role: 'maintainer' } },
          { removed: person.id },
        ]),
      );
    });

    it('who decide nothing about the others, and may leave', async () => {
      const id = await team();
      await put(id, person.id, 'member');
      for (const answer of [
        await put(id, stranger.id, 'member', personKey),
        await put(id, person.id, 'maintainer', personKey),
        await remove(id, lead.id, personKey),
      ])
        expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
      expect(new Set((await membersOf(id)).map(([one]) => one))).toEqual(
        new Set([await adminId(), lead.id, person.id]),
      );
      expect((await remove(id, person.id, personKey)).status).toBe(204);
      const again = await remove(id, person.id, personKey);
      expect(again.status).toBe(404);
    });

    it('of the organisation alone, and none who is deactivated or a team', async () => {
      const id = await team();
      const inactive = await service.createUser({ isActive: false });
      const other = (await create()).body.id as string;
      const answers = [
        await put(id, NO_ROW, 'member', leadKey),
        await put(id, other, 'member', leadKey),
        await put(id, inactive.id, 'member', leadKey),
      ];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 409]);
      expect((await put(id, person.id, 'owner', leadKey)).status).toBe(400);
      expect(await membersOf(id)).toHaveLength(2);
    });

    it('decided by the role of now: a maintainer who was removed removes nobody', async () => {
      const id = await team();
      await put(id, person.id, 'member');
      expect((await remove(id, lead.id)).status).toBe(204);
      expect((await remove(id, person.id, leadKey)).status).toBe(404);
      expect(await membersOf(id)).toContainEqual([person.id, 'member']);
    });
  });

  describe('that are ended', () => {
    it('lose their members and keys, and keep their rows', async () => {
      const id = await team();
      const owned = { id } as TestUser;
      const { apiKey } = await service.createKey(owned, ['documents:read']);
      expect((await service.request('GET', '/api/documents', { key: apiKey })).status).toBe(200);
      expect((await send('DELETE', `/${id}`, leadKey)).status).toBe(403);
      expect((await send('DELETE', `/${id}`, service.adminKey)).status).toBe(204);
      expect((await service.request('GET', '/api/documents', { key: apiKey })).status).toBe(401);
      expect((await send('GET', `/${id}`, service.adminKey)).status).toBe(404);
      expect(await service.query('SELECT FROM team_members WHERE team_id = $1', [id])).toEqual([]);
      expect(await service.query('SELECT is_active FROM users WHERE id = $1', [id])).toEqual([
        { is_active: false },
      ]);
    });

    describe('while they own something', () => {
      let id: string;
      let key: string;
      let document: string;
      let agent: { id: string; key: { apiKey: string } };

      beforeEach(async () => {
        id = await team();
        key = (await service.createKey({ id } as TestUser, ['documents:*'])).apiKey;
        const body = { title: 'Of the team', content: 'Some words about trains' };
        document = (await service.request('POST', '/api/documents', { key, body })).body.id;
        const input = { name: 'Agent', scopes: ['documents:read'], ownerId: id, withKey: true };
        agent = (await service.request('POST', '/api/agents', { key: service.adminKey, body: input })).body;
      });

      const end = (query = '') => send('DELETE', `/${id}${query}`, service.adminKey);

      it('say what becomes of it, and go on otherwise', async () => {
        const answer = await end();
        expect([answer.status, answer.body.code]).toEqual([409, 'conflict']);
        expect(answer.body.detail).toBe(
          'The team owns 1 agents and 1 documents: say data=handover or data=delete',
        );
        for (const query of ['?data=handover', `?data=delete&to=${lead.id}`, `?data=handover&to=${id}`])
          expect((await end(query)).status).toBe(400);
        for (const heir of [NO_ROW, agent.id])
          expect((await end(`?data=handover&to=${heir}`)).status).toBe(404);
        expect((await service.request('GET', `/api/documents/${document}`, { key })).status).toBe(200);
      });

      it.each(['person', 'team'])('hand it over to a %s', async (kind) => {
        const other = await team();
        const heir = kind === 'person' ? person.id : other;
        const heirKey =
          kind === 'person'
            ? personKey
            : (await service.createKey({ id: other } as TestUser, ['read'])).apiKey;
        expect((await end(`?data=handover&to=${heir}`)).status).toBe(204);
        const found = await service.request('GET', `/api/documents/${document}`, { key: heirKey });
        expect([found.status, found.body.title]).toEqual([200, 'Of the team']);
        const moved = await service.request('GET', `/api/agents/${agent.id}`, { key: service.adminKey });
        expect([moved.body.ownerId, moved.body.works]).toEqual([heir, true]);
        expect((await service.request('GET', '/api/documents', { key })).status).toBe(401);
        const [row] = await service.auditRows(
          `metadata ? 'owned' AND resource = 'team:${id}' AND outcome = 'success'`,
        );
        expect(row!.metadata).toEqual({ data: 'handover', to: heir, owned: { documents: 1, agents: 1 } });
      });

      it('delete it, and retire the agents', async () => {
        expect((await end('?data=delete')).status).toBe(204);
        expect(await service.query('SELECT FROM documents WHERE id = $1', [document])).toEqual([]);
        const used = await service.request('GET', '/api/documents', { key: agent.key.apiKey });
        expect(used.status).toBe(401);
      });

      it('leave nothing behind that is written meanwhile', async () => {
        const body = { title: 'T', content: 'C' };
        const write = async () => (await service.request('POST', '/api/documents', { key, body })).status;
        const repeat = async (): Promise<number> => {
          for (;;) {
            const status = await write();
            if (status !== 201) return status;
          }
        };
        const writers = Array.from({ length: 6 }, repeat);
        expect(await write()).toBe(201);
        expect((await end(`?data=handover&to=${person.id}`)).status).toBe(204);
        for (const status of await Promise.all(writers)) expect([401, 403]).toContain(status);
        expect(await service.query('SELECT FROM documents WHERE owner_id = $1', [id])).toEqual([]);
      });
    });
  });

  it('are no users: they are not listed, read or changed as people', async () => {
    const id = await team();
    const users = (
      await service.pages<{ id: string }>(service.adminKey, '/api/users?limit=50', 'users')
    ).flat();
    expect(users.map((user) => user.id)).not.toContain(id);
    const read = await service.request('GET', `/api/users/${id}`, { key: service.adminKey });
    const change = await service.request('PATCH', `/api/users/${id}`, {
      key: service.adminKey,
      body: { role: 'admin' },
    });
    expect([read.status, change.status]).toEqual([404, 404]);
    expect(await service.query('SELECT role FROM users WHERE id = $1', [id])).toEqual([{ role: 'member' }]);
  });

  const adminId = async () =>
    (await service.request('GET', '/api/me', { key: service.adminKey })).body.user.id as string;
});
