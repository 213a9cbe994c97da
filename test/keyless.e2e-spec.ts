import { generateApiKey } from '../src/api-keys/key-format.js';
import { headOf, sendRaw } from './support/raw-request.js';
import { TestService } from './support/test-service.js';
import { until } from './support/until.js';

const MEBIBYTE = 1024 * 1024;
const read = (uri: string) =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri } });

describe('A request without a valid key', () => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
    key = (await service.createKey(await service.createUser(), ['read', 'write'])).apiKey;
  });
  afterAll(() => service.stop());

  const rowsOf = (answer: { headers: Headers }) =>
    service.auditRows('request_id = $1', [answer.headers.get('x-request-id')]);

  const headersOf = (bytes: number, more: [string, string][] = []): [string, string][] => [
    ['Host', 'localhost'],
    ['Content-Type', 'application/json'],
    ['Content-Length', String(bytes)],
    ...more,
  ];

  it.each<[string, () => [string, string][]]>([
    ['without a key', () => []],
    ['with a malformed key', () => [['Authorization', 'Bearer nonsense']]],
    ['with an unknown key', () => [['Authorization', `Bearer ${generateApiKey('mcp')}`]]],
  ])('is answered before its body is sent, on /mcp and on REST: %s', async (_, credentials) => {
    for (const path of ['/mcp', '/api/documents']) {
      const text = headOf('POST', path, headersOf(2 * MEBIBYTE, credentials()));
      const connection = sendRaw(service.url, `${text}{"jsonrpc":"2.0","id":`);
      await until(() => connection.received().includes('"requestId"'));
      expect(connection.received()).toMatch(/^HTTP\/1\.1 401 /);
      connection.socket.destroy();
      await connection.closed;
    }
  });

  it.each<[string, () => string | undefined, string]>([
    ['without a key', () => undefined, 'missing_api_key'],
    ['with a malformed key', () => 'nonsense', 'malformed_api_key'],
    ['with an unknown key', () => generateApiKey('mcp'), 'unknown_api_key'],
  ])('has the id null and a row that tells nothing of its body: %s', async (_, credential, reason) => {
    const answer = await service.call(credential(), 'documents_list');
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32000 } });
    expect(await rowsOf(answer)).toMatchObject([
      { action: 'mcp', tool: null, resource: null, outcome: 'denied', reason, user_id: null },
    ]);
  });

  it.each([
    ['a URI of 1 MB', read(`document://${'a_'.repeat(MEBIBYTE / 2)}`)],
    ['empty lists', `[${'[],'.repeat(300_000)}[]]`],
    ['deep nesting', '['.repeat(MEBIBYTE)],
  ])('is refused before its body is parsed or masked: %s', async (_, body) => {
    const parsing = jest.spyOn(JSON, 'parse');
    const masking = jest.spyOn(String.prototype, 'replace');
    const { received, closed, socket } = sendRaw(
      service.url,
      headOf('POST', '/mcp', headersOf(body.length)) + body,
    );
    await until(() => received().includes('missing_api_key'));
    const parsed = parsing.mock.calls.map(([text]) => text.length);
    const masked = masking.mock.contexts.map((text) => String(text).length);
    parsing.mockRestore();
    masking.mockRestore();
    expect(received()).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
    await closed;
    expect(Math.max(0, ...parsed, ...masked)).toBeLessThan(10_000);
  });

  it('is disconnected when its sender does not stop sending', async () => {
    const head = headOf('POST', '/mcp', headersOf(1024 * MEBIBYTE));
    const { socket, closed } = sendRaw(service.url, head);
    const chunk = 'x'.repeat(MEBIBYTE);
    let sent = 0;
    const send = () => {
      while (sent < 64 && !socket.destroyed) {
        sent++;
        if (!socket.write(chunk)) {
          socket.once('drain', send);
          return;
        }
      }
    };
    send();
    await closed;
    expect(sent).toBeLessThan(64);
  });

  it('may be followed by one with a key on the same connection', async () => {
    const body = read('document://x');
    const without = headOf('POST', '/mcp', headersOf(body.length)) + body;
    const ping = '{"jsonrpc":"2.0","id":7,"method":"ping"}';
    const { socket, received, closed } = sendRaw(service.url, without);
    await until(() => received().includes('missing_api_key'));
    socket.write(headOf('POST', '/mcp', headersOf(ping.length, [['Authorization', `Bearer ${key}`]])) + ping);
    await until(() => received().includes('"id":7'));
    expect(received()).toContain('"id":7');
    socket.destroy();
    await closed;
  });

  it('with a known but refused key is answered with the id null, and its row names the owner', async () => {
    const user = await service.createUser();
    const { id, apiKey } = await service.createKey(user, ['read'], { ipAllowlist: ['10.0.0.1'] });
    const answer = await service.call(apiKey, 'documents_list');
    expect([answer.status, answer.body.id]).toEqual([403, null]);
    expect(await rowsOf(answer)).toMatchObject([
      { action: 'mcp', tool: null, key_id: id, user_id: user.id, reason: 'ip_not_allowed' },
    ]);
  });
});

