import { Mailbox } from './support/mailbox.js';
import { createOrganization, type TestOrganization } from './support/organizations.js';
import { Browser } from './support/browser.js';
import { byPassword, PASSWORD, person as signedUp } from './support/people.js';
import { TestService, type TestUser } from './support/test-service.js';
import { eventually } from './support/until.js';

const DEFAULT_ORGANIZATION = '00000000-0000-7000-8000-000000000001';
const ORGANIZATIONS = '/api/organizations';
const NO_ROW = '01900000-0000-7000-8000-000000000000';
const DATA = ['read', 'write', 'delete'];

describe('Organizations', () => {
  let service: TestService;
  let one: TestOrganization;
  let other: TestOrganization;

  beforeAll(async () => {
    service = await TestService.start();
    one = await createOrganization(service);
    other = await createOrganization(service);
  });
  afterAll(() => service.stop());

  const send = (method: string, path: string, key: string, body?: unknown) =>
    service.request(method, path, { key, ...(body !== undefined && { body }) });
  const status = async (answer: Promise<{ status: number; body: any }>) => {
    const { status: code, body } = await answer;
    return [code, body?.code];
  };
  const members = async (organization: TestOrganization, key = service.adminKey) =>
    (
      await service.pages<{ id: string; role: string }>(
        key,
        `${ORGANIZATIONS}/${organization.id}/members?limit=2`,
        'members',
      )
    )
      .flat()
      .map(({ id, role }) => [id, role]);
  const put = (organization: TestOrganization, user: { id: string }, role: string, key = service.adminKey) =>
    send('PUT', `${ORGANIZATIONS}/${organization.id}/members/${user.id}`, key, { role });
  const remove = (organization: TestOrganization, user: { id: string }, query = '', key = service.adminKey) =>
    send('DELETE', `${ORGANIZATIONS}/${organization.id}/members/${user.id}${query}`, key);
  const write = async (key: string, title = 'T') => {
    const answer = await send('POST', '/api/documents', key, { title, content: 'Some words about trains' });
    expect(answer.status).toBe(201);
    return answer.body.id as string;
  };

  describe('that are made', () => {
    it('have the owner who is named, with an account', async () => {
      expect(await members(one)).toEqual([[one.owner.id, 'owner']]);
      const me = await send('GET', '/api/me', one.ownerKey);
      expect(me.body.user).toMatchObject({ id: one.owner.id, role: 'owner' });
      expect(
        await service.query('SELECT role, is_operator FROM users WHERE id = $1', [one.owner.id]),
      ).toEqual([{ role: null, is_operator: false }]);
    });

    it('may have an owner who belongs to another one already', async () => {
      const known = await service.createUser();
      const body = { name: 'Second home', owner: { email: known.email, name: 'Ignored' } };
      const made = await send('POST', ORGANIZATIONS, service.adminKey, body);
      expect(made.status).toBe(201);
      expect(
        await service.query('SELECT organization_id, role FROM memberships WHERE user_id = $1 ORDER BY 1', [
          known.id,
        ]),
      ).toEqual([
        { organization_id: DEFAULT_ORGANIZATION, role: 'member' },
        { organization_id: made.body.id, role: 'owner' },
      ]);
    });

    it('are made and ended by operators alone', async () => {
      const before = await service.query('SELECT FROM organizations');
      expect(await status(send('POST', ORGANIZATIONS, one.ownerKey, { name: 'Mine' }))).toEqual([
        403,
        'forbidden',
      ]);
      expect(await status(send('DELETE', `${ORGANIZATIONS}/${one.id}`, one.ownerKey))).toEqual([
        403,
        'forbidden',
      ]);
      expect(await service.query('SELECT FROM organizations')).toHaveLength(before.length);
    });

    it.each([
      ['no name', {}],
      ['a name of two lines', { name: 'a\nb' }],
      ['an owner without an address', { name: 'x', owner: { name: 'y' } }],
      ['an owner with a role', { name: 'x', owner: { name: 'y', email: 'y@example.net', role: 'admin' } }],
    ])('are not made from a body with %s', async (_, body) => {
      expect(await status(send('POST', ORGANIZATIONS, service.adminKey, body))).toEqual([
        400,
        'validation_failed',
      ]);
    });
  });

  describe('that are read', () => {
    const seenBy = async (key: string) =>
      (await service.pages<{ id: string }>(key, `${ORGANIZATIONS}?limit=2`, 'organizations'))
        .flat()
        .map(({ id }) => id);

    it('are all for an operator, and for a key the one in which it acts', async () => {
      expect(await seenBy(service.adminKey)).toEqual(
        expect.arrayContaining([DEFAULT_ORGANIZATION, one.id, other.id]),
      );
      expect(await seenBy(one.ownerKey)).toEqual([one.id]);
      const { apiKey } = await service.createKey(await service.createUser(), ['organizations:read']);
      expect(await seenBy(apiKey)).toEqual([DEFAULT_ORGANIZATION]);
    });

    it('answer 404 to everybody else, as one that does not exist does', async () => {
      for (const id of [one.id, NO_ROW])
        for (const [method, path, body] of [
          ['GET', ''],
          ['PATCH', '', { name: 'Taken' }],
          ['GET', '/members'],
          ['PUT', `/members/${other.owner.id}`, { role: 'owner' }],
          ['DELETE', `/members/${one.owner.id}`],
        ] as const)
          expect([
            method,
            path,
            ...(await status(send(method, `${ORGANIZATIONS}/${id}${path}`, other.ownerKey, body))),
          ]).toEqual([method, path, 404, 'not_found']);
      expect(await members(one)).toContainEqual([one.owner.id, 'owner']);
    });

    it('are renamed by an administrator who acts in them', async () => {
      const path = `${ORGANIZATIONS}/${one.id}`;
      expect((await send('PATCH', path, one.ownerKey, { name: 'Renamed' })).body.name).toBe('Renamed');
      const member = await one.keyOf(await one.person(), ['organizations:*']);
      expect(await status(send('PATCH', path, member, { name: 'Mine' }))).toEqual([403, 'forbidden']);
      expect((await send('GET', path, member)).body).toMatchObject({ name: 'Renamed', role: 'member' });
    });
  });

  describe('keep apart what belongs to them', () => {
    it('so that an administrator reaches no user of another one', async () => {
      const stranger = await other.person();
      const local = await service.createUser();
      const listed = (
        await service.pages<{ id: string }>(one.ownerKey, '/api/users?limit=2', 'users')
      ).flat();
      expect(listed.map(({ id }) => id)).toContain(one.owner.id);
      for (const user of [stranger, local, other.owner]) {
        expect(listed.map(({ id }) => id)).not.toContain(user.id);
        const path = `/api/users/${user.id}`;
        for (const [method, body] of [['GET'], ['PATCH', { role: 'admin', isActive: false }]] as const)
          expect(await status(send(method, path, one.ownerKey, body))).toEqual([404, 'not_found']);
        expect(await status(send('DELETE', `${path}/second-factor`, one.ownerKey))).toEqual([
          404,
          'not_found',
        ]);
        const sessions = await send('GET', `/api/sessions?userId=${user.id}`, one.ownerKey);
        expect([sessions.status, sessions.body.code]).toEqual([404, 'not_found']);
        const key = { name: 'Theirs', userId: user.id, scopes: ['read'] };
        expect(await status(send('POST', '/api/mcp/keys', one.ownerKey, key))).toEqual([404, 'not_found']);
      }
      expect(
        (await send('GET', `/api/users?email=${encodeURIComponent(stranger.email)}`, one.ownerKey)).body
          .users,
      ).toEqual([]);
    });

    it('so that an administrator reaches no key of another one', async () => {
      const owner = await other.person();
      const raw = await other.keyOf(owner, DATA);
      const id = (await send('GET', '/api/me', raw)).body.key.id as string;
      const path = `/api/mcp/keys/${id}`;
      for (const [method, suffix, body] of [
        ['GET', ''],
        ['PATCH', '', { enabled: false }],
        ['POST', '/rotate', {}],
        ['DELETE', ''],
        ['GET', '/usage'],
        ['GET', '/effective'],
      ] as const)
        expect([suffix, ...(await status(send(method, path + suffix, one.ownerKey, body)))]).toEqual([
          suffix,
          404,
          'not_found',
        ]);
      expect((await send('GET', `/api/mcp/keys?userId=${owner.id}`, one.ownerKey)).body.keys).toEqual([]);
      expect((await send('GET', '/api/me', raw)).status).toBe(200);
    });

    it('so that no administrator of one reaches what all share', async () => {
      const refused: [string, string, unknown?][] = [
        ['GET', '/api/tools'],
        ['PUT', '/api/tools/whoami', { enabled: false }],
        ['GET', '/api/limits/tools'],
        ['PUT', '/api/limits/tools/whoami', { perMinute: 1 }],
        ['GET', '/metrics'],
        ['POST', '/api/service/stop-calls', {}],
        ['GET', '/api/sso/connections'],
        ['GET', '/api/scim/connections'],
        ['GET', '/api/invitations'],
        ['PUT', '/api/documents/synonyms', { groups: [['a', 'b']] }],
      ];
      for (const [method, path, body] of refused) {
        const answer = await send(method, path, one.ownerKey, body);
        expect([method, path, answer.status]).toEqual([method, path, 403]);
      }
      expect((await send('GET', '/api/tools', service.adminKey)).status).toBe(200);
      const key = { name: 'Wide', scopes: ['service:write'] };
      expect((await send('POST', '/api/mcp/keys', one.ownerKey, key)).status).toBe(403);
      expect(await service.query(`SELECT FROM call_stops`)).toEqual([]);
    });

    it('so that a person who belongs to two has a role, keys and documents in each', async () => {
      const both = await one.person();
      expect((await put(other, both, 'admin')).status).toBe(204);
      const [here, there] = [await one.keyOf(both, DATA), await other.keyOf(both, [...DATA, 'users:read'])];
      expect((await send('GET', '/api/me', here)).body.user.role).toBe('member');
      expect((await send('GET', '/api/me', there)).body.user.role).toBe('admin');
      const id = await write(here, 'Of one');
      expect((await send('GET', `/api/documents/${id}`, here)).status).toBe(200);
      expect(await status(send('GET', `/api/documents/${id}`, there))).toEqual([404, 'not_found']);
      expect((await send('GET', '/api/documents', there)).body.documents).toEqual([]);
      const found = await send('POST', '/api/documents/search', there, { query: 'trains' });
      expect(found.body).toMatchObject({ results: [], count: 0 });
      expect((await send('GET', `/api/mcp/keys?userId=${both.id}`, one.ownerKey)).body.keys).toHaveLength(1);
    });

    it('so that a repeated request in another one makes something there', async () => {
      const both = await one.person();
      await put(other, both, 'member');
      const repeat = async (key: string) =>
        service.request('POST', '/api/documents', {
          key,
          body: { title: 'Once', content: 'C' },
          headers: { 'idempotency-key': 'once-in-each' },
        });
      const [here, there] = [
        await repeat(await one.keyOf(both, DATA)),
        await repeat(await other.keyOf(both, DATA)),
      ];
      expect([here.status, there.status, here.body.id === there.body.id]).toEqual([201, 201, false]);
    });

    it('so that what a person calls in one counts in no other', async () => {
      const both = await one.person({ requestsPerMinute: 5 });
      await put(other, both, 'member');
      const [here, there] = [await one.keyOf(both, DATA), await other.keyOf(both, DATA)];
      for (let calls = 0; calls < 5; calls++) await send('GET', '/api/me', here);
      expect((await send('GET', '/api/me', here)).status).toBe(429);
      expect((await send('GET', '/api/me', there)).status).toBe(200);
    });
  });

  describe('have members', () => {
    it('whose roles an administrator changes, but owners are made and changed by owners', async () => {
      const [admin, member] = [await one.person({ role: 'admin' }), await one.person()];
      const adminKey = await one.keyOf(admin);
      expect((await put(one, member, 'auditor', adminKey)).status).toBe(204);
      expect((await send('GET', '/api/me', await one.keyOf(member, ['read']))).body.user.role).toBe(
        'auditor',
      );
      expect(await status(put(one, member, 'owner', adminKey))).toEqual([403, 'forbidden']);
      expect(await status(put(one, one.owner, 'member', adminKey))).toEqual([403, 'forbidden']);
      expect(await status(remove(one, one.owner, '', adminKey))).toEqual([403, 'forbidden']);
      expect((await put(one, member, 'owner', one.ownerKey)).status).toBe(204);
      expect(await members(one)).toEqual(expect.arrayContaining([[member.id, 'owner']]));
      await put(one, member, 'member');
    });

    it('of whom an administrator does not act for an owner', async () => {
      const admin = await one.keyOf(await one.person({ role: 'admin' }));
      const { id } = one.owner;
      const key = { name: 'Theirs', userId: id, scopes: ['admin'] };
      const tries: [string, string, unknown?][] = [
        ['POST', '/api/mcp/keys', key],
        ['PATCH', `/api/users/${id}`, { role: 'member' }],
        ['PATCH', `/api/users/${id}`, { email: 'mine@example.net' }],
        ['PATCH', `/api/users/${id}`, { isActive: false }],
        ['PATCH', `/api/users/${id}`, { requestsPerMinute: 1 }],
        ['DELETE', `/api/users/${id}/second-factor`],
        ['DELETE', `/api/sessions?userId=${id}`],
      ];
      for (const [method, path, body] of tries)
        expect([method, path, ...(await status(send(method, path, admin, body)))]).toEqual([
          method,
          path,
          403,
          'forbidden',
        ]);
      expect((await send('GET', '/api/me', one.ownerKey)).body.user).toMatchObject({
        role: 'owner',
        isActive: true,
      });
    });

    it('whose tier the service gives, and none of their administrators', async () => {
      const member = await one.person();
      const change = send('PATCH', `/api/users/${member.id}`, one.ownerKey, { tier: 'unlimited' });
      expect(await status(change)).toEqual([403, 'forbidden']);
    });

    it('whom only an operator adds, where they belong to another one', async () => {
      const stranger = await service.createUser();
      expect(await status(put(one, stranger, 'member', one.ownerKey))).toEqual([404, 'not_found']);
      expect((await put(one, stranger, 'member')).status).toBe(204);
      expect(await members(one)).toContainEqual([stranger.id, 'member']);
      expect(await status(put(one, { id: NO_ROW }, 'member'))).toEqual([404, 'not_found']);
    });

    it('of whom one administrator stays', async () => {
      const small = await createOrganization(service);
      expect(await status(put(small, small.owner, 'member'))).toEqual([409, 'conflict']);
      expect(await status(remove(small, small.owner, '', small.ownerKey))).toEqual([409, 'conflict']);
      expect(await members(small)).toEqual([[small.owner.id, 'owner']]);
    });

    it('whose role takes power away on every replica when it is answered', async () => {
      const admin = await one.person({ role: 'admin' });
      const key = await one.keyOf(admin);
      expect((await send('GET', '/api/users', key)).status).toBe(200);
      const answer = await put(one, admin, 'member');
      expect(answer.headers.get('coherence')).toMatch(/^replicas=\d+, waited=\d+$/);
      expect((await send('GET', '/api/users', key)).status).toBe(403);
    });
  });

  describe('are left', () => {
    it('with the keys and the places in teams, and the data is handed over', async () => {
      const [leaver, heir] = [await one.person(), await one.person()];
      const [key, heirKey] = [await one.keyOf(leaver, DATA), await one.keyOf(heir, DATA)];
      const team = (await send('POST', '/api/teams', one.ownerKey, { name: 'Leavers' })).body as {
        id: string;
      };
      await send('PUT', `/api/teams/${team.id}/members/${leaver.id}`, one.ownerKey, { role: 'member' });
      const id = await write(key, 'Handed over');
      expect(await status(remove(one, leaver))).toEqual([409, 'conflict']);
      expect((await send('GET', `/api/documents/${id}`, key)).status).toBe(200);
      expect((await remove(one, leaver, `?data=handover&to=${heir.id}`)).status).toBe(204);
      expect((await send('GET', '/api/me', key)).status).toBe(401);
      expect((await send('GET', `/api/documents/${id}`, heirKey)).body.title).toBe('Handed over');
      // The service may be indexing it anew at this moment.
      const found = await eventually(
        async () =>
          (await send('POST', '/api/documents/search', heirKey, { query: 'handed trains' })).body.results,
        (results: { id: string }[]) => results.length > 0,
      );
      expect(found.map((result: { id: string }) => result.id)).toEqual([id]);
      expect(await service.query('SELECT FROM team_members WHERE user_id = $1', [leaver.id])).toEqual([]);
      expect((await members(one)).map(([member]) => member)).not.toContain(leaver.id);
      const [row] = await service.auditRows(
        `resource = 'organization:${one.id}' AND metadata ->> 'removed' = '${leaver.id}' AND outcome = 'success'`,
      );
      expect(row!.metadata).toMatchObject({ data: 'handover', to: heir.id, owned: { documents: 1 } });
    });

    it('with all data deleted, where that is asked for, and none of another organization', async () => {
      const both = await one.person();
      await put(other, both, 'member');
      const [here, there] = [await one.keyOf(both, DATA), await other.keyOf(both, DATA)];
      const [lost, kept] = [await write(here), await write(there)];
      expect((await remove(one, both, '?data=delete')).status).toBe(204);
      expect(await service.query('SELECT id FROM documents WHERE id IN ($1, $2)', [lost, kept])).toEqual([
        { id: kept },
      ]);
      expect((await send('GET', '/api/me', here)).status).toBe(401);
      expect((await send('GET', `/api/documents/${kept}`, there)).status).toBe(200);
    });

    it('with the agents, which another one owns from then on, or which are retired', async () => {
      const [leaver, heir] = [await one.person(), await one.person()];
      const leaverKey = await one.keyOf(leaver, ['agents:*', 'documents:*']);
      const agent = async () => {
        const body = { name: 'Reporter', scopes: ['documents:read'], withKey: true };
        const made = await send('POST', '/api/agents', leaverKey, body);
        expect(made.status).toBe(201);
        return { id: made.body.id as string, key: made.body.key.apiKey as string };
      };
      const kept = await agent();
      const refused = await remove(one, leaver);
      expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('1 agents')]);
      expect((await remove(one, leaver, `?data=handover&to=${heir.id}`)).status).toBe(204);
      expect((await send('GET', '/api/documents', kept.key)).status).toBe(200);
      expect((await send('GET', `/api/agents/${kept.id}`, one.ownerKey)).body.ownerId).toBe(heir.id);
      expect((await remove(one, heir, '?data=delete')).status).toBe(204);
      expect((await send('GET', '/api/documents', kept.key)).status).toBe(401);
      expect((await send('GET', `/api/agents/${kept.id}`, one.ownerKey)).body.retiredAt).not.toBeNull();
    });

    it.each([
      ['nobody to hand over to', '?data=handover'],
      ['somebody, but no handover', `?data=delete&to=${NO_ROW}`],
      ['something else', '?data=archive'],
    ])('not by a request that names %s', async (_, query) => {
      const leaver = await one.person();
      expect(await status(remove(one, leaver, query))).toEqual([400, 'validation_failed']);
      expect((await members(one)).map(([member]) => member)).toContain(leaver.id);
    });

    it('to nobody at all, where the id is the own one in another spelling', async () => {
      const leaver = await one.person();
      const id = await write(await one.keyOf(leaver, DATA));
      const query = `?data=handover&to=${leaver.id.toUpperCase()}`;
      expect(await status(remove(one, leaver, query))).toEqual([400, 'validation_failed']);
      expect(await service.query('SELECT owner_id FROM documents WHERE id = $1', [id])).toEqual([
        { owner_id: leaver.id },
      ]);
    });

    it('to nobody of another organization', async () => {
      const leaver = await one.person();
      const id = await write(await one.keyOf(leaver, DATA));
      expect(await status(remove(one, leaver, `?data=handover&to=${other.owner.id}`))).toEqual([
        404,
        'not_found',
      ]);
      expect(await service.query('SELECT owner_id FROM documents WHERE id = $1', [id])).toEqual([
        { owner_id: leaver.id },
      ]);
    });

    it('and ended when nobody is left', async () => {
      const short = await createOrganization(service);
      const path = `${ORGANIZATIONS}/${short.id}`;
      expect(await status(send('DELETE', path, service.adminKey))).toEqual([409, 'conflict']);
      const team = await send('POST', '/api/teams', short.ownerKey, { name: 'Last' });
      const body = { title: 'T', content: 'C', teamId: team.body.id };
      const document = await send('POST', '/api/documents', short.ownerKey, body);
      expect((await remove(short, short.owner)).status).toBe(204);
      expect(await status(send('DELETE', path, service.adminKey))).toEqual([409, 'conflict']);
      expect((await send('DELETE', `${path}?data=delete`, service.adminKey)).status).toBe(204);
      expect(await service.query('SELECT FROM documents WHERE id = $1', [document.body.id])).toEqual([]);
      expect(await status(put(short, one.owner, 'owner'))).toEqual([404, 'not_found']);
      expect(await status(send('GET', path, service.adminKey))).toEqual([404, 'not_found']);
      expect((await send('GET', '/api/me', short.ownerKey)).status).toBe(401);
      const all = `${ORGANIZATIONS}/${DEFAULT_ORGANIZATION}`;
      expect(await status(send('DELETE', all, service.adminKey))).toEqual([409, 'conflict']);
    });
  });

  describe('are managed by operators', () => {
    let operator: TestUser;
    let plain: TestUser;
    let plainKey: string;

    beforeAll(async () => {
      operator = await service.createUser({ role: 'admin' });
      plain = await service.createUser({ role: 'admin' });
      plainKey = (await service.createKey(plain, ['admin'])).apiKey;
      await send('PATCH', `/api/users/${plain.id}`, service.adminKey, { isOperator: false });
    });

    it('who may stop being that alone, and administrate on', async () => {
      const { isOperator, role } = (await send('GET', `/api/users/${plain.id}`, service.adminKey)).body;
      expect([isOperator, role]).toEqual([false, 'admin']);
      expect((await send('GET', '/api/users', plainKey)).status).toBe(200);
    });

    it('whom an administrator of the default organization becomes with the role', async () => {
      expect((await send('GET', `/api/users/${operator.id}`, service.adminKey)).body.isOperator).toBe(true);
      await send('PATCH', `/api/users/${operator.id}`, service.adminKey, { role: 'member' });
      expect((await send('GET', `/api/users/${operator.id}`, service.adminKey)).body.isOperator).toBe(false);
      await send('PATCH', `/api/users/${operator.id}`, service.adminKey, { role: 'admin' });
    });

    it('whom an administrator who is none neither makes, changes nor acts for', async () => {
      const made = await send('POST', '/api/users', plainKey, {
        email: 'made@example.org',
        name: 'Made',
        role: 'admin',
      });
      expect([made.status, made.body.isOperator]).toEqual([201, false]);
      const promoted = await service.createUser();
      const change = await send('PATCH', `/api/users/${promoted.id}`, plainKey, { role: 'admin' });
      expect([change.status, change.body.isOperator]).toEqual([200, false]);
      const path = `/api/users/${operator.id}`;
      for (const body of [{ role: 'member' }, { email: 'taken@example.org' }, { isActive: false }])
        expect(await status(send('PATCH', path, plainKey, body))).toEqual([403, 'forbidden']);
      expect(await status(send('PATCH', `/api/users/${plain.id}`, plainKey, { isOperator: true }))).toEqual([
        403,
        'forbidden',
      ]);
      const key = { name: 'Theirs', userId: operator.id, scopes: ['read'] };
      expect(await status(send('POST', '/api/mcp/keys', plainKey, key))).toEqual([403, 'forbidden']);
      const { id } = await service.createKey(operator, ['read']);
      expect(await status(send('POST', `/api/mcp/keys/${id}/rotate`, plainKey, {}))).toEqual([
        403,
        'forbidden',
      ]);
      expect(await status(send('DELETE', `${path}/second-factor`, plainKey))).toEqual([403, 'forbidden']);
      expect(await status(send('GET', `/api/sessions?userId=${operator.id}`, plainKey))).toEqual([
        403,
        'forbidden',
      ]);
      expect(await status(send('POST', ORGANIZATIONS, plainKey, { name: 'Mine' }))).toEqual([
        403,
        'forbidden',
      ]);
      expect((await send('GET', path, service.adminKey)).body).toMatchObject({
        email: operator.email,
        role: 'admin',
        isActive: true,
      });
    });

    it('of whom an active one stays, whatever is changed', async () => {
      await service.query(`UPDATE users SET is_operator = false WHERE id <> $1`, [
        (await send('GET', '/api/me', service.adminKey)).body.user.id,
      ]);
      const { id } = (await send('GET', '/api/me', service.adminKey)).body.user;
      for (const body of [{ role: 'member' }, { isActive: false }, { isOperator: false }])
        expect(await status(send('PATCH', `/api/users/${id}`, service.adminKey, body))).toEqual([
          409,
          'conflict',
        ]);
      const member = `${ORGANIZATIONS}/${DEFAULT_ORGANIZATION}/members/${id}`;
      expect(await status(send('PUT', member, service.adminKey, { role: 'member' }))).toEqual([
        409,
        'conflict',
      ]);
      expect(await service.query('SELECT role, is_operator FROM users WHERE id = $1', [id])).toEqual([
        { role: 'admin', is_operator: true },
      ]);
    });

    it('who alone connect what lets people sign in', async () => {
      const scim = { name: 'Directory', domains: ['example.com'] };
      const sso = {
        kind: 'oidc',
        name: 'IdP',
        domains: ['example.com'],
        issuer: 'https://idp.example',
        clientId: 'b',
      };
      for (const [path, body] of [
        ['/api/scim/connections', scim],
        ['/api/sso/connections', { ...sso, clientSecret: 'x' }],
      ] as const)
        expect([path, ...(await status(send('POST', path, plainKey, body)))]).toEqual([
          path,
          403,
          'forbidden',
        ]);
    });

    it('who alone change a person that belongs to several organizations', async () => {
      const both = await one.person();
      await put(other, both, 'member');
      for (const body of [{ email: 'elsewhere@example.net' }, { name: 'Other' }])
        expect(await status(send('PATCH', `/api/users/${both.id}`, one.ownerKey, body))).toEqual([
          403,
          'forbidden',
        ]);
      expect((await send('PATCH', `/api/users/${both.id}`, one.ownerKey, { isActive: false })).status).toBe(
        200,
      );
      const there = await other.keyOf(both, ['read']);
      expect((await send('GET', '/api/me', there)).status).toBe(200);
    });
  });

  describe('have a limit of their own', () => {
    const limited = async (perMinute: number) => {
      const organization = await createOrganization(service);
      const body = { requestsPerMinute: perMinute };
      const set = await send('PATCH', `${ORGANIZATIONS}/${organization.id}`, service.adminKey, body);
      expect([set.status, set.body.requestsPerMinute]).toEqual([200, perMinute]);
      return organization;
    };

    it('that all of its people and keys share, beside the limits of each', async () => {
      const small = await limited(20);
      const [here, there] = [await small.keyOf(await small.person(), ['read']), small.ownerKey];
      const left = async (key: string) =>
        (await send('GET', '/api/me', key)).body.limits.organization as { limit: number; remaining: number };
      const { limit, remaining } = await left(here);
      expect(limit).toBe(20);
      expect((await left(there)).remaining).toBe(remaining - 1);
      for (let calls = remaining - 1; calls > 0; calls--)
        expect((await send('GET', '/api/me', calls % 2 ? here : there)).status).toBe(200);
      for (const key of [here, there]) {
        const refused = await send('GET', '/api/me', key);
        expect([refused.status, refused.body.code, refused.body.limit]).toEqual([
          429,
          'rate_limited',
          { policy: 'organization', requests: 20, windowSeconds: 60 },
        ]);
        const call = await service.call(key, 'whoami');
        expect([call.status, call.body.error.data.limit.policy]).toEqual([429, 'organization']);
      }
      expect((await send('GET', '/api/me', one.ownerKey)).body.limits.organization).toBeNull();
    });

    it('that holds when the change of it is answered', async () => {
      const small = await limited(1);
      await send('GET', '/api/me', small.ownerKey);
      expect((await send('GET', '/api/me', small.ownerKey)).status).toBe(429);
      const path = `${ORGANIZATIONS}/${small.id}`;
      await send('PATCH', path, service.adminKey, { requestsPerMinute: null });
      expect((await send('GET', '/api/me', small.ownerKey)).status).toBe(200);
    });

    it('that an operator alone sets', async () => {
      const path = `${ORGANIZATIONS}/${one.id}`;
      expect(await status(send('PATCH', path, one.ownerKey, { requestsPerMinute: null }))).toEqual([
        403,
        'forbidden',
      ]);
      expect(await status(send('PATCH', path, service.adminKey, { requestsPerMinute: 0 }))).toEqual([
        400,
        'validation_failed',
      ]);
    });
  });

  it('are named with who calls, and with keys, as soon as they are renamed', async () => {
    const named = await createOrganization(service, 'Before');
    const me = async (key: string) => (await send('GET', '/api/me', key)).body;
    expect((await me(named.ownerKey)).organization).toEqual({ id: named.id, name: 'Before' });
    const path = `${ORGANIZATIONS}/${named.id}`;
    expect((await send('PATCH', path, named.ownerKey, { name: ' After ' })).body.name).toBe('After');
    const { organization, user, key } = await me(named.ownerKey);
    expect([organization, user.role, user.isOperator]).toEqual([
      { id: named.id, name: 'After' },
      'owner',
      false,
    ]);
    expect((await send('GET', `/api/mcp/keys/${key.id}`, named.ownerKey)).body.organizationId).toBe(named.id);
    expect((await me(service.adminKey)).user.isOperator).toBe(true);
    for (const [method, of] of [
      ['PATCH', path],
      ['POST', ORGANIZATIONS],
    ] as const)
      expect(await status(send(method, of, service.adminKey, { name: '  ' }))).toEqual([
        400,
        'validation_failed',
      ]);
  });

  it('are chosen by a key itself, and a header that names another one is refused', async () => {
    const named = (organization: string, key = one.ownerKey) =>
      service.request('GET', '/api/me', { key, headers: { organization } });
    expect((await named(one.id)).status).toBe(200);
    expect((await named(one.id.toUpperCase())).status).toBe(200);
    expect(await status(named(other.id))).toEqual([403, 'forbidden']);
    expect(await status(named('default'))).toEqual([400, 'validation_failed']);
  });

  it('have keys of their members alone, which only an operator makes from elsewhere', async () => {
    const body = { name: 'K', userId: one.owner.id, organizationId: one.id, scopes: ['read'] };
    expect(await status(send('POST', '/api/mcp/keys', other.ownerKey, body))).toEqual([404, 'not_found']);
    const stranger = { ...body, userId: other.owner.id };
    expect(await status(send('POST', '/api/mcp/keys', service.adminKey, stranger))).toEqual([
      404,
      'not_found',
    ]);
  });
});

