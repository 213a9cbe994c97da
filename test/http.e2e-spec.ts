import { request as httpRequest } from 'node:http';
import { TestService } from './support/test-service.js';

const PROBLEM_MEMBERS = ['code', 'detail', 'requestId', 'status', 'title', 'type'];
const NO_ROW = '01900000-0000-7000-8000-000000000000';
const BODY_LIMIT = 64 * 1024;

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
      for (const path of ['/api/documents', '/api/mcp/keys', '/api/users']) {
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
      'refuses the Host %s everywhere but on the paths of probes',
      async (host) => {
        for (const path of ['/api/me', '/healthy', '/nothing', '/mcp']) {
          const answer = await raw(path, { host, authorization: `Bearer ${key}` });
          expect(answer.status).toBe(403);
          expect(answer.text).toContain('host_not_allowed');
        }
      },
    );

    it('answers probes, which address a process by its IP address, whatever their Host', async () => {
      for (const path of ['/health', '/health?probe=1', '/health/live', '/health/ready']) {
        expect((await raw(path, { host: '10.1.2.3:3000' })).status).toBe(200);
        expect((await raw(path, { host: '10.1.2.3:3000', origin: 'https://evil.example' })).status).toBe(403);
      }
    });

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
    it.each([undefined, {}, { redirect_uris: 'http://localhost/callback' }, { redirect_uris: ['x'] }])(
      'registration with %j is refused in the form of RFC 7591',
      async (body) => {
        const answer = await service.request('POST', '/register', { body });
        expect([answer.status, answer.body]).toEqual([
          400,
          {
            error: expect.stringMatching(/^invalid_(client_metadata|redirect_uri)$/),
            error_description: expect.any(String),
          },
        ]);
      },
    );

    it.each(['/mcp/.well-known/openid-configuration', '/authorize', '/token'])(
      'is not served at %s',
      async (path) => {
        const answer = await service.request('GET', path);
        expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
      },
    );
  });
});
