import { createOrganization } from './support/organizations.js';
import { type Answer, TestService, type TestUser } from './support/test-service.js';

const AGENTS = '/api/agents';
const KEYS = '/api/mcp/keys';
const NO_ROW = '01900000-0000-7000-8000-000000000000';

describe('Agents', () => {
  let service: TestService;
  let ada: TestUser;
  let eve: TestUser;
  let adaKey: string;
  let eveKey: string;

  beforeAll(async () => {
    service = await TestService.start();
    ada = await service.createUser({ name: 'Ada' });
    eve = await service.createUser({ name: 'Eve' });
    const scopes = ['read', 'write', 'delete', 'documents:*', 'keys:*', 'agents:*'];
    adaKey = (await service.createKey(ada, scopes)).apiKey;
    eveKey = (await service.createKey(eve, scopes)).apiKey;
  });
  afterAll(() => service.stop());

  const send = (method: string, path: string, body?: unknown, key = adaKey) =>
    service.request(method, path, { key, body });
  const codeOf = ({ status, body }: Answer) => [status, body.code];
  const make = async (input: object = {}, key = adaKey): Promise<any> => {
    const body = { name: 'Reporter', scopes: ['documents:read', 'documents:write'], withKey: true, ...input };
    const made = await send('POST', AGENTS, body, key);
    expect([made.status, made.text]).toEqual([201, expect.any(String)]);
    return made.body;
  };
  const me = (key: string) => send('GET', '/api/me', undefined, key);
  const document = { title: 'Mine', content: 'My text' };
  const rowOf = async (answer: Answer) => {
    await service.auditRows();
    const [row] = await service.query('SELECT * FROM audit_events WHERE request_id = $1', [
      answer.headers.get('x-request-id'),
    ]);
    return row;
  };
  let teams = 0;
  const makeTeam = async (members: [TestUser, 'maintainer' | 'member'][]): Promise<string> => {
    const { id } = (await send('POST', '/api/teams', { name: `Team ${++teams}` }, service.adminKey)).body;
    for (const [user, role] of members)
      await send('PUT', `/api/teams/${id}/members/${user.id}`, { role }, service.adminKey);
    return id;
  };

  describe('of a person', () => {
    it('have keys and documents of their own, and are no users', async () => {
      const agent = await make();
      expect(agent).toMatchObject({
        name: 'Reporter',
        ownerId: ada.id,
        ownerKind: 'person',
        ownerName: 'Ada',
        works: true,
        createdBy: ada.id,
        lastUse: null,
      });
      const { user, key, scopes } = (await me(agent.key.apiKey)).body;
      expect([user.id, user.kind, user.name, key.agent, scopes]).toEqual([
        agent.id,
        'agent',
        'Reporter',
        true,
        ['documents:read', 'documents:write'],
      ]);
      const { id } = (await send('POST', '/api/documents', document, agent.key.apiKey)).body;
      expect((await send('GET', `/api/documents/${id}`, undefined, agent.key.apiKey)).status).toBe(200);
      expect((await send('GET', `/api/documents/${id}`)).status).toBe(404);
      expect(codeOf(await send('GET', `/api/users/${agent.id}`, undefined, service.adminKey))).toEqual([
        404,
        'not_found',
      ]);
      const { users } = (await send('GET', '/api/users?limit=100', undefined, service.adminKey)).body;
      expect(users.map((one: TestUser) => one.id)).not.toContain(agent.id);
    });

    it('get more keys over the route of keys, from whoever decides about them', async () => {
      const agent = await make();
      const input = { name: 'Second', scopes: ['documents:read'], userId: agent.id };
      const second = await send('POST', KEYS, input);
      expect([second.status, second.body.userId]).toEqual([201, agent.id]);
      expect((await me(second.body.apiKey)).body.scopes).toEqual(['documents:read']);
      expect((await send('GET', `${KEYS}?userId=${agent.id}`)).body.keys).toHaveLength(2);
      expect(codeOf(await send('POST', KEYS, input, eveKey))).toEqual([403, 'insufficient_scope']);
      expect(codeOf(await send('GET', `${KEYS}?userId=${agent.id}`, undefined, eveKey))).toEqual([
        403,
        'insufficient_scope',
      ]);
      expect(codeOf(await send('DELETE', `${KEYS}/${second.body.id}`, undefined, eveKey))).toEqual([
        404,
        'not_found',
      ]);
      expect((await send('DELETE', `${KEYS}/${second.body.id}`)).status).toBe(204);
      expect(codeOf(await me(second.body.apiKey))).toEqual([401, 'invalid_api_key']);
    });

    it('hold scopes of data alone, and at most those of who makes them', async () => {
      const input = { name: 'Wide', scopes: ['documents:read'] };
      for (const scope of ['keys:read', 'agents:*', 'agents:write', 'audit:read', 'sessions:read'])
        expect(codeOf(await send('POST', AGENTS, { ...input, scopes: [scope] }))).toEqual([
          400,
          'validation_failed',
        ]);
      const narrow = (await service.createKey(ada, ['documents:read', 'agents:*'])).apiKey;
      expect(codeOf(await send('POST', AGENTS, { ...input, scopes: ['read'] }, narrow))).toEqual([
        403,
        'insufficient_scope',
      ]);
      const agent = await make({ scopes: ['documents:read'] });
      const beyond = await send('POST', KEYS, { name: 'K', scopes: ['documents:write'], userId: agent.id });
      expect(codeOf(beyond)).toEqual([400, 'validation_failed']);
      const plain = await send('POST', KEYS, {
        name: 'K',
        scopes: ['documents:read'],
        agent: false,
        userId: agent.id,
      });
      expect(codeOf(plain)).toEqual([400, 'validation_failed']);
    });

    it('are made for an owner of the organisation by an owner alone, and not by its administrators', async () => {
      const there = await createOrganization(service);
      const administrator = await there.person({ role: 'admin' });
      const key = await there.keyOf(administrator);
      const input = { name: 'Reporter', scopes: ['documents:read'], ownerId: there.owner.id };
      const refused = await send('POST', AGENTS, input, key);
      expect(codeOf(refused)).toEqual([403, 'forbidden']);
      expect(await service.query('SELECT FROM agents WHERE owner_id = $1', [there.owner.id])).toEqual([]);
      expect((await send('POST', AGENTS, { ...input, ownerId: undefined }, key)).status).toBe(201);
      expect((await send('POST', AGENTS, input, there.ownerKey)).status).toBe(201);
    });

    it('are not found by others, and are by administrators', async () => {
      const agent = await make();
      expect(codeOf(await send('GET', `${AGENTS}/${agent.id}`, undefined, eveKey))).toEqual([
        404,
        'not_found',
      ]);
      expect(codeOf(await send('PATCH', `${AGENTS}/${agent.id}`, { name: 'X' }, eveKey))).toEqual([
        404,
        'not_found',
      ]);
      expect(codeOf(await send('DELETE', `${AGENTS}/${agent.id}`, undefined, eveKey))).toEqual([
        404,
        'not_found',
      ]);
      expect(codeOf(await send('POST', `${AGENTS}/${agent.id}/rotate`, {}, eveKey))).toEqual([
        404,
        'not_found',
      ]);
      const foreign = await send('POST', AGENTS, { name: 'X', scopes: ['read'], ownerId: ada.id }, eveKey);
      expect(codeOf(foreign)).toEqual([404, 'not_found']);
      const unknown = await send('POST', AGENTS, { name: 'X', scopes: ['read'], ownerId: NO_ROW }, eveKey);
      expect(codeOf(unknown)).toEqual([404, 'not_found']);
      const { agents } = (await send('GET', AGENTS, undefined, eveKey)).body;
      expect(agents).toEqual([]);
      expect((await send('GET', `${AGENTS}/${agent.id}`, undefined, service.adminKey)).status).toBe(200);
      const all = (await send('GET', `${AGENTS}?ownerId=${ada.id}&limit=100`, undefined, service.adminKey))
        .body;
      expect(all.agents.map(({ id }: { id: string }) => id)).toContain(agent.id);
    });

    it('lose scopes with the agent at once, and get them back with it', async () => {
      const agent = await make();
      const { apiKey } = agent.key;
      expect((await send('POST', '/api/documents', document, apiKey)).status).toBe(201);
      const narrowed = await send('PATCH', `${AGENTS}/${agent.id}`, { scopes: ['documents:read'] });
      expect([narrowed.status, narrowed.body.scopes]).toEqual([200, ['documents:read']]);
      expect(codeOf(await send('POST', '/api/documents', document, apiKey))).toEqual([
        403,
        'insufficient_scope',
      ]);
      await send('PATCH', `${AGENTS}/${agent.id}`, { scopes: ['documents:*'] });
      expect((await send('POST', '/api/documents', document, apiKey)).status).toBe(201);
    });

    it('have a name, which is no spaces and has none around it', async () => {
      const input = { name: ' \t ', scopes: ['documents:read'] };
      expect(codeOf(await send('POST', AGENTS, input))).toEqual([400, 'validation_failed']);
      const agent = await make({ name: ' Reporter ' });
      expect(agent.name).toBe('Reporter');
      const renamed = await send('PATCH', `${AGENTS}/${agent.id}`, { name: '   ' });
      expect(codeOf(renamed)).toEqual([400, 'validation_failed']);
    });

    it('end when they say so', async () => {
      const agent = await make();
      const past = await send('PATCH', `${AGENTS}/${agent.id}`, { endsAt: '2001-01-01T00:00:00Z' });
      expect(codeOf(past)).toEqual([400, 'validation_failed']);
      const never = await send('PATCH', `${AGENTS}/${agent.id}`, { endsAt: '9999-12-31T23:59:59-12:00' });
      expect(codeOf(never)).toEqual([400, 'validation_failed']);
      const endsAt = '2099-01-01T00:00:00.000Z';
      await send('PATCH', `${AGENTS}/${agent.id}`, { endsAt });
      expect((await me(agent.key.apiKey)).body.key.expiresAt < endsAt).toBe(true);
      await service.query(`UPDATE agents SET ends_at = now() - interval '1 second' WHERE id = $1`, [
        agent.id,
      ]);
      await send('PATCH', `${AGENTS}/${agent.id}`, { name: 'Over' });
      const refused = await me(agent.key.apiKey);
      expect(codeOf(refused)).toEqual([401, 'invalid_api_key']);
      expect((await send('GET', `${AGENTS}/${agent.id}`)).body.works).toBe(false);
      const more = await send('POST', KEYS, { name: 'K', scopes: ['documents:read'], userId: agent.id });
      expect(codeOf(more)).toEqual([409, 'conflict']);
      await send('PATCH', `${AGENTS}/${agent.id}`, { endsAt: null });
      expect((await me(agent.key.apiKey)).status).toBe(200);
    });

    it('have at most the calls a minute of who makes them, except from an administrator', async () => {
      await service.query('UPDATE users SET requests_per_minute = 600 WHERE id = $1', [eve.id]);
      const input = { name: 'Fast', scopes: ['documents:read'], requestsPerMinute: 601 };
      expect(codeOf(await send('POST', AGENTS, input, eveKey))).toEqual([403, 'forbidden']);
      const without = { ...input, requestsPerMinute: null };
      expect(codeOf(await send('POST', AGENTS, without, eveKey))).toEqual([403, 'forbidden']);
      const agent = await make({ requestsPerMinute: undefined, scopes: ['documents:read'] }, eveKey);
      expect(agent.requestsPerMinute).toBe(600);
      const raised = await send(
        'PATCH',
        `${AGENTS}/${agent.id}`,
        { requestsPerMinute: 9_000 },
        service.adminKey,
      );
      expect([raised.status, raised.body.requestsPerMinute]).toEqual([200, 9_000]);
      expect((await me(agent.key.apiKey)).body.limits).toMatchObject({ policy: 'custom', limit: 9_000 });
    });

    it('are refused while the person is deactivated, and go on afterwards', async () => {
      const owner = await service.createUser();
      const key = (await service.createKey(owner, ['read', 'agents:*'])).apiKey;
      const agent = await make({ scopes: ['documents:read'] }, key);
      expect((await me(agent.key.apiKey)).status).toBe(200);
      const path = `/api/users/${owner.id}`;
      await send('PATCH', path, { isActive: false }, service.adminKey);
      const refused = await me(agent.key.apiKey);
      expect(codeOf(refused)).toEqual([403, 'account_inactive']);
      await send('PATCH', path, { isActive: true }, service.adminKey);
      expect((await me(agent.key.apiKey)).status).toBe(200);
    });

    it('are refused once the person is no member of the organisation', async () => {
      const owner = await service.createUser();
      const key = (await service.createKey(owner, ['read', 'agents:*'])).apiKey;
      const agent = await make({ scopes: ['documents:read'] }, key);
      await service.query('UPDATE users SET role = NULL WHERE id = $1', [owner.id]);
      await send('PATCH', `${AGENTS}/${agent.id}`, { name: 'Left' }, service.adminKey);
      expect(codeOf(await me(agent.key.apiKey))).toEqual([403, 'account_inactive']);
    });

    it('say when they were last used, and by what', async () => {
      const agent = await make();
      await send('POST', '/api/documents', document, agent.key.apiKey);
      await service.call(agent.key.apiKey, 'documents_search', { query: 'text' });
      await service.auditRows();
      const { lastUse } = (await send('GET', `${AGENTS}/${agent.id}`)).body;
      expect(lastUse).toEqual({
        at: expect.any(String),
        keyId: agent.key.id,
        keyStart: agent.key.start,
        action: 'tools/call',
        tool: 'documents_search',
        ip: '127.0.0.1',
      });
    });
  });

  describe('by their own key', () => {
    it('rotate it, without a scope to manage keys, and the new one is as the old one was', async () => {
      const agent = await make();
      const rotated = await send('POST', `${AGENTS}/${agent.id}/rotate`, {}, agent.key.apiKey);
      expect([rotated.status, rotated.body.userId, rotated.body.scopes]).toEqual([
        201,
        agent.id,
        ['documents:read', 'documents:write'],
      ]);
      expect(codeOf(await me(agent.key.apiKey))).toEqual([401, 'invalid_api_key']);
      expect((await me(rotated.body.apiKey)).body.key.agent).toBe(true);
      const graced = await send(
        'POST',
        `${AGENTS}/${agent.id}/rotate`,
        { gracePeriodSeconds: 60 },
        rotated.body.apiKey,
      );
      expect(graced.status).toBe(201);
      expect((await me(rotated.body.apiKey)).status).toBe(200);
      expect((await me(graced.body.apiKey)).status).toBe(200);
      const again = await send('POST', `${AGENTS}/${agent.id}/rotate`, {}, rotated.body.apiKey);
      expect(codeOf(again)).toEqual([409, 'conflict']);
    });

    it('rotate it after they were narrowed, to one with what is left', async () => {
      const agent = await make();
      await send('PATCH', `${AGENTS}/${agent.id}`, { scopes: ['documents:read'] });
      const rotated = await send('POST', `${AGENTS}/${agent.id}/rotate`, {}, agent.key.apiKey);
      expect([rotated.status, rotated.body.scopes]).toEqual([201, ['documents:read']]);
    });

    it('reach no other agent, and no route of keys, agents or users', async () => {
      const agent = await make();
      const other = await make();
      const { apiKey } = agent.key;
      for (const [method, path, body] of [
        ['POST', `${AGENTS}/${other.id}/rotate`, {}],
        ['POST', `${KEYS}/${agent.key.id}/rotate`, {}],
        ['POST', KEYS, { name: 'More' }],
        ['PATCH', `${AGENTS}/${agent.id}`, { name: 'Chief' }],
        ['DELETE', `${AGENTS}/${other.id}`],
        ['GET', AGENTS],
        ['POST', AGENTS, { name: 'Child', scopes: ['documents:read'] }],
        ['GET', '/api/users'],
      ] as const)
        expect([path, ...codeOf(await send(method, path, body, apiKey))]).toEqual([
          path,
          403,
          'insufficient_scope',
        ]);
      const named = await send('POST', `${AGENTS}/${agent.id}/rotate`, { keyId: other.key.id }, apiKey);
      expect(codeOf(named)).toEqual([404, 'not_found']);
    });

    it('are rotated by whoever decides about them, who names the key where there are several', async () => {
      const agent = await make();
      const path = `${AGENTS}/${agent.id}/rotate`;
      const first = await send('POST', path, {});
      expect(first.status).toBe(201);
      await send('POST', KEYS, { name: 'Second', scopes: ['documents:read'], userId: agent.id });
      expect(codeOf(await send('POST', path, {}))).toEqual([409, 'conflict']);
      expect((await send('POST', path, { keyId: first.body.id })).status).toBe(201);
      const lesser = (await service.createKey(ada, ['documents:read', 'agents:*'])).apiKey;
      const last = await make();
      expect(codeOf(await send('POST', `${AGENTS}/${last.id}/rotate`, {}, lesser))).toEqual([
        403,
        'insufficient_scope',
      ]);
    });

    it('leave a row of the rotation with the new key, as of any change', async () => {
      const agent = await make();
      const rotated = await send('POST', `${AGENTS}/${agent.id}/rotate`, {}, agent.key.apiKey);
      const row = await rowOf(rotated);
      expect(row).toMatchObject({
        action: 'agent.rotate',
        outcome: 'success',
        user_id: agent.id,
        resource: `agent:${agent.id}`,
        metadata: { keyId: rotated.body.id },
        actors: [ada.id, agent.id],
      });
    });
  });

  describe('below agents', () => {
    const scopes = ['documents:read', 'agents:create'];
    const child = async (key: string, input: object = {}) =>
      make({ name: 'Child', scopes: ['documents:read'], ...input }, key);

    it('are made by an agent that holds the scope for it, with at most its scopes', async () => {
      const parent = await make({ scopes });
      const made = await send(
        'POST',
        AGENTS,
        { name: 'Child', scopes: ['documents:read'], withKey: true },
        parent.key.apiKey,
      );
      expect([made.status, Object.keys(made.body).sort()]).toEqual([
        201,
        ['createdAt', 'id', 'key', 'name', 'scopes'],
      ]);
      expect((await me(made.body.key.apiKey)).body.scopes).toEqual(['documents:read']);
      for (const scope of ['documents:write', 'read']) {
        const wide = await send('POST', AGENTS, { name: 'Wide', scopes: [scope] }, parent.key.apiKey);
        expect(codeOf(wide)).toEqual([403, 'insufficient_scope']);
      }
      const foreign = { name: 'X', scopes: ['documents:read'], ownerId: ada.id };
      expect(codeOf(await send('POST', AGENTS, foreign, parent.key.apiKey))).toEqual([403, 'forbidden']);
      const seen = (await send('GET', `${AGENTS}/${made.body.id}`)).body;
      expect(seen).toMatchObject({ ownerId: parent.id, ownerKind: 'agent', createdBy: parent.id });
    });

    it("are never made by a person's own key for an agent", async () => {
      const marked = await send('POST', KEYS, { name: 'A', scopes: ['agents:create'], agent: true });
      expect(codeOf(marked)).toEqual([400, 'validation_failed']);
    });

    it('lose scopes with those above them', async () => {
      const parent = await make({ scopes: ['documents:*', 'agents:create'] });
      const below = await child(parent.key.apiKey, { scopes: ['documents:read', 'documents:write'] });
      await send('PATCH', `${AGENTS}/${parent.id}`, { scopes: ['read', 'agents:create'] });
      expect((await me(below.key.apiKey)).body.scopes).toEqual(['documents:read']);
      const { scopes: own, heldScopes } = (await send('GET', `${AGENTS}/${below.id}`)).body;
      expect([own, heldScopes]).toEqual([['documents:read', 'documents:write'], ['documents:read']]);
    });

    it('end with those above them, and their rows and documents stay', async () => {
      const parent = await make({ scopes: ['documents:*', 'agents:create'] });
      const below = await child(parent.key.apiKey, { scopes: ['documents:*', 'agents:create'] });
      const lowest = await child(below.key.apiKey, { scopes: ['documents:*'] });
      await send('POST', '/api/documents', document, lowest.key.apiKey);
      expect((await send('DELETE', `${AGENTS}/${parent.id}`)).status).toBe(204);
      for (const { key } of [parent, below, lowest])
        expect(codeOf(await me(key.apiKey))).toEqual([401, 'invalid_api_key']);
      for (const { id } of [parent, below, lowest]) {
        const seen = (await send('GET', `${AGENTS}/${id}`)).body;
        expect([seen.works, seen.retiredAt]).toEqual([false, expect.any(String)]);
      }
      const documents = await service.query('SELECT id FROM documents WHERE owner_id = $1', [lowest.id]);
      expect(documents).toHaveLength(1);
      expect((await send('DELETE', `${AGENTS}/${parent.id}`)).status).toBe(204);
      expect(codeOf(await send('PATCH', `${AGENTS}/${parent.id}`, { name: 'Back' }))).toEqual([
        409,
        'conflict',
      ]);
      const more = await send('POST', KEYS, { name: 'K', scopes: ['documents:read'], userId: lowest.id });
      expect(codeOf(more)).toEqual([409, 'conflict']);
      const under = await send('POST', AGENTS, { name: 'X', scopes: ['documents:read'], ownerId: parent.id });
      expect(codeOf(under)).toEqual([409, 'conflict']);
    });

    it('are refused by one above them that was retired, whatever their own rows say', async () => {
      const parent = await make({ scopes });
      const below = await child(parent.key.apiKey);
      await service.query('UPDATE agents SET retired_at = now() WHERE id = $1', [parent.id]);
      await send('PATCH', `${AGENTS}/${below.id}`, { name: 'Known anew' });
      const refused = await me(below.key.apiKey);
      expect(codeOf(refused)).toEqual([401, 'invalid_api_key']);
      expect(await rowOf(refused)).toMatchObject({ reason: 'retired_agent', user_id: below.id });
    });

    it('are at most eight deep', async () => {
      let parent = await make({ scopes });
      for (let depth = 2; depth <= 8; depth++) parent = await child(parent.key.apiKey, { scopes });
      const ninth = await send('POST', AGENTS, { name: '9', scopes: ['documents:read'] }, parent.key.apiKey);
      expect(codeOf(ninth)).toEqual([409, 'conflict']);
    });

    it('are refused while the person at the end is deactivated', async () => {
      const owner = await service.createUser();
      const key = (await service.createKey(owner, ['read', 'agents:*'])).apiKey;
      const parent = await make({ scopes: ['read', 'agents:create'] }, key);
      const below = await child(parent.key.apiKey);
      expect((await me(below.key.apiKey)).status).toBe(200);
      await send('PATCH', `/api/users/${owner.id}`, { isActive: false }, service.adminKey);
      expect(codeOf(await me(below.key.apiKey))).toEqual([403, 'account_inactive']);
    });
  });

  describe('of a team', () => {
    it('belong to it, and go on when who made them is gone', async () => {
      const maker = await service.createUser();
      const key = (await service.createKey(maker, ['read', 'agents:*'])).apiKey;
      const team = await makeTeam([[maker, 'maintainer']]);
      const agent = await make({ scopes: ['documents:read'], ownerId: team }, key);
      expect([agent.ownerId, agent.ownerKind]).toEqual([team, 'team']);
      const members = await service.query('SELECT role FROM team_members WHERE user_id = $1', [agent.id]);
      expect(members).toEqual([{ role: 'member' }]);
      await send('PATCH', `/api/users/${maker.id}`, { isActive: false }, service.adminKey);
      expect((await me(agent.key.apiKey)).status).toBe(200);
    });

    it('are seen by its members, and changed by its maintainers', async () => {
      const team = await makeTeam([
        [ada, 'maintainer'],
        [eve, 'member'],
      ]);
      const input = { name: 'X', scopes: ['documents:read'], ownerId: team };
      expect(codeOf(await send('POST', AGENTS, input, eveKey))).toEqual([404, 'not_found']);
      const agent = await make({ ownerId: team });
      expect((await send('GET', `${AGENTS}/${agent.id}`, undefined, eveKey)).status).toBe(200);
      expect(codeOf(await send('DELETE', `${AGENTS}/${agent.id}`, undefined, eveKey))).toEqual([
        404,
        'not_found',
      ]);
      expect((await send('PATCH', `${AGENTS}/${agent.id}`, { name: 'Y' })).body.name).toBe('Y');
      await service.query('DELETE FROM team_members WHERE team_id = $1', [team]);
      expect((await send('GET', `${AGENTS}/${agent.id}`)).status).toBe(404);
    });
  });

  describe('Keys of a team', () => {
    it('are made, listed and ended by its maintainers, and act for the team', async () => {
      const team = await makeTeam([
        [ada, 'maintainer'],
        [eve, 'member'],
      ]);
      const input = { name: 'Shared', scopes: ['documents:read', 'documents:write'], userId: team };
      expect(codeOf(await send('POST', KEYS, input, eveKey))).toEqual([403, 'insufficient_scope']);
      const { apiKey, id } = (await send('POST', KEYS, input)).body;
      const { user } = (await me(apiKey)).body;
      expect([user.id, user.kind]).toEqual([team, 'team']);
      expect((await send('POST', '/api/documents', document, apiKey)).status).toBe(201);
      expect((await send('GET', `${KEYS}?userId=${team}`)).body.keys).toHaveLength(1);
      expect((await send('GET', `${KEYS}/${id}`)).status).toBe(200);
      expect((await send('GET', `${KEYS}/${id}`, undefined, eveKey)).status).toBe(404);
      expect((await send('DELETE', `${KEYS}/${id}`)).status).toBe(204);
      expect(codeOf(await me(apiKey))).toEqual([401, 'invalid_api_key']);
    });

    it.each(['keys:read', 'agents:create', 'audit:read'])('never hold %s', async (scope) => {
      const team = await makeTeam([[ada, 'maintainer']]);
      const input = { name: 'Shared', scopes: [scope], userId: team };
      const made = await send('POST', KEYS, input, service.adminKey);
      expect(codeOf(made)).toEqual([400, 'validation_failed']);
    });
  });
});
