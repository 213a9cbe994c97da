import { type Answer, TestService, type TestUser } from './support/test-service.js';

const AGENTS = '/api/agents';

describe('The state of an agent', () => {
  let service: TestService;
  let ada: TestUser;
  let adaKey: string;

  beforeAll(async () => {
    service = await TestService.start();
    ada = await service.createUser({ name: 'Ada' });
    adaKey = (await service.createKey(ada, ['read', 'write', 'delete', 'documents:*', 'agents:*'])).apiKey;
  });
  afterAll(() => service.stop());

  const send = (method: string, path: string, body?: unknown, key = adaKey) =>
    service.request(method, path, { key, body });
  const codeOf = ({ status, body }: Answer) => [status, body.code];
  const make = async (input: object = {}): Promise<any> => {
    const made = await send('POST', AGENTS, {
      name: 'Reporter',
      scopes: ['documents:read'],
      withKey: true,
      ...input,
    });
    expect([made.status, made.text]).toEqual([201, expect.any(String)]);
    return made.body;
  };
  const change = (id: string, body: object) => send('PATCH', `${AGENTS}/${id}`, body);
  const me = (key: string) => send('GET', '/api/me', undefined, key);
  const get = async (id: string) => (await send('GET', `${AGENTS}/${id}`)).body;
  const list = async (query: string): Promise<string[]> => {
    const { agents } = (await send('GET', `${AGENTS}?limit=100&ownerId=${ada.id}&${query}`)).body;
    return agents.map(({ id }: { id: string }) => id);
  };

  describe('that was suspended', () => {
    it('refuses its keys at once, and lets them in again when it goes on', async () => {
      const agent = await make();
      const suspended = await change(agent.id, { isActive: false });
      expect([suspended.status, suspended.body]).toEqual([
        200,
        expect.objectContaining({ isActive: false, works: false, stoppedBy: ['suspended'] }),
      ]);
      expect(codeOf(await me(agent.key.apiKey))).toEqual([403, 'account_inactive']);
      const resumed = await change(agent.id, { isActive: true });
      expect(resumed.body).toMatchObject({ isActive: true, works: true, stoppedBy: [] });
      expect((await me(agent.key.apiKey)).status).toBe(200);
    });

    it('stops the agents below it, which say why and go on with it', async () => {
      const agent = await make({ scopes: ['documents:read', 'agents:create'] });
      const below = await make({ ownerId: agent.id });
      await change(agent.id, { isActive: false });
      expect(await get(below.id)).toMatchObject({ isActive: true, stoppedBy: ['above_suspended'] });
      expect(codeOf(await me(below.key.apiKey))).toEqual([403, 'account_inactive']);
      await change(agent.id, { isActive: true });
      expect((await me(below.key.apiKey)).status).toBe(200);
    });

    it('has its other members changed without going on, and is retired as any', async () => {
      const agent = await make();
      await change(agent.id, { isActive: false });
      expect((await change(agent.id, { name: 'Sleeper' })).body).toMatchObject({ isActive: false });
      expect((await send('DELETE', `${AGENTS}/${agent.id}`)).status).toBe(204);
      expect(await get(agent.id)).toMatchObject({ stoppedBy: ['retired', 'suspended'] });
      expect(codeOf(await change(agent.id, { isActive: true }))).toEqual([409, 'conflict']);
    });

    it('leaves a row that says so', async () => {
      const agent = await make();
      const suspended = await change(agent.id, { isActive: false });
      await service.auditRows();
      const [row] = await service.query('SELECT * FROM audit_events WHERE request_id = $1', [
        suspended.headers.get('x-request-id'),
      ]);
      expect(row).toMatchObject({
        action: 'agent.update',
        resource: `agent:${agent.id}`,
        metadata: { changes: { isActive: false } },
      });
    });
  });

  it('is known with the reasons: by itself, by one above it, or by its owner', async () => {
    const owner = await service.createUser();
    const key = (await service.createKey(owner, ['read', 'agents:*'])).apiKey;
    const body = { name: 'Of another', scopes: ['documents:read', 'agents:create'] };
    const { id } = (await send('POST', AGENTS, body, key)).body;
    const below = (await send('POST', AGENTS, { ...body, ownerId: id }, key)).body.id;
    await service.query(`UPDATE agents SET ends_at = now() - interval '1 second' WHERE id = $1`, [id]);
    await send('PATCH', `/api/users/${owner.id}`, { isActive: false }, service.adminKey);
    const reasons = async (agent: string) =>
      (await send('GET', `${AGENTS}/${agent}`, undefined, service.adminKey)).body.stoppedBy;
    expect(await reasons(id)).toEqual(['ended', 'owner_inactive']);
    expect(await reasons(below)).toEqual(['above_ended', 'owner_inactive']);
  });

  it('is a filter of the list', async () => {
    const [working, stopped, retired] = [await make(), await make(), await make()];
    await change(stopped.id, { isActive: false });
    await send('DELETE', `${AGENTS}/${retired.id}`);
    const found = async (state: string) =>
      (await list(`state=${state}`)).filter((id) => [working.id, stopped.id, retired.id].includes(id));
    expect(await found('current')).toEqual([stopped.id, working.id]);
    expect(await found('working')).toEqual([working.id]);
    expect(await found('stopped')).toEqual([stopped.id]);
    expect(await found('retired')).toEqual([retired.id]);
    expect(codeOf(await send('GET', `${AGENTS}?state=asleep`))).toEqual([400, 'validation_failed']);
  });

  it('is old or unused where nobody used it for so many days, and never where it was retired', async () => {
    const agents = await Promise.all(Array.from({ length: 4 }, () => make()));
    const [used, usedLongAgo, young, retired] = agents.map(({ id }) => id as string);
    await service.query(`UPDATE agents SET created_at = now() - interval '100 days' WHERE id = ANY ($1)`, [
      [used, usedLongAgo, retired],
    ]);
    await service.call(agents[0].key.apiKey, 'documents_search', { query: 'text' });
    await service.auditRows();
    await service.query(`UPDATE api_keys SET last_used_at = now() - interval '95 days' WHERE user_id = $1`, [
      usedLongAgo,
    ]);
    await send('DELETE', `${AGENTS}/${retired}`);
    const found = async (days: number) =>
      (await list(`unusedForDays=${days}`)).filter((id) => [used, usedLongAgo, young, retired].includes(id));
    expect(await found(90)).toEqual([usedLongAgo]);
    expect(await found(99)).toEqual([]);
    for (const wrong of ['0', 'x', '1.5'])
      expect(codeOf(await send('GET', `${AGENTS}?unusedForDays=${wrong}`))).toEqual([
        400,
        'validation_failed',
      ]);
  });

  it('is elevated where it holds a scope of high risk, also a wide one', async () => {
    const scopes = [['documents:read'], ['documents:delete'], ['documents:*']];
    const [plain, high, wide] = await Promise.all(
      scopes.map(async (held) => (await make({ scopes: held })).id),
    );
    const found = async (elevated: string) =>
      new Set((await list(`elevated=${elevated}`)).filter((id) => [plain, high, wide].includes(id)));
    expect(await found('true')).toEqual(new Set([high, wide]));
    expect(await found('false')).toEqual(new Set([plain]));
    expect(codeOf(await send('GET', `${AGENTS}?elevated=yes`))).toEqual([400, 'validation_failed']);
  });

  it('comes with what people say that the agent is for', async () => {
    const agent = await make({ description: ' Sends figures. ' });
    expect(agent.description).toBe('Sends figures.');
    expect((await make()).description).toBeNull();
    expect((await change(agent.id, { description: 'Sends\nmore.' })).body.description).toBe('Sends\nmore.');
    expect((await change(agent.id, { name: 'R' })).body.description).toBe('Sends\nmore.');
    expect((await change(agent.id, { description: '  ' })).body.description).toBeNull();
    for (const wrong of ['x'.repeat(501), 'a\0b', 7])
      expect(codeOf(await change(agent.id, { description: wrong }))).toEqual([400, 'validation_failed']);
  });
});
