import { DEFAULT_ORGANIZATION } from '../src/access/principal.js';
import { generateApiKey } from '../src/api-keys/key-format.js';
import { TestService, type TestUser } from './support/test-service.js';

const NO_ROW = '01900000-0000-7000-8000-000000000000';
const EVENT_MEMBERS = [
  'action',
  'actors',
  'clientId',
  'durationMs',
  'elevated',
  'id',
  'ip',
  'keyId',
  'keyName',
  'keyStart',
  'metadata',
  'nodeId',
  'nodeSeq',
  'occurredAt',
  'organizationId',
  'outcome',
  'reason',
  'recordedAt',
  'requestId',
  'resource',
  'scopes',
  'targets',
  'tool',
  'traceId',
  'userAgent',
  'userId',
  'userName',
  'via',
];

interface Event {
  id: string;
  userId: string | null;
  keyId: string | null;
  action: string;
  occurredAt: string;
}

describe('The audit', () => {
  let service: TestService;
  let alice: TestUser;
  let bob: TestUser;
  let aliceKey: { id: string; apiKey: string; start: string };
  let readerKey: { id: string; apiKey: string };
  let bobKey: { id: string; apiKey: string };
  let auditorKey: { id: string; apiKey: string };
  let documentId: string;
  let middle: string;

  beforeAll(async () => {
    service = await TestService.start();
    alice = await service.createUser();
    bob = await service.createUser();
    aliceKey = await service.createKey(alice, ['read', 'write', 'delete', 'keys:*', 'audit:read']);
    readerKey = await service.createKey(alice, ['documents:read']);
    bobKey = await service.createKey(bob, ['read', 'write', 'audit:read']);
    auditorKey = await service.createKey(await service.createUser({ role: 'auditor' }), ['audit:read']);

    documentId = (await write(aliceKey.apiKey)).body.id;
    await service.request('GET', `/api/documents/${documentId}`, { key: aliceKey.apiKey });
    await service.call(readerKey.apiKey, 'documents_get', { id: documentId });
    await service.call(readerKey.apiKey, 'documents_delete', { id: documentId });
    await new Promise((resolve) => setTimeout(resolve, 5));
    middle = new Date().toISOString();
    await service.call(aliceKey.apiKey, 'documents_get', { id: NO_ROW });
    await write(bobKey.apiKey);
    await service.call(bobKey.apiKey, 'whoami');
    await service.auditRows();
  });
  afterAll(() => service.stop());

  const write = (key: string) =>
    service.request('POST', '/api/documents', { key, body: { title: 'Plan', content: 'We plan.' } });
  const events = (query: string, key = auditorKey.apiKey) =>
    service.request<{ events: Event[]; nextCursor: string | null }>('GET', `/api/audit${query}`, { key });
  const idsOf = (list: Event[]) => list.map(({ id }) => id);
  const rowsOf = (answer: { headers: Headers }) =>
    service.auditRows('request_id = $1', [answer.headers.get('x-request-id')]);

  describe('of an event', () => {
    it('has exactly the members of the contract', async () => {
      const call = await service.call(readerKey.apiKey, 'documents_get', { id: documentId });
      const [row] = await rowsOf(call);
      const { body } = await events(`?keyId=${readerKey.id}&limit=1`);
      const [event] = body.events;
      expect(Object.keys(body).sort()).toEqual(['events', 'nextCursor']);
      expect(Object.keys(event!).sort()).toEqual(EVENT_MEMBERS);
      expect(event).toEqual({
        id: row!.id,
        occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        recordedAt: expect.stringMatching(/^\d{4}-/),
        nodeId: expect.any(String),
        nodeSeq: expect.any(Number),
        userId: alice.id,
        userName: 'User 1',
        keyId: readerKey.id,
        keyStart: readerKey.apiKey.slice(0, 8),
        action: 'tools/call',
        tool: 'documents_get',
        resource: `document:${documentId}`,
        targets: [`document:${documentId}`],
        outcome: 'success',
        reason: null,
        elevated: false,
        scopes: ['documents:read'],
        ip: '127.0.0.1',
        userAgent: 'spec/1.0',
        requestId: call.headers.get('x-request-id'),
        traceId: null,
        durationMs: expect.any(Number),
        metadata: {},
        via: 'key',
        organizationId: DEFAULT_ORGANIZATION,
        keyName: 'Spec key',
        clientId: null,
        actors: null,
      });
    });
  });

  it.each([
    ['answered', 'documents_get'],
    ['refused', 'documents_delete'],
    ['asking for a tool that there is not', 'documents_nothing'],
  ])('names the trace of a call: %s', async (_, name) => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const params = { name, arguments: { id: documentId }, _meta: { traceparent } };
    const [row] = await rowsOf(await service.rpc(readerKey.apiKey, 'tools/call', params));
    expect(row).toMatchObject({ trace_id: '0af7651916cd43dd8448eb211c80319c' });
  });

  describe('filtered', () => {
    it.each<[string, () => string, string, () => unknown]>([
      ['userId', () => `userId=${alice.id}`, 'user_id = $1', () => alice.id],
      ['keyId', () => `keyId=${readerKey.id}`, 'key_id = $1', () => readerKey.id],
      ['tool', () => 'tool=documents_get', 'tool = $1', () => 'documents_get'],
      ['action', () => 'action=document.create', 'action = $1', () => 'document.create'],
      ['outcome', () => 'outcome=denied', 'outcome = $1', () => 'denied'],
      ['reason', () => 'reason=insufficient_scope', 'reason = $1', () => 'insufficient_scope'],
      ['resource', () => `resource=document:${documentId}`, 'resource = $1', () => `document:${documentId}`],
      [
        'userId and to',
        () => `userId=${alice.id}&to=${middle}`,
        'user_id = $1 AND occurred_at < $2',
        () => [alice.id, middle],
      ],
      [
        'userId and from',
        () => `userId=${alice.id}&from=${middle}`,
        'user_id = $1 AND occurred_at >= $2',
        () => [alice.id, middle],
      ],
      [
        'several at once',
        () => `userId=${alice.id}&tool=documents_get&outcome=failure`,
        `user_id = $1 AND tool = 'documents_get' AND outcome = 'failure'`,
        () => alice.id,
      ],
    ])('by %s shows exactly the rows that match, newest first', async (_, query, where, value) => {
      const expected = await service.auditRows(where, [value()].flat());
      const { status, body } = await events(`?${query()}`);
      expect(status).toBe(200);
      expect(expected).not.toHaveLength(0);
      expect(idsOf(body.events)).toEqual(expected.map(({ id }) => id).toReversed());
      expect(body.nextCursor).toBeNull();
    });

    it('by a time shows no row before "from", and none at or after "to"', async () => {
      const { body } = await events(`?userId=${alice.id}`);
      const time = body.events[1]!.occurredAt;
      const from = (await events(`?userId=${alice.id}&from=${time}`)).body.events;
      const to = (await events(`?userId=${alice.id}&to=${time}`)).body.events;
      expect(from.every(({ occurredAt }) => occurredAt >= time)).toBe(true);
      expect(to.every(({ occurredAt }) => occurredAt < time)).toBe(true);
      expect([...idsOf(from), ...idsOf(to)]).toEqual(idsOf(body.events));
    });

    it('by values that match nothing is empty', async () => {
      const { status, body } = await events(`?userId=${NO_ROW}`);
      expect([status, body]).toEqual([200, { events: [], nextCursor: null }]);
    });

    it.each([
      'userId=x',
      'keyId=1',
      'organizationId=default',
      'actor=x',
      'keyName=a&keyName=b',
      'clientId=%00',
      `clientId=${'x'.repeat(2_049)}`,
      'outcome=maybe',
      'from=yesterday',
      'from=2026-W10-1',
      'to=2026-123',
      'to=2026-01-01T00:00:00,5Z',
      'from=%2B2026-01-01',
      'tool=%00',
      'action=a&action=b',
      'limit=0',
      'limit=1001',
      'limit=x',
      'limit=1e3x',
      'cursor=x',
      'reason=%00',
      'elevated=true',
      'resource[]=x&resource[a]=y',
    ])('by ?%s is refused with 400', async (query) => {
      const answer = await events(`?${query}`);
      expect([answer.status, (answer.body as { code?: string }).code]).toEqual([400, 'validation_failed']);
    });
  });

  describe('in pages', () => {
    it('has no gap and no repetition, even while rows are added', async () => {
      const writer = await service.createUser();
      const { apiKey } = await service.createKey(writer, ['documents:read']);
      for (let call = 0; call < 23; call++) await service.call(apiKey, 'documents_list');
      const expected = (await service.auditRows('user_id = $1', [writer.id]))
        .map(({ id }) => id)
        .toReversed();
      expect(expected).toHaveLength(23);
      const seen: string[][] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const { body }: { body: { events: Event[]; nextCursor: string | null } } = await events(
          `?userId=${writer.id}&limit=5${cursor && `&cursor=${cursor}`}`,
        );
        seen.push(idsOf(body.events));
        cursor = body.nextCursor;
        await service.call(apiKey, 'documents_list');
        await service.auditRows();
      }
      expect(seen.map((page) => page.length)).toEqual([5, 5, 5, 5, 3]);
      expect(seen.flat()).toEqual(expected);
    });

    it('has up to 1000 rows in a page, and 100 by default', async () => {
      const { id } = await service.createUser();
      await service.query(
        `INSERT INTO audit_events (id, occurred_at, node_id, node_seq, user_id, action, outcome)
         SELECT ('01800000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, now(), '${NO_ROW}', n, $1, 'spec', 'success' FROM generate_series(1, 1105) n`,
        [id],
      );
      const sizes = async (query: string) =>
        (await service.pages(auditorKey.apiKey, `/api/audit?userId=${id}${query}`, 'events')).map(
          (page) => page.length,
        );
      expect(await sizes('&limit=1000')).toEqual([1000, 105]);
      expect(await sizes('')).toEqual([...Array<number>(11).fill(100), 5]);
      const pages = await service.pages<Event>(
        auditorKey.apiKey,
        `/api/audit?userId=${id}&limit=200`,
        'events',
      );
      expect(new Set(idsOf(pages.flat())).size).toBe(1105);
    });
  });

  describe('for readers', () => {
    const everybody = async (key: string) =>
      new Set((await events('?limit=1000', key)).body.events.map((e) => e.userId));

    it('who are auditors or admins shows all rows', async () => {
      for (const key of [auditorKey.apiKey, service.adminKey]) {
        const seen = await everybody(key);
        expect(seen).toContain(alice.id);
        expect(seen).toContain(bob.id);
      }
    });

    it('who are members shows their own rows only, whatever filter they send', async () => {
      expect(await everybody(aliceKey.apiKey)).toEqual(new Set([alice.id]));
      for (const query of [
        `?userId=${bob.id}`,
        `?keyId=${bobKey.id}`,
        `?userId=${bob.id}&keyId=${bobKey.id}`,
      ]) {
        const { status, body } = await events(query, aliceKey.apiKey);
        expect([status, body]).toEqual([200, { events: [], nextCursor: null }]);
        expect((await events(query)).body.events).not.toEqual([]);
      }
      const own = await events(`?userId=${alice.id}&keyId=${readerKey.id}`, aliceKey.apiKey);
      expect(own.body.events).not.toEqual([]);
    });

    it("who are members shows no rows of another user with that user's cursor", async () => {
      const { nextCursor } = (await events(`?userId=${bob.id}&limit=1`)).body;
      const { body } = await events(`?limit=1000&cursor=${nextCursor}`, aliceKey.apiKey);
      expect(new Set(body.events.map(({ userId }) => userId))).toEqual(new Set([alice.id]));
    });

    it('accepts an id in capitals', async () => {
      for (const key of [auditorKey.apiKey, aliceKey.apiKey]) {
        const { body } = await events(`?userId=${alice.id.toUpperCase()}`, key);
        expect(body.events).not.toEqual([]);
      }
    });

    it('who were demoted from auditor shows their own rows only, at once', async () => {
      const user = await service.createUser({ role: 'auditor' });
      const { apiKey } = await service.createKey(user, ['audit:read']);
      expect((await everybody(apiKey)).size).toBeGreaterThan(1);
      await service.request('PATCH', `/api/users/${user.id}`, {
        key: service.adminKey,
        body: { role: 'member' },
      });
      await service.auditRows();
      expect(await everybody(apiKey)).toEqual(new Set([user.id]));
    });

    it('requires the scope by name, because the coarse "read" does not reach it', async () => {
      const { apiKey } = await service.createKey(alice, ['read', 'write', 'delete']);
      const answer = await events('', apiKey);
      expect([answer.status, (answer.body as { code?: string }).code]).toEqual([403, 'insufficient_scope']);
      expect(await rowsOf(answer)).toMatchObject([
        { user_id: alice.id, action: 'audit.list', outcome: 'denied', reason: 'insufficient_scope' },
      ]);
    });

    it('has a row of each read, which says what was requested', async () => {
      const answer = await events(`?userId=${alice.id}&outcome=success&limit=5`);
      expect(await rowsOf(answer)).toMatchObject([
        {
          key_id: auditorKey.id,
          action: 'audit.list',
          scopes: ['audit:read'],
          outcome: 'success',
          elevated: true,
          request_id: answer.headers.get('x-request-id'),
          metadata: { filters: { userId: alice.id, outcome: 'success', limit: 5 } },
        },
      ]);
    });

    it('has no REST route that changes or removes a row', async () => {
      const [event] = (await events('?limit=1')).body.events;
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const answers = [
          await service.request(method, '/api/audit', { key: service.adminKey }),
          await service.request(method, `/api/audit/${event!.id}`, { key: service.adminKey }),
        ];
        expect(answers.map(({ status }) => status)).toEqual([405, 405]);
        expect(answers[0]!.headers.get('allow')).toBe('GET');
      }
      expect(await service.auditRows('id = $1', [event!.id])).toHaveLength(1);
    });
  });

  describe('of REST calls', () => {
    it('has one row for every change, with who, what and where', async () => {
      const admin = service.adminKey;
      const send = (method: string, path: string, body?: unknown, key = admin) =>
        service.request(method, path, { key, body });
      const expectRow = async (answer: { status: number; headers: Headers; text: string }, row: object) => {
        expect(answer.status).toBeLessThan(300);
        const rows = await rowsOf(answer);
        expect(rows).toMatchObject([
          { outcome: 'success', reason: null, tool: null, ip: '127.0.0.1', user_agent: 'spec/1.0', ...row },
        ]);
        expect(rows[0]!.duration_ms).toBeGreaterThan(0);
      };
      const user = await send('POST', '/api/users', { email: 'audited@example.org', name: 'A' });
      await expectRow(user, {
        action: 'user.create',
        resource: `user:${user.body.id}`,
        scopes: ['users:write'],
        elevated: true,
      });
      const changed = await send('PATCH', `/api/users/${user.body.id}`, { name: 'B' });
      await expectRow(changed, { action: 'user.update', resource: `user:${user.body.id}`, elevated: true });

      const key = await send('POST', '/api/mcp/keys', {
        name: 'K',
        userId: user.body.id,
        scopes: ['keys:*', 'read', 'write', 'delete'],
      });
      const keyRow = { resource: `api_key:${key.body.id}`, scopes: ['keys:write'], elevated: true };
      await expectRow(key, { action: 'api_key.create', ...keyRow });
      await expectRow(await send('PATCH', `/api/mcp/keys/${key.body.id}`, { name: 'L' }), {
        action: 'api_key.update',
        ...keyRow,
      });
      const rotated = await send('POST', `/api/mcp/keys/${key.body.id}/rotate`, {});
      await expectRow(rotated, { action: 'api_key.rotate', ...keyRow });
      const all = await send('POST', '/api/mcp/keys/rotate', undefined, rotated.body.apiKey);
      await expectRow(all, {
        action: 'api_key.rotateAll',
        resource: `api_key:${all.body.id}`,
        user_id: user.body.id,
        key_id: rotated.body.id,
      });

      const own = all.body.apiKey as string;
      const who = { user_id: user.body.id, key_id: all.body.id, key_start: all.body.start };
      const document = await send('POST', '/api/documents', { title: 'T', content: 'C' }, own);
      const path = `/api/documents/${document.body.id}`;
      const documentRow = { resource: `document:${document.body.id}`, ...who };
      await expectRow(document, { action: 'document.create', elevated: false, ...documentRow });
      await expectRow(await send('PATCH', path, { title: 'U' }, own), {
        action: 'document.update',
        ...documentRow,
      });
      await expectRow(await send('DELETE', path, undefined, own), {
        action: 'document.delete',
        elevated: true,
        scopes: ['documents:delete'],
        ...documentRow,
      });
      await expectRow(await send('DELETE', `/api/mcp/keys/${all.body.id}`), {
        action: 'api_key.revoke',
        resource: `api_key:${all.body.id}`,
      });
    });

    it('has a row for a change that failed, with the reason', async () => {
      const invalid = await service.request('POST', '/api/users', {
        key: service.adminKey,
        body: { name: 'x' },
      });
      expect(invalid.status).toBe(400);
      expect(await rowsOf(invalid)).toMatchObject([
        { action: 'user.create', outcome: 'failure', reason: 'validation_failed', resource: null },
      ]);
      const taken = await service.request('POST', '/api/users', {
        key: service.adminKey,
        body: { name: 'x', email: alice.email },
      });
      expect(await rowsOf(taken)).toMatchObject([
        { action: 'user.create', outcome: 'failure', reason: 'conflict', elevated: true },
      ]);
      const wide = await service.request('POST', '/api/mcp/keys', {
        key: aliceKey.apiKey,
        body: { name: 'x', scopes: ['read'], userId: bob.id },
      });
      expect(await rowsOf(wide)).toMatchObject([
        { action: 'api_key.create', outcome: 'denied', reason: 'not_admin', user_id: alice.id },
      ]);
    });

    it('has a row for a caller without a key, and none for health', async () => {
      const refused = await service.request('GET', '/api/documents');
      expect(await rowsOf(refused)).toMatchObject([
        {
          user_id: null,
          key_id: null,
          action: 'document.list',
          outcome: 'denied',
          reason: 'missing_api_key',
        },
      ]);
      expect(await rowsOf(await service.request('GET', '/health'))).toEqual([]);
    });

    it('numbers its rows without a gap', async () => {
      await Promise.all(Array.from({ length: 60 }, () => service.call(aliceKey.apiKey, 'whoami')));
      await service.auditRows();
      const nodes = await service.query<{ first: string; last: string; rows: string }>(
        `SELECT min(node_seq) AS first, max(node_seq) AS last, count(*) AS rows
         FROM audit_events WHERE node_id <> '${NO_ROW}' GROUP BY node_id`,
      );
      expect(nodes).toEqual([{ first: '1', last: nodes[0]!.rows, rows: nodes[0]!.rows }]);
    });
  });
});