describe('The body of a known caller', () => {
  let service: TestService;
  let key: string;
  const LIMIT = 32 * 1024;

  beforeAll(async () => {
    service = await TestService.start({ env: { MCP_BODY_LIMIT_BYTES: String(LIMIT) } });
    key = (await service.createKey(await service.createUser(), ['read', 'write'])).apiKey;
  });
  afterAll(() => service.stop());

  it('is bounded by MCP_BODY_LIMIT_BYTES on /mcp, and by BODY_LIMIT_BYTES on REST', async () => {
    const document = { title: 'x', content: 'x'.repeat(LIMIT) };
    const onMcp = await service.call(key, 'documents_create', document);
    expect([onMcp.status, onMcp.body.error.data.code]).toEqual([413, 'payload_too_large']);
    expect(await service.query('SELECT id FROM documents')).toEqual([]);
    expect((await service.request('POST', '/api/documents', { key, body: document })).status).toBe(201);
  });

  it('is 413 without a length in the headers as well', async () => {
    const size = LIMIT.toString(16);
    const { received, socket, closed } = sendRaw(
      service.url,
      `${headOf('POST', '/mcp', [
        ['Host', 'localhost'],
        ['Authorization', `Bearer ${key}`],
        ['Content-Type', 'application/json'],
        ['Transfer-Encoding', 'chunked'],
      ])}${size}\r\n${'x'.repeat(LIMIT)}\r\n1\r\nx\r\n`,
    );
    await until(() => received().includes('payload_too_large'));
    expect(received()).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
    await closed;
  });

  it('is assembled from its chunks, wherever they are split', async () => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 'ä€😀', method: 'ping' }));
    const head = headOf('POST', '/mcp', [
      ['Host', 'localhost'],
      ['Authorization', `Bearer ${key}`],
      ['Content-Type', 'application/json'],
      ['Content-Length', String(body.length)],
    ]);
    const { received, socket, closed } = sendRaw(service.url, head);
    socket.setNoDelay(true);
    for (const byte of body) await new Promise((sent) => socket.write(Buffer.of(byte), sent));
    await until(() => received().includes('ä€😀'));
    expect(received()).toContain('"id":"ä€😀"');
    socket.destroy();
    await closed;
  });

  it('with too deep nesting or too many values is a parse error that says so', async () => {
    const deep = await service.request('POST', '/mcp', { key, body: '['.repeat(20_000) });
    expect([deep.status, deep.body.error]).toEqual([
      400,
      { code: -32700, message: 'Parse error: JSON nested deeper than 64 levels' },
    ]);
    const wide = await service.request('POST', '/api/documents', {
      key,
      body: `{"title":"x","content":[${'[],'.repeat(60_000)}[]]}`,
    });
    expect([wide.status, wide.body.code]).toEqual([400, 'invalid_json']);
    expect(wide.body.detail).toContain('more than 50000 values');
  });

  it.each([
    ['tools/call', { name: 'x'.repeat(2_049) }],
    ['resources/read', { uri: `document://${'x'.repeat(8_192)}` }],
    ['resources/subscribe', { uri: `document://${'x'.repeat(8_192)}` }],
    ['prompts/get', { name: 'x'.repeat(2_049) }],
  ])(
    'is refused when %s is longer than any registered name, and nothing else is done',
    async (method, params) => {
      const answer = await service.rpc(key, method, params);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ id: 1, error: { code: -32602 } });
      expect(answer.body.error.message).toMatch(
        /^Invalid params: params\.(name|uri) is longer than \d+ characters$/,
      );
      expect(await service.auditRows('request_id = $1', [answer.headers.get('x-request-id')])).toEqual([]);
    },
  );
});