describe('A person who signed in', () => {
  let service: TestService;
  let mailbox: Mailbox;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({ env: { SMTP_URL: mailbox.url } });
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  it('acts in the organization that the header names, in the role that it has there', async () => {
    const [one, other] = [await createOrganization(service), await createOrganization(service)];
    const user = await signedUp(service, mailbox, 'several@example.com');
    await service.request('PUT', `${ORGANIZATIONS}/${one.id}/members/${user.id}`, {
      key: service.adminKey,
      body: { role: 'admin' },
    });
    const browser = await byPassword('several@example.com', service.url);
    const me = async (organization?: string) => {
      const answer = await browser.request('GET', '/api/me', undefined, {
        ...(organization !== undefined && { organization }),
      });
      return [answer.status, answer.body.user?.role ?? answer.body.code];
    };
    expect(await me()).toEqual([200, 'member']);
    expect(await me(one.id)).toEqual([200, 'admin']);
    expect(await me(other.id)).toEqual([403, 'forbidden']);
    expect(await me(NO_ROW)).toEqual([403, 'forbidden']);
    expect(await me('x')).toEqual([400, 'validation_failed']);
    const listed = await browser.request('GET', ORGANIZATIONS);
    expect(listed.body.organizations.map(({ id }: { id: string }) => id)).toEqual([
      one.id,
      DEFAULT_ORGANIZATION,
    ]);
    const made = await browser.request(
      'POST',
      '/api/users',
      { email: 'x@example.com', name: 'X' },
      {
        organization: one.id,
      },
    );
    expect(made.status).toBe(201);
    expect(
      await service.query('SELECT organization_id FROM memberships WHERE user_id = $1', [made.body.id]),
    ).toEqual([{ organization_id: one.id }]);
    await service.request('DELETE', `${ORGANIZATIONS}/${one.id}/members/${user.id}`, {
      key: service.adminKey,
    });
    expect(await me(one.id)).toEqual([403, 'forbidden']);
    expect(await me()).toEqual([200, 'member']);
  });

  it('has nothing left by which to sign in when an administrator changes the address', async () => {
    const company = await createOrganization(service);
    const operator = { key: service.adminKey };
    await signedUp(service, mailbox, 'prepared@example.com').then((user) =>
      service.request('PUT', `${ORGANIZATIONS}/${company.id}/members/${user.id}`, {
        ...operator,
        body: { role: 'member' },
      }),
    );
    const browser = await byPassword('prepared@example.com', service.url);
    const { id } = (await browser.request('GET', '/api/me')).body.user as { id: string };
    await service.request('DELETE', `${ORGANIZATIONS}/${DEFAULT_ORGANIZATION}/members/${id}`, operator);
    expect((await browser.request('GET', '/api/me')).status).toBe(200);
    const change = await service.request('PATCH', `/api/users/${id}`, {
      key: company.ownerKey,
      body: { email: 'victim@example.com' },
    });
    expect(change.status).toBe(200);
    expect((await browser.request('GET', '/api/me')).status).toBe(401);
    const signIn = await new Browser(service.url).signIn('victim@example.com', PASSWORD);
    expect(signIn.status).toBe(401);
    expect(await service.query('SELECT email_verified FROM users WHERE id = $1', [id])).toEqual([
      { email_verified: false },
    ]);
    expect(await service.query('SELECT FROM accounts WHERE user_id = $1', [id])).toEqual([]);
  });

  it('is no operator by the invitation of an administrator who is none', async () => {
    const plain = await service.createUser({ role: 'admin' });
    await service.request('PATCH', `/api/users/${plain.id}`, {
      key: service.adminKey,
      body: { isOperator: false },
    });
    const { apiKey } = await service.createKey(plain, ['admin']);
    const body = { email: 'invited-admin@example.com', name: 'Invited', role: 'admin' };
    expect((await service.request('POST', '/api/invitations', { key: apiKey, body })).status).toBe(201);
    const [mail] = await mailbox.waitFor('invited-admin@example.com');
    const [, secret] = /secret=([\w-]+)/.exec(mail!.text)!;
    await new Browser(service.url).submit('/auth/pages/invitation', {
      secret: secret!,
      password: PASSWORD,
      newPassword: PASSWORD,
    });
    expect(
      await service.query(`SELECT role, is_operator FROM users WHERE email = 'invited-admin@example.com'`),
    ).toEqual([{ role: 'admin', is_operator: false }]);
  });
});
