import { type Answer, TestService, type TestUser } from './support/test-service.js';

const inDays = (days: number) => new Date(Date.now() + days * 24 * 3600 * 1000).toISOString();

describe('X-API-Key-Expires', () => {
  let service: TestService;
  let owner: TestUser;

  beforeAll(async () => {
    service = await TestService.start({ env: { API_KEY_DEFAULT_TTL_DAYS: 'never' } });
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    owner = await service.createUser();
  });

  const warningOf = ({ headers }: Answer) => headers.get('x-api-key-expires');
  const INITIALIZE = {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'spec', version: '1.0.0' },
  };
  /** Returns answers of every kind, with their status. */
  const answers = (key: string): Promise<[string, number, Answer][]> =>
    Promise.all([
      service.request('GET', '/api/me', { key }).then((answer) => ['REST', 200, answer]),
      service
        .request('GET', '/api/me', { headers: { 'x-api-key': key } })
        .then((answer) => ['X-API-Key', 200, answer]),
      service
        .request('GET', '/api/users', { key })
        .then((answer) => ['a missing scope on REST', 403, answer]),
      service.request('GET', '/api/documents/x', { key }).then((answer) => ['no such row', 404, answer]),
      service
        .request('POST', '/api/documents/search', { key, body: {} })
        .then((answer) => ['bad input', 400, answer]),
      service.call(key, 'whoami').then((answer) => ['a tool', 200, answer]),
      service.rpc(key, 'tools/list').then((answer) => ['a list of tools', 200, answer]),
      service
        .call(key, 'documents_delete', { id: '01900000-0000-7000-8000-000000000000' })
        .then((answer) => ['a missing scope on /mcp', 403, answer]),
      service.rpc(key, 'initialize', INITIALIZE).then((answer) => ['what the SDK answers', 200, answer]),
      service
        .request('POST', '/mcp', { key, body: '{' })
        .then((answer) => ['broken JSON on /mcp', 400, answer]),
    ] as Promise<[string, number, Answer]>[]);

  it('says on every answer when the key ends, in its last 7 days', async () => {
    const expiresAt = inDays(6.9);
    const { apiKey } = await service.createKey(owner, ['documents:read'], { expiresAt });
    for (const [what, status, answer] of await answers(apiKey)) {
      expect([what, answer.status, warningOf(answer)]).toEqual([what, status, expiresAt]);
    }
  });

  it.each([
    ['that ends later', inDays(7.1)],
    ['without an end', null],
  ])('is on no answer to a key %s', async (_, expiresAt) => {
    const { apiKey } = await service.createKey(owner, ['documents:read'], { expiresAt });
    for (const [what, status, answer] of await answers(apiKey)) {
      expect([what, answer.status, warningOf(answer)]).toEqual([what, status, null]);
    }
  });

  it('is on the 403 of a key that ends soon and is used from a wrong address, or whose owner is deactivated', async () => {
    const expiresAt = inDays(2);
    const far = await service.createKey(owner, ['read'], { expiresAt, ipAllowlist: ['192.0.2.1'] });
    const leaver = await service.createUser();
    const left = await service.createKey(leaver, ['read'], { expiresAt });
    await service.request('PATCH', `/api/users/${leaver.id}`, {
      key: service.adminKey,
      body: { isActive: false },
    });
    for (const [key, code] of [
      [far.apiKey, 'ip_not_allowed'],
      [left.apiKey, 'account_inactive'],
    ] as const) {
      const rest = await service.request('GET', '/api/me', { key });
      expect([rest.status, rest.body.code, warningOf(rest)]).toEqual([403, code, expiresAt]);
      const mcp = await service.call(key, 'whoami');
      expect([mcp.status, mcp.body.error.data.code, warningOf(mcp)]).toEqual([403, code, expiresAt]);
    }
  });

  it('is on the 429 of a key that ends soon', async () => {
    const expiresAt = inDays(2);
    const busy = await service.createUser({ requestsPerMinute: 1 });
    const { apiKey } = await service.createKey(busy, ['read'], { expiresAt });
    await service.request('GET', '/api/me', { key: apiKey });
    const refused = await service.request('GET', '/api/me', { key: apiKey });
    expect([refused.status, warningOf(refused)]).toEqual([429, expiresAt]);
  });

  it('is never on a 401, which does not reveal whether the key exists', async () => {
    const soon = await service.createKey(owner, ['read'], { expiresAt: inDays(2) });
    await service.request('PATCH', `/api/mcp/keys/${soon.id}`, {
      key: service.adminKey,
      body: { enabled: false },
    });
    const refused = await service.request('GET', '/api/me', { key: soon.apiKey });
    expect([refused.status, warningOf(refused)]).toEqual([401, null]);
  });
});
