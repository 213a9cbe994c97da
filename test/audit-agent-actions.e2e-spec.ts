import { query } from './support/database.js';
import { type AuditRow, TestService, type TestUser } from './support/test-service.js';

type Row = AuditRow & { targets: string[] };

/** Returns the members of a call's row that these specs compare. */
const about = ({ resource, targets, metadata, outcome }: Row) => ({ resource, targets, metadata, outcome });

describe('The audit row', () => {
  let service: TestService;
  let user: TestUser;
  let key: string;
  /** The documents in the order of lists, newest first. */
  let ids: string[];

  beforeAll(async () => {
    service = await TestService.start();
    user = await service.createUser();
    ({ apiKey: key } = await service.createKey(user, ['read', 'write', 'delete']));
    const made: string[] = [];
    for (const title of ['Travel rules', 'Travel costs', 'Lunch']) {
      const answer = await service.request<{ id: string }>('POST', '/api/documents', {
        key,
        body: { title, content: `${title}, in full.` },
      });
      made.unshift(answer.body.id);
    }
    ids = made;
  });
  afterAll(() => service.stop());

  const named = (...some: string[]) => some.map((id) => `document:${id}`);
  const rowOf = async (answer: { headers: Headers }): Promise<Row> => {
    const rows = await service.auditRows('request_id = $1', [answer.headers.get('x-request-id')]);
    expect(rows).toHaveLength(1);
    return rows[0] as Row;
  };
  const rest = (method: string, path: string, body?: unknown) => service.request(method, path, { key, body });

  it.each<[string, () => Promise<{ status: number; headers: Headers }>]>([
    ['documents_search', () => service.call(key, 'documents_search', { query: 'travel', limit: 7 })],
    [
      'POST /api/documents/search',
      () => rest('POST', '/api/documents/search', { query: 'travel', limit: 7 }),
    ],
  ])('%s keeps what was searched for, how many were found, and which', async (_, search) => {
    const row = about(await rowOf(await search()));
    expect(row).toEqual({
      outcome: 'success',
      resource: 'documents',
      targets: ['documents', expect.any(String), expect.any(String)],
      metadata: { query: 'travel', limit: 7, count: 2 },
    });
    expect(row.targets.slice(1).sort()).toEqual(named(ids[1]!, ids[2]!).sort());
  });

  it.each<[string, () => Promise<{ status: number; headers: Headers }>]>([
    ['documents_list', () => service.call(key, 'documents_list', { limit: 2 })],
    ['GET /api/documents', () => rest('GET', '/api/documents?limit=2')],
  ])('%s keeps which were shown', async (_, list) => {
    expect(about(await rowOf(await list()))).toEqual({
      outcome: 'success',
      resource: 'documents',
      targets: ['documents', ...named(ids[0]!, ids[1]!)],
      metadata: { limit: 2, count: 2 },
    });
  });

  it('of a search that finds nothing has the resource and a count of 0', async () => {
    const row = await rowOf(await service.call(key, 'documents_search', { query: 'zebra' }));
    expect(about(row)).toMatchObject({
      resource: 'documents',
      targets: ['documents'],
      metadata: { query: 'zebra', count: 0 },
    });
  });

  it('of the prompt documents_answer has the question, and which documents it showed', async () => {
    const params = { name: 'documents_answer', arguments: { question: 'What about lunch?' } };
    expect(about(await rowOf(await service.rpc(key, 'prompts/get', params)))).toEqual({
      outcome: 'success',
      resource: 'prompt:documents_answer',
      targets: ['prompt:documents_answer', ...named(ids[0]!)],
      metadata: { question: 'What about lunch?', count: 1 },
    });
  });

  it('of document:// says which document was read', async () => {
    const answer = await service.rpc(key, 'resources/read', { uri: `document://${ids[0]}` });
    expect(about(await rowOf(answer))).toEqual({
      outcome: 'success',
      resource: `document:${ids[0]}`,
      targets: named(ids[0]!),
      metadata: {},
    });
  });

  it('of a completion has what was typed, and what was suggested', async () => {
    const typed = ids[0]!.slice(0, 6);
    const answer = await service.rpc(key, 'completion/complete', {
      ref: { type: 'ref/resource', uri: 'document://{id}' },
      argument: { name: 'id', value: typed },
    });
    expect(about(await rowOf(answer))).toEqual({
      outcome: 'success',
      resource: 'document://{id}',
      targets: ['document://{id}', ...named(...ids)],
      metadata: { value: typed, count: 3 },
    });
  });

  it.each<[string, () => Promise<{ status: number; headers: Headers; body: any }>]>([
    [
      'documents_create',
      () => service.call(key, 'documents_create', { title: 'New', content: 'Text', filename: 'new.md' }),
    ],
    [
      'POST /api/documents',
      () => rest('POST', '/api/documents', { title: 'New', content: 'Text', filename: 'new.md' }),
    ],
  ])('%s keeps title and file name, and never the text', async (_, create) => {
    const answer = await create();
    const row = about(await rowOf(answer));
    expect(row.metadata).toEqual({ title: 'New', filename: 'new.md' });
    expect(row.resource).toMatch(/^document:/);
  });

  it.each<[string, () => Promise<{ status: number; headers: Headers }>]>([
    ['documents_update', () => service.call(key, 'documents_update', { id: ids[0], title: 'Lunch 2' })],
    ['PATCH /api/documents/{id}', () => rest('PATCH', `/api/documents/${ids[0]}`, { title: 'Lunch 2' })],
  ])('%s keeps the new title', async (_, update) => {
    expect(about(await rowOf(await update()))).toEqual({
      outcome: 'success',
      resource: `document:${ids[0]}`,
      targets: named(ids[0]!),
      metadata: { title: 'Lunch 2' },
    });
  });

  it.each<[string, () => Promise<{ status: number; headers: Headers }>]>([
    ['a tool', () => service.call(key, 'documents_search', { query: 5 })],
    ['a route', () => rest('POST', '/api/documents/search', { query: 5 })],
  ])('what the handler of %s never got, because it was not valid, is not kept', async (_, search) => {
    expect(about(await rowOf(await search()))).toEqual({
      outcome: 'failure',
      resource: 'documents',
      targets: ['documents'],
      metadata: {},
    });
  });

  it.each<[string, (key: string) => Promise<{ status: number; headers: Headers }>]>([
    ['a tool', (none) => service.call(none, 'documents_search', { query: 'secret plan' })],
    [
      'a route',
      (none) =>
        service.request('POST', '/api/documents/search', { key: none, body: { query: 'secret plan' } }),
    ],
  ])('what a caller without the scope asked %s is not kept', async (_, search) => {
    const { apiKey } = await service.createKey(user, ['documents:write']);
    const answer = await search(apiKey);
    expect(answer.status).toBe(403);
    expect(about(await rowOf(answer))).toEqual({
      outcome: 'denied',
      resource: 'documents',
      targets: ['documents'],
      metadata: {},
    });
  });

  it('of a search that fails says what was searched for', async () => {
    const rename = (from: string, to: string) =>
      query(service.database.ownerUrl, `ALTER TABLE ${from} RENAME TO ${to}`);
    await rename('document_terms', 'missing_terms');
    try {
      const answer = await service.call(key, 'documents_search', { query: 'turbine' });
      expect(about(await rowOf(answer))).toMatchObject({
        outcome: 'failure',
        resource: 'documents',
        metadata: { query: 'turbine' },
      });
    } finally {
      await rename('missing_terms', 'document_terms');
    }
  });

  it('of a list of users or keys says which rows were shown', async () => {
    const admin = (path: string) => service.request('GET', path, { key: service.adminKey });
    const users = await admin('/api/users?limit=1');
    expect(about(await rowOf(users))).toEqual({
      outcome: 'success',
      resource: 'users',
      targets: ['users', `user:${users.body.users[0].id}`],
      metadata: { limit: 1, count: 1 },
    });
    const keys = await admin(`/api/mcp/keys?userId=${user.id}&limit=1`);
    expect(about(await rowOf(keys))).toEqual({
      outcome: 'success',
      resource: 'api_keys',
      targets: ['api_keys', `api_key:${keys.body.keys[0].id}`],
      metadata: { userId: user.id, limit: 1, count: 1 },
    });
  });
});
