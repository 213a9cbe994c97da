import { type Answer, TestService, type TestUser } from './support/test-service.js';

const KEYS = '/api/mcp/keys';
const MANAGEMENT = ['admin', 'keys:read', 'keys:*', 'users:write', 'users:*', 'audit:read', 'audit:*'];

describe('A key that is marked for an agent', () => {
  let service: TestService;
  let chief: TestUser;

  beforeAll(async () => {
    service = await TestService.start();
    chief = await service.createUser({ role: 'admin' });
  });
  afterAll(() => service.stop());

  const send = (method: string, path: string, body?: unknown, key = service.adminKey) =>
    service.request(method, path, { key, body });
  const codeOf = ({ status, body }: Answer) => [status, body.code];
  const agentKey = (scopes = ['read', 'documents:write'], user = chief) =>
    service.createKey(user, scopes, { agent: true });
  const isAgent = async (id: string) => (await send('GET', `${KEYS}/${id}`)).body.agent;

  it("is shown as an agent's key wherever keys are shown, and other keys are not", async () => {
    const { id, apiKey } = await agentKey();
    const plain = await service.createKey(chief, ['read']);
    expect(await isAgent(id)).toBe(true);
    expect(await isAgent(plain.id)).toBe(false);
    const { keys } = (await send('GET', `${KEYS}?userId=${chief.id}`)).body;
    const shown = keys.filter((key: { agent: boolean }) => key.agent).map((key: { id: string }) => key.id);
    expect(shown).toEqual([id]);
    expect((await send('GET', '/api/me', undefined, apiKey)).body.key.agent).toBe(true);
    expect((await send('GET', '/api/me', undefined, plain.apiKey)).body.key.agent).toBe(false);
  });

  it.each(MANAGEMENT)('cannot be made with the scope %s or be given it later', async (scope) => {
    const before = await service.query('SELECT id FROM api_keys');
    const made = await send('POST', KEYS, {
      name: 'Agent',
      scopes: ['read', scope],
      agent: true,
      userId: chief.id,
    });
    expect(codeOf(made)).toEqual([400, 'validation_failed']);
    expect(made.body.detail).toBe(`scopes: a key for an agent cannot hold: ${scope}`);
    expect(await service.query('SELECT id FROM api_keys')).toHaveLength(before.length);
    const { id } = await agentKey();
    expect(codeOf(await send('PATCH', `${KEYS}/${id}`, { scopes: [scope] }))).toEqual([
      400,
      'validation_failed',
    ]);
    expect((await send('GET', `${KEYS}/${id}`)).body.scopes).toEqual(['read', 'documents:write']);
  });

  it('has none of these scopes when it is used, whatever its row says, over REST and MCP', async () => {
    const { id, apiKey } = await agentKey(['read']);
    await service.query('UPDATE api_keys SET scopes = $2 WHERE id = $1', [id, ['read', ...MANAGEMENT]]);
    for (const [method, path, body] of [
      ['GET', KEYS],
      ['POST', KEYS, { name: 'Left behind' }],
      ['POST', `${KEYS}/${id}/rotate`, {}],
      ['POST', `${KEYS}/rotate`],
      ['DELETE', `${KEYS}/${id}`],
      ['GET', '/api/users'],
      ['PATCH', `/api/users/${chief.id}`, { name: 'x' }],
      ['GET', '/api/audit'],
      ['GET', '/api/audit/export?format=csv'],
      ['GET', '/api/audit/stream'],
      ['DELETE', `/api/documents/${id}`],
    ] as const) {
      expect([path, ...codeOf(await send(method, path, body, apiKey))]).toEqual([
        path,
        403,
        'insufficient_scope',
      ]);
    }
    const tool = await service.call(apiKey, 'documents_delete', { id });
    expect(tool.body.error.data.code).toBe('insufficient_scope');
    const me = (await send('GET', '/api/me', undefined, apiKey)).body;
    expect(me.scopes).toEqual(['read']);
    expect(me.lostScopes).toEqual(expect.arrayContaining(MANAGEMENT));
    expect((await send('GET', '/api/documents', undefined, apiKey)).status).toBe(200);
  });

  it.each([true, false])("stays an agent's key: a change with agent: %p is refused", async (agent) => {
    const { id } = await agentKey();
    expect(codeOf(await send('PATCH', `${KEYS}/${id}`, { agent }))).toEqual([400, 'validation_failed']);
    expect(await isAgent(id)).toBe(true);
  });

  it("is replaced by an agent's key in a rotation", async () => {
    const { id } = await agentKey();
    const next = (await send('POST', `${KEYS}/${id}/rotate`, { gracePeriodSeconds: 60 })).body;
    expect(await isAgent(next.id)).toBe(true);
  });

  it.each(['yes', null, 1])('is not made when the request says agent: %p', async (agent) => {
    expect(codeOf(await send('POST', KEYS, { name: 'Agent', agent }))).toEqual([400, 'validation_failed']);
  });

  it('sees its own remaining calls, and no count of failed keys', async () => {
    const user = await service.createUser({ requestsPerMinute: 50 });
    const { apiKey } = await agentKey(['read'], user);
    for (let failed = 0; failed < 7; failed++) await service.call('mcp_wrong', 'whoami');
    const me = await send('GET', '/api/me', undefined, apiKey);
    expect(me.body.limits).toEqual({
      policy: 'custom',
      limit: 50,
      remaining: 49,
      key: null,
      team: null,
      organization: null,
      resetSeconds: expect.any(Number),
    });
    const whoami = await service.call(apiKey, 'whoami');
    const told = JSON.parse(whoami.body.result.content[0].text);
    expect(told.limits).toEqual({ ...me.body.limits, remaining: 48, resetSeconds: expect.any(Number) });
    expect(Object.keys(told).sort()).toEqual(Object.keys(me.body).sort());
    for (const { text, headers } of [me, whoami]) {
      expect(text).not.toMatch(/failed|anomal/i);
      expect(JSON.stringify([...headers])).not.toMatch(/failed|anomal/i);
    }
  });
});