describe('Unknown callers', () => {
  const LIMIT = 5;
  let service: TestService;

  beforeEach(async () => {
    service = await TestService.start({
      env: { RATE_LIMIT_FAILED_KEYS: String(LIMIT), TRUST_PROXY: '127.0.0.1' },
    });
  });
  afterEach(() => service.stop());

  const ask = (key: string | undefined, ip: string, path = '/api/me') =>
    service.request('GET', path, { key, headers: { 'x-forwarded-for': ip } });

  it('are answered with 429 after too many failed keys from their address, while a valid key still passes', async () => {
    const { apiKey } = await service.createKey(await service.createUser(), ['read']);
    for (let failure = 1; failure <= LIMIT; failure++) {
      expect((await ask(generateApiKey('mcp'), '192.0.2.1')).status).toBe(401);
    }
    const refused = await ask(generateApiKey('mcp'), '192.0.2.1');
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(refused.body.retryAfterSeconds).toBe(wait);
    expect((await ask('nonsense', '192.0.2.1')).status).toBe(429);
    expect((await ask(apiKey, '192.0.2.1')).status).toBe(200);
    expect((await ask(generateApiKey('mcp'), '192.0.2.2')).status).toBe(401);
    const onMcp = await service.call(generateApiKey('mcp'), 'whoami', {}, { 'x-forwarded-for': '192.0.2.1' });
    expect([onMcp.status, onMcp.body.error.data.code]).toEqual([429, 'rate_limited']);
  });

  it('are answered with 429 after many attempts with a revoked key, while another key of the same user passes', async () => {
    const user = await service.createUser();
    const revoked = await service.createKey(user, ['read']);
    const good = await service.createKey(user, ['read']);
    await service.request('DELETE', `/api/mcp/keys/${revoked.id}`, { key: service.adminKey });
    const statuses: number[] = [];
    for (let call = 0; call < LIMIT + 2; call++)
      statuses.push((await ask(revoked.apiKey, '192.0.2.3')).status);
    expect(statuses).toEqual([...Array<number>(LIMIT).fill(401), 429, 429]);
    expect((await ask(good.apiKey, '192.0.2.3')).status).toBe(200);
    const rows = await service.auditRows('key_id = $1', [revoked.id]);
    expect(rows.map(({ reason, outcome }) => [reason, outcome])).toEqual([
      ...Array.from({ length: LIMIT }, () => ['revoked_api_key', 'denied']),
      ['rate_limited', 'denied'],
    ]);
  });

  it('cannot fill the audit, because their refusals are bounded per address', async () => {
    for (let call = 0; call < 40; call++) {
      await ask(undefined, '192.0.2.4', '/api/documents');
      await ask(generateApiKey('mcp'), '192.0.2.4', '/api/documents');
    }
    await ask(undefined, '192.0.2.5', '/api/documents');
    const rows = await service.auditRows('user_id IS NULL AND ip = $1', ['192.0.2.4']);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBeLessThanOrEqual(LIMIT + 1);
    expect(await service.auditRows('user_id IS NULL AND ip = $1', ['192.0.2.5'])).toHaveLength(1);
  });

  it('cannot hide the refusals of a known key behind their own', async () => {
    const user = await service.createUser();
    const { apiKey, id } = await service.createKey(user, ['read']);
    for (let call = 0; call < LIMIT * 3; call++) await ask(generateApiKey('mcp'), '192.0.2.6');
    const refused = await ask(apiKey, '192.0.2.6', '/api/users');
    expect(refused.status).toBe(403);
    expect(await service.auditRows('key_id = $1', [id])).toMatchObject([
      { user_id: user.id, outcome: 'denied', reason: 'insufficient_scope', ip: '192.0.2.6' },
    ]);
  });
});