describe('The limit of requests without a key', () => {
  let service: TestService;
  let key: string;
  const LIMIT = 5;

  beforeEach(async () => {
    service = await TestService.start({ env: { RATE_LIMIT_KEYLESS: String(LIMIT) } });
    key = (await service.createKey(await service.createUser(), ['read'])).apiKey;
  });
  afterEach(() => service.stop());

  const useUp = async (send: () => Promise<{ status: number }>) => {
    for (let i = 0; i < LIMIT; i++) expect((await send()).status).not.toBe(429);
  };

  it('counts them by address, says when to retry, and does not affect a valid key from that address', async () => {
    await useUp(() => service.call(undefined, 'whoami'));
    const refused = await service.call(undefined, 'whoami');
    expect(refused.status).toBe(429);
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(refused.body).toMatchObject({
      id: null,
      error: {
        data: {
          code: 'rate_limited',
          retryAfterSeconds: wait,
          limit: { policy: 'requests without a key per address', requests: LIMIT },
        },
      },
    });
    for (const path of ['/api/me', '/docs/openapi.json', '/docs', '/nothing']) {
      const answer = await service.request('GET', path);
      expect([answer.status, answer.body?.code]).toEqual([429, 'rate_limited']);
    }
    expect((await service.call(key, 'whoami')).status).toBe(200);
    expect((await service.request('GET', '/api/me', { key })).status).toBe(200);
    // Failed keys are counted separately.
    expect((await service.request('GET', '/api/me', { key: generateApiKey('mcp') })).status).toBe(401);
    expect(await service.auditRows('request_id = $1', [refused.headers.get('x-request-id')])).toMatchObject([
      { outcome: 'denied', reason: 'rate_limited', user_id: null, ip: '127.0.0.1' },
    ]);
  });

  it('counts public pages, even if something is sent as a key that is not checked there', async () => {
    await useUp(() => service.request('GET', '/docs/openapi.json', { key: 'nonsense' }));
    expect((await service.request('GET', '/docs/openapi.json', { key: 'nonsense' })).status).toBe(429);
    expect((await service.request('GET', '/docs/openapi.json')).status).toBe(429);
  });

  it('counts requests without a route, whatever is sent as a key', async () => {
    await useUp(() => service.request('GET', '/nothing', { key: 'nonsense' }));
    expect((await service.request('GET', '/nothing', { key: 'nonsense' })).status).toBe(429);
    expect((await service.request('PUT', '/api/me', { key: generateApiKey('mcp') })).status).toBe(429);
    expect((await service.request('GET', '/api/me', { key })).status).toBe(200);
  });

  it('does not count discovery, signing in and health', async () => {
    const paths = ['/.well-known/oauth-protected-resource', '/auth/login', '/health', '/health/live'];
    for (let i = 0; i < 3; i++)
      for (const path of paths) expect((await service.request('GET', path)).status).not.toBe(429);
    await useUp(() => service.request('GET', '/healthy'));
    expect((await service.request('GET', '/healthy')).status).toBe(429);
    for (const path of paths) expect((await service.request('GET', path)).status).not.toBe(429);
  });

  it('applies before the body arrives', async () => {
    await useUp(() => service.call(undefined, 'whoami'));
    const head = headOf('POST', '/mcp', [
      ['Host', 'localhost'],
      ['Content-Type', 'application/json'],
      ['Content-Length', '2000000'],
    ]);
    const { received, socket, closed } = sendRaw(service.url, `${head}{`);
    await until(() => received().includes('rate_limited'));
    expect(received()).toMatch(/^HTTP\/1\.1 429 /);
    socket.destroy();
    await closed;
  });
});
