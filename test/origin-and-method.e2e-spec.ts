import { headOf, sendRaw } from './support/raw-request.js';
import { TestService } from './support/test-service.js';
import { until } from './support/until.js';

const NO_ROW = '01900000-0000-7000-8000-000000000000';

describe('The check of origin, host and method', () => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
    key = (await service.createKey(await service.createUser(), ['read', 'write'])).apiKey;
  });
  afterAll(() => service.stop());

  const answerTo = async (method: string, path: string, headers: [string, string][]): Promise<string> => {
    const connection = sendRaw(service.url, headOf(method, path, [...headers, ['Connection', 'close']]));
    await connection.closed;
    return connection.received();
  };

  it.each([
    [
      'two Host headers',
      [
        ['Host', 'localhost'],
        ['Host', 'evil.example'],
      ],
    ],
    [
      'the same Host twice',
      [
        ['Host', 'localhost'],
        ['HOST', 'localhost'],
      ],
    ],
  ] as [string, [string, string][]][])(
    'refuses %s, because each reader might use another one',
    async (_, hosts) => {
      for (const path of ['/health', '/api/me', '/nothing']) {
        const answer = await answerTo('GET', path, [...hosts, ['Authorization', `Bearer ${key}`]]);
        expect(answer).toMatch(/^HTTP\/1\.1 400 /);
        expect(answer).toContain('"code":"bad_request"');
      }
    },
  );

  it('refuses an empty Origin', async () => {
    const answer = await answerTo('GET', '/api/me', [
      ['Host', 'localhost'],
      ['Origin', ''],
      ['Authorization', `Bearer ${key}`],
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain('origin_not_allowed');
  });

  it.each([
    ['PUT', '/api/documents', 'GET, POST'],
    ['DELETE', '/api/documents?limit=1', 'GET, POST'],
    ['POST', `/api/documents/${NO_ROW}`, 'DELETE, GET, PATCH'],
    ['POST', '/api/me', 'GET'],
    ['GET', '/register', 'OPTIONS, POST'],
    ['OPTIONS', '/health', 'GET'],
    ['POST', '/docs', 'GET'],
  ])('answers 405 to %s %s, with the methods that the path has', async (method, path, allowed) => {
    for (const answer of [
      await service.request(method, path, { key }),
      await service.request(method, path),
    ]) {
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe(allowed);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.body).toMatchObject({ title: 'Method Not Allowed', code: 'method_not_allowed' });
    }
  });

  it.each(['PUT', 'PATCH', 'OPTIONS'])('answers 405 to %s /mcp as JSON-RPC', async (method) => {
    const answer = await service.request(method, '/mcp', { key });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    expect(answer.body).toMatchObject({
      jsonrpc: '2.0',
      id: null,
      error: { code: -32000, data: { code: 'method_not_allowed' } },
    });
  });

  it('answers 405 to HEAD', async () => {
    for (const [path, allowed] of [
      ['/mcp', 'POST'],
      ['/health', 'GET'],
    ] as const) {
      const answer = await service.request('HEAD', path, { key });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, allowed]);
    }
  });

  it('answers 404 to a path without any method', async () => {
    for (const path of ['/nothing', '/api/documents/', `/api/documents/${NO_ROW}/x`, '/api/meow', '/']) {
      const answer = await service.request('PUT', path, { key });
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
      expect(answer.headers.get('allow')).toBeNull();
    }
  });

  it('names all methods of /mcp if there are sessions', async () => {
    const other = await TestService.start({ env: { MCP_SESSIONS_PER_USER: '1' } });
    const answer = await other.request('PUT', '/mcp', { key: other.adminKey });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'DELETE, GET, POST']);
    await other.stop();
  });
});

describe('The limit of a user', () => {
  let service: TestService;
  let key: string;

  beforeEach(async () => {
    service = await TestService.start({ env: { RATE_LIMIT_DEVELOPMENT: '100' } });
    key = (await service.createKey(await service.createUser(), ['read'])).apiKey;
  });
  afterEach(() => service.stop());

  const batch = (length: number, method: string) =>
    service.request('POST', '/mcp', {
      key,
      body: Array.from({ length }, (_, id) => ({ jsonrpc: '2.0', id, method })),
    });

  it('counts each ping of a batch as a request of the handshake, and none as a call', async () => {
    expect((await batch(99, 'ping')).status).toBe(200);
    expect((await service.rpc(key, 'ping')).status).toBe(200);
    const refused = await service.rpc(key, 'ping');
    expect([refused.status, refused.body.error.data.code]).toEqual([429, 'rate_limited']);
    const call = await service.call(key, 'whoami');
    expect(call.status).toBe(200);
    expect(call.headers.get('ratelimit')).toMatch(/^"development";r=99;/);
  });

  it('counts the notifications of a batch beside its calls', async () => {
    const note = { jsonrpc: '2.0', method: 'notifications/initialized' };
    const whoami = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami' } };
    const body = [whoami, ...Array.from({ length: 99 }, () => note)];
    const answer = await service.request('POST', '/mcp', { key, body });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('ratelimit')).toMatch(/^"development";r=99;/);
    expect((await service.rpc(key, 'ping')).status).toBe(200);
    expect((await service.rpc(key, 'ping')).status).toBe(429);
    await until(async () => (await service.auditRows("tool = 'whoami'")).length === 1);
    expect(await service.auditRows("tool = 'whoami'")).toMatchObject([{ outcome: 'success' }]);
  });
});
