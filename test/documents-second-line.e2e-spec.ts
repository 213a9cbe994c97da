import { Client } from 'pg';
import { TestService } from './support/test-service.js';

type Query = (this: Client, config: unknown, ...rest: unknown[]) => unknown;

const SCOPES = ['documents:read', 'documents:write', 'documents:delete', 'documents:share'];
const FILTER = /(\w+\.)?organization_id = \$(\d+)/g;

/** Lets a statement about documents forget the organisation. Its values stay the same. */
const withoutFilter = (text: string) =>
  text.includes('documents d') ? text.replaceAll(FILTER, '$$$2::uuid IS NOT NULL') : text;

describe('Documents where the service forgets to ask for the organisation', () => {
  const { query } = Client.prototype as unknown as { query: Query };
  let service: TestService;
  let [here, there]: string[] = [];
  let forgotten = 0;

  beforeAll(async () => {
    Client.prototype.query = function (this: Client, config: unknown, ...rest: unknown[]) {
      const statement = typeof config === 'string' ? { text: config } : (config as { text?: string });
      const text = statement.text === undefined ? undefined : withoutFilter(statement.text);
      if (text === statement.text) return query.call(this, config, ...rest);
      forgotten++;
      if (typeof config === 'string') return query.call(this, text, ...rest);
      statement.text = text!;
      return query.call(this, statement, ...rest);
    } as typeof Client.prototype.query;
    service = await TestService.start();
    // The same person in both, so that nothing but the organisation tells the rows apart.
    const user = await service.createUser({}, await service.createOrganization());
    const keyIn = async (organizationId?: string) =>
      (await service.createKey({ ...user, organizationId: organizationId! }, SCOPES)).apiKey;
    [here, there] = [await keyIn(), await keyIn(user.organizationId)];
  });
  afterAll(async () => {
    Client.prototype.query = query as unknown as typeof Client.prototype.query;
    await service.stop();
  });

  async function documentOf(key: string): Promise<string> {
    const body = { title: 'Travel rules', content: 'Trains within the country' };
    return (await service.request<{ id: string }>('POST', '/api/documents', { key, body })).body.id;
  }

  const WAYS: Record<string, (key: string, id: string) => Promise<boolean>> = {
    'GET /api/documents/{id}': async (key, id) =>
      (await service.request('GET', `/api/documents/${id}`, { key })).status === 200,
    'GET /api/documents': async (key, id) =>
      (await service.request('GET', '/api/documents', { key })).text.includes(id),
    documents_get: async (key, id) =>
      (await service.call(key, 'documents_get', { id })).text.includes('Trains'),
    documents_list: async (key, id) => (await service.call(key, 'documents_list')).text.includes(id),
    'GET /api/documents/{id}/shares': async (key, id) =>
      (await service.request('GET', `/api/documents/${id}/shares`, { key })).status === 200,
    'PATCH /api/documents/{id}': async (key, id) =>
      (await service.request('PATCH', `/api/documents/${id}`, { key, body: { title: 'Taken' } })).status ===
      200,
    'DELETE /api/documents/{id}': async (key, id) =>
      (await service.request('DELETE', `/api/documents/${id}`, { key })).status < 300,
  };

  it.each(Object.keys(WAYS))('are out of reach from another organisation by %s', async (name) => {
    const way = WAYS[name]!;
    for (const [own, other] of [
      [here!, there!],
      [there!, here!],
    ] as const) {
      const id = await documentOf(own);
      expect(await way(other, id)).toBe(false);
      expect(await way(own, id)).toBe(true);
    }
    expect(forgotten).toBeGreaterThan(0);
  });

  it('are not found by a search from another organisation', async () => {
    const found = async (key: string) => {
      const body = { query: 'trains' };
      return (await service.request('POST', '/api/documents/search', { key, body })).text;
    };
    const [mine, theirs] = [await documentOf(here!), await documentOf(there!)];
    const answers = [await found(here!), await found(there!)];
    expect(answers.map((text) => [text.includes(mine), text.includes(theirs)])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('would be within reach without the second line', async () => {
    await service.query('ALTER TABLE documents DISABLE ROW LEVEL SECURITY');
    try {
      const id = await documentOf(here!);
      const reached: string[] = [];
      for (const [name, way] of Object.entries(WAYS)) if (await way(there!, id)) reached.push(name);
      expect(reached).toEqual(Object.keys(WAYS));
    } finally {
      await service.query('ALTER TABLE documents ENABLE ROW LEVEL SECURITY');
    }
  });
});
