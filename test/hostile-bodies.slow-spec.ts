import pLimit from 'p-limit';
import { TestService, type TestUser } from './support/test-service.js';

const IN_FLIGHT = 8;

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
    [
      'POST',
      '/register',
      () => '/register',
      { redirect_uris: ['https://client.example/callback'] },
      ['client_name', 'grant_types'],
    ],
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
