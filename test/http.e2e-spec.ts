import { request as httpRequest } from 'node:http';
import pLimit from 'p-limit';
import { TestService, type TestUser } from './support/test-service.js';

const PROBLEM_MEMBERS = ['code', 'detail', 'requestId', 'status', 'title', 'type'];
const NO_ROW = '01900000-0000-7000-8000-000000000000';
const BODY_LIMIT = 64 * 1024;
const IN_FLIGHT = 8;

describe('Over HTTP,', () => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start({ env: { BODY_LIMIT_BYTES: String(BODY_LIMIT) } });
    key = (await service.createKey(await service.createUser(), ['read', 'write', 'delete', 'keys:*'])).apiKey;
  });
  afterAll(() => service.stop());

  const documents = async () => (await service.query('SELECT id FROM documents')).length;

  /** Sends a request with the given headers, because `fetch` sets Host itself. */
  const raw = (path: string, headers: Record<string, string>, method = 'GET') =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
      const { hostname, port } = new URL(service.url);
      const request = httpRequest({ hostname, port, path, method, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      });
      request.on('error', reject);
      request.end();
    });

  describe('health', () => {
    it('needs no key for status and version, liveness and readiness', async () => {
      const summary = await service.request('GET', '/health');
      expect(summary.status).toBe(200);
      expect(summary.body).toEqual({
        status: 'ok',
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      });
      const live = await service.request('GET', '/health/live');
      expect([live.status, live.body]).toEqual([200, { status: 'ok' }]);
      const ready = await service.request('GET', '/health/ready');
      expect(ready.status).toBe(200);
      expect(ready.body).toMatchObject({
        status: 'ok',
        checks: { database: { status: 'ok' }, audit: { status: 'ok' }, rateLimit: { status: 'ok' } },
      });
    });

    it('checks no key, so that a wrong one neither fails nor counts', async () => {
      expect((await service.request('GET', '/health', { key: 'wrong' })).status).toBe(200);
    });
  });

  describe('an error', () => {
    it.each([
      ['GET', '/'],
      ['GET', '/api'],
      ['GET', '/api/nothing'],
      ['GET', '/API/documents/'],
      ['GET', '/.env'],
      ['GET', '/api/documents/../../etc/passwd'],
      ['OPTIONS', '/nothing'],
      ['GET', `/api/documents/${NO_ROW}`],
      ['GET', '/api/documents/not-an-id'],
      ['GET', `/api/documents/${'x'.repeat(99)}`],
      ['GET', '/api/documents/%00'],
    ])('is 404 with problem details for %s %s', async (method, path) => {
      const answer = await service.request(method, path, { key });
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(Object.keys(answer.body).sort()).toEqual(PROBLEM_MEMBERS);
      expect(answer.body).toMatchObject({
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        code: 'not_found',
        requestId: answer.headers.get('x-request-id'),
      });
    });

    it.each([
      '/%',
      '/%zz',
      '/api/documents/%',
      '/api/documents/%E0%A4%A',
      '/api/mcp/keys/%ff',
      '/api/me?x=%zz%',
    ])(
      'of the percent-encoding %s is answered below 500, with problem details if it is an error',
      async (path) => {
        const answer = await service.request('GET', path, { key });
        expect(answer.status).toBeLessThan(500);
        expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
        expect(answer.headers.get('content-type')).toMatch(/^application\/(problem\+)?json/);
        expect(answer.status === 200 || PROBLEM_MEMBERS.every((member) => member in answer.body)).toBe(true);
      },
    );

    it.each(['{', '{"title":', 'title=x', "{'title':'x'}", '[1,]', '{"a":1}}', 'undefined', 'NaN'])(
      'of the JSON syntax is 400 invalid_json: %s',
      async (body) => {
        const before = await documents();
        const answer = await service.request('POST', '/api/documents', { key, body });
        expect(answer.status).toBe(400);
        expect(answer.headers.get('content-type')).toContain('application/problem+json');
        expect(Object.keys(answer.body).sort()).toEqual(PROBLEM_MEMBERS);
        expect(answer.body.code).toBe('invalid_json');
        expect(await documents()).toBe(before);
      },
    );

    it.each([
      '{"title":"x","content":"x","__proto__":{"isAdmin":true}}',
      '{"title":"x","content":"x","filename":{"__proto__":{"isAdmin":true}}}',
      '{"title":"x","content":"x","constructor":{"prototype":{"isAdmin":true}}}',
      '{"title":"x","content":"x","\\u005f_proto__":{"isAdmin":true}}',
    ])('is 400 for a body that tries to change prototypes, which stay unchanged: %s', async (body) => {
      const before = await documents();
      for (const path of ['/api/documents', '/api/mcp/keys', '/api/users', '/register']) {
        const answer = await service.request('POST', path, { key: service.adminKey, body });
        expect(answer.status).toBe(400);
        expect(answer.body.code).toMatch(/^(invalid_json|validation_failed)$/);
      }
      expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
      expect(await documents()).toBe(before);
    });

    it('is 413 for a body over the limit, also on /mcp', async () => {
      const before = await documents();
      const body = { title: 'x', content: 'x'.repeat(BODY_LIMIT) };
      const answer = await service.request('POST', '/api/documents', { key, body });
      expect([answer.status, answer.body.code]).toEqual([413, 'payload_too_large']);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      const onMcp = await service.call(key, 'documents_create', body);
      expect(onMcp.status).toBe(413);
      expect(onMcp.body).toMatchObject({ jsonrpc: '2.0', error: { data: { code: 'payload_too_large' } } });
      expect(await documents()).toBe(before);
      expect((await service.request('GET', '/health')).status).toBe(200);
    });

    it.each([
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
      'application/jsonx',
      'nonsense',
    ])('is 415 for a body of the type %s', async (type) => {
      const before = await documents();
      const answer = await service.request('POST', '/api/documents', {
        key,
        headers: { 'content-type': type },
        body: '{"title":"x","content":"x"}',
      });
      expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type']);
      expect(answer.body.detail).toContain('Content-Type: application/json');
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(await documents()).toBe(before);
    });

    it('of a caller without a key is 401 before the body is read', async () => {
      for (const body of ['{', '{"__proto__":{}}', JSON.stringify({ title: 1 })]) {
        const answer = await service.request('POST', '/api/documents', { body });
        expect([answer.status, answer.body.code]).toEqual([401, 'missing_api_key']);
        const onMcp = await service.request('POST', '/mcp', { body });
        expect([onMcp.status, onMcp.body.error.data.code]).toEqual([401, 'missing_api_key']);
      }
    });

    it('does not occur for JSON with a charset', async () => {
      const answer = await service.request('POST', '/api/documents', {
        key,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: { title: 'x', content: 'x' },
      });
      expect(answer.status).toBe(201);
    });
  });

  describe('the gate', () => {
    it.each([
      'https://evil.example',
      'http://localhost.evil.example',
      'null',
      'http://127.0.0.1.evil.example:80',
    ])('refuses the Origin %s everywhere, and runs nothing for it', async (origin) => {
      const before = await documents();
      const headers = { origin };
      const body = { title: 'x', content: 'x' };
      const answers = [
        await service.request('POST', '/api/documents', { key, headers, body }),
        await service.request('GET', '/api/me', { key, headers }),
        await service.request('GET', '/health', { headers }),
        await service.request('GET', '/nothing', { headers }),
      ];
      for (const answer of answers) {
        expect([answer.status, answer.body.code]).toEqual([403, 'origin_not_allowed']);
        expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      }
      const onMcp = await service.call(key, 'documents_create', body, headers);
      expect([onMcp.status, onMcp.body.error.data.code]).toEqual([403, 'origin_not_allowed']);
      expect(await documents()).toBe(before);
    });

    it('admits pages of this machine', async () => {
      const headers = { origin: 'http://localhost:5173' };
      expect((await service.request('GET', '/api/me', { key, headers })).status).toBe(200);
    });

    it.each(['evil.example', 'evil.example:3000', '127.0.0.1.evil.example', 'localhost.evil.example'])(
      'refuses the Host %s everywhere',
      async (host) => {
        for (const path of ['/api/me', '/health', '/nothing', '/mcp']) {
          const answer = await raw(path, { host, authorization: `Bearer ${key}` });
          expect(answer.status).toBe(403);
          expect(answer.text).toContain('host_not_allowed');
        }
      },
    );

    it('admits this machine by its names', async () => {
      for (const host of ['localhost', 'localhost:1234', '127.0.0.1', '[::1]:80']) {
        expect((await raw('/api/me', { host, authorization: `Bearer ${key}` })).status).toBe(200);
      }
    });
  });

  it('every answer has an id of its own and does not reveal the software', async () => {
    const answers = [
      await service.request('GET', '/health'),
      await service.request('GET', '/api/me', { key }),
      await service.request('GET', '/api/me', { key, headers: { 'x-request-id': 'mine' } }),
      await service.request('GET', '/api/me'),
      await service.request('GET', '/nothing'),
      await service.request('POST', '/api/documents', { key, body: '{' }),
      await service.request('POST', '/register'),
      await service.call(key, 'whoami'),
      await service.call(undefined, 'whoami'),
    ];
    const ids = answers.map(({ headers }) => headers.get('x-request-id'));
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(new Set(ids).size).toBe(answers.length);
    for (const { headers } of answers) {
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  describe('OAuth', () => {
    it.each([undefined, {}, { redirect_uris: ['http://localhost/callback'], client_name: 'A client' }])(
      'registration with %j is refused in the form of RFC 7591, naming the API key',
      async (body) => {
        const answer = await service.request('POST', '/register', { body });
        expect(answer.status).toBe(400);
        expect(answer.headers.get('content-type')).toContain('application/json');
        expect(answer.body).toEqual({
          error: 'invalid_client_metadata',
          error_description: expect.stringMatching(/^Use an API key: /),
        });
      },
    );

    it.each([
      '/.well-known/oauth-protected-resource',
      '/.well-known/oauth-protected-resource/mcp',
      '/.well-known/oauth-authorization-server',
      '/.well-known/oauth-authorization-server/mcp',
      '/.well-known/openid-configuration',
      '/mcp/.well-known/openid-configuration',
      '/authorize',
      '/token',
    ])('metadata is not served: %s', async (path) => {
      const answer = await service.request('GET', path);
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    });
  });
});

/** Lists unexpected values that people and programs send, as JSON text. */
const VALUES = [
  'null',
  'true',
  'false',
  '0',
  '-1',
  '1.5',
  '1e308',
  '1e999',
  '-0',
  '9007199254740993',
  '""',
  '" "',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\ufffe\\uffff"',
  '"\\u202e"',
  '"😀"',
  '"\'; DROP TABLE users; --"',
  '"%s%s%n"',
  '"${7*7}"',
  '"../../etc/passwd"',
  '"NaN"',
  '"2099-W10-1"',
  '"2099-123"',
  '"2099-01-01T00:00:00,5Z"',
  '"+2099-01-01"',
  '"9999-12-31T23:59:59Z"',
  '"0000-01-01T00:00:00Z"',
  `"${'x'.repeat(5000)}"`,
  '[]',
  '[null]',
  '[[]]',
  '[{}]',
  '[""]',
  '["\\u0000"]',
  '["read"]',
  '["::"]',
  '["::/129"]',
  '["1.2.3.4/99"]',
  '["fe80::1%eth0"]',
  '[1,"a",null,{}]',
  '{}',
  '{"":""}',
  '{"a":null}',
  '{"a":"\\u0000"}',
  '{"a":"\\ud800"}',
  '{"\\ud800":1}',
  '{"length":1}',
  '{"length":1e9}',
  '{"then":"x"}',
  '{"constructor":"x"}',
  '{"constructor":null}',
  '{"constructor":{"name":"x"}}',
  '{"a":{"constructor":1}}',
  '{"toString":1,"valueOf":1}',
  '{"toJSON":1}',
  '{"hasOwnProperty":1}',
  '{"__type":"Date"}',
  '{"$ne":null}',
  '{"type":"Buffer","data":[1]}',
  `${'['.repeat(900)}${']'.repeat(900)}`,
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`,
  `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
];

describe('Hostile bodies', () => {
  let service: TestService;
  let victim: TestUser;
  let victimKey: { id: string };
  let documentId: string;
  let sent = 0;

  beforeAll(async () => {
    service = await TestService.start({ env: { API_KEY_MAX_PER_USER: '100000' } });
    victim = await service.createUser();
    const made = await service.request('POST', '/api/documents', {
      key: service.adminKey,
      body: { title: 'T', content: 'C' },
    });
    documentId = made.body.id;
  });
  afterAll(() => service.stop());

  /** Generates each value as the whole body, and as each member of an otherwise valid body. */
  const bodiesFor = (right: Record<string, unknown>, others: string[]): string[] => {
    const members = [...new Set([...Object.keys(right), ...others])];
    return VALUES.flatMap((value) => [
      value,
      ...members.map((member) => {
        const rest = Object.entries(right).filter(([name]) => name !== member);
        const parts = rest.map(([name, kept]) => `${JSON.stringify(name)}:${JSON.stringify(kept)}`);
        return `{${[...parts, `${JSON.stringify(member)}:${value}`].join(',')}}`;
      }),
    ]);
  };

  const cut = (text: string) => (text.length > 120 ? `${text.slice(0, 120)}... (${text.length})` : text);

  /** @returns the requests that got a 5xx, an internal error of a tool, or no answer */
  const sendAll = async (
    method: string,
    path: (index: number) => string,
    bodies: string[],
  ): Promise<string[]> => {
    const inTurn = pLimit(IN_FLIGHT);
    const send = async (body: string, index: number): Promise<string[]> => {
      sent++;
      const answer = await service
        .request(method, path(index), { key: service.adminKey, body })
        .catch((error: unknown) => ({ status: 599, text: String(error) }));
      const isWrong = answer.status >= 500 || answer.text.includes('"internal_error"');
      return isWrong ? [`${answer.status} ${cut(body)}`] : [];
    };
    return (await Promise.all(bodies.map((body, index) => inTurn(send, body, index)))).flat();
  };

  it.each<[string, string, () => string, Record<string, unknown>, string[]]>([
    [
      'POST',
      '/api/mcp/keys',
      () => '/api/mcp/keys',
      { name: 'n' },
      ['scopes', 'agent', 'expiresAt', 'ipAllowlist', 'metadata', 'userId', 'constructor'],
    ],
    [
      'PATCH',
      '/api/mcp/keys/:id',
      () => `/api/mcp/keys/${victimKey.id}`,
      {},
      ['name', 'scopes', 'enabled', 'expiresAt', 'ipAllowlist', 'metadata', 'then'],
    ],
    [
      'POST',
      '/api/users',
      () => '/api/users',
      { email: 'hostile@example.org', name: 'n' },
      ['role', 'tier', 'requestsPerMinute', 'isActive', 'toString'],
    ],
    [
      'PATCH',
      '/api/users/:id',
      () => `/api/users/${victim.id}`,
      {},
      ['email', 'name', 'role', 'tier', 'requestsPerMinute', 'isActive'],
    ],
    [
      'POST',
      '/api/documents',
      () => '/api/documents',
      { title: 't', content: 'c' },
      ['filename', 'language'],
    ],
    [
      'PATCH',
      '/api/documents/:id',
      () => `/api/documents/${documentId}`,
      {},
      ['title', 'content', 'filename', 'language'],
    ],
    ['POST', '/api/documents/search', () => '/api/documents/search', { query: 'q' }, ['limit', 'offset']],
    ['POST', '/register', () => '/register', {}, ['client_name', 'redirect_uris']],
  ])('get no 5xx from %s %s', async (method, _, path, right, others) => {
    victimKey ??= await service.createKey(victim, ['read']);
    const bodies = bodiesFor(right, others);
    expect(bodies.length).toBeGreaterThan(100);
    expect(await sendAll(method, path, bodies)).toEqual([]);
    expect((await service.request('GET', '/api/me', { key: service.adminKey })).status).toBe(200);
  });

  it('get no 5xx from POST /api/mcp/keys/:id/rotate', async () => {
    const owner = await service.createUser();
    const bodies = bodiesFor({}, ['gracePeriodSeconds', 'scopes']);
    const inTurn = pLimit(IN_FLIGHT);
    const keys = await Promise.all(bodies.map(() => inTurn(() => service.createKey(owner, ['read']))));
    const ids = keys.map(({ id }) => id);
    expect(await sendAll('POST', (index) => `/api/mcp/keys/${ids[index]}/rotate`, bodies)).toEqual([]);
  });

  it('get no 5xx from POST /api/mcp/keys/rotate', async () => {
    const user = await service.createUser();
    let { apiKey } = await service.createKey(user, ['keys:write', 'read']);
    const wrong: string[] = [];
    for (const body of VALUES) {
      const answer = await service.request('POST', '/api/mcp/keys/rotate', { key: apiKey, body });
      if (answer.status >= 500) wrong.push(`${answer.status} ${cut(body)}`);
      apiKey = (answer.body?.apiKey as string | undefined) ?? apiKey;
    }
    expect(wrong).toEqual([]);
    expect((await service.request('GET', '/api/me', { key: apiKey })).body.scopes).toEqual([
      'keys:write',
      'read',
    ]);
  });

  it('get neither 5xx nor an internal error from POST /mcp', async () => {
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'documents_list' } };
    const argument = (name: string, tool: string) =>
      VALUES.map(
        (value) =>
          `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${tool}","arguments":{"${name}":${value}}}}`,
      );
    const bodies = [
      ...bodiesFor(call, ['extra']),
      ...VALUES.map((value) => `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":${value}}}`),
      ...VALUES.map(
        (value) =>
          `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","arguments":${value}}}`,
      ),
      ...argument('id', 'documents_get'),
      ...argument('query', 'documents_search'),
      ...argument('cursor', 'documents_list'),
    ];
    expect(await sendAll('POST', () => '/mcp', bodies)).toEqual([]);
    expect((await service.call(service.adminKey, 'documents_list')).status).toBe(200);
  });

  it('leave the accounts as they were', async () => {
    const admins = await service.query<{ email: string }>(
      `SELECT email FROM users WHERE role = 'admin' AND is_active ORDER BY email`,
    );
    expect(admins).toEqual([{ email: 'admin@localhost' }]);
    expect((await service.request('GET', `/api/users/${victim.id}`, { key: service.adminKey })).status).toBe(
      200,
    );
  });

  it('were at least 2,000', () => {
    expect(sent).toBeGreaterThan(2000);
  });
});
