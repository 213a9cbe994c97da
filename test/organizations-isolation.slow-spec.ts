import { Contract, type DocumentedOperation } from './support/contract.js';
import { createOrganization, type TestOrganization } from './support/organizations.js';
import { type Answer, TestService, type TestUser } from './support/test-service.js';

const NO_ROW = '01900000-0000-7000-8000-000000000000';

/** Lists the routes that a program asks in another way, and where they are specified. */
const ELSEWHERE: Record<string, string> = {
  'AuditStreamController.stream': 'audit-organizations: it does not end by itself',
  'McpController.get': 'it answers 405 to everybody',
  'McpController.delete': 'it answers 405 to everybody',
  'McpController.post': 'by the tools, the resources and the prompts below',
  'DocumentsController.upload': 'it takes a form, and no id',
};

/** All that an organisation has, by the ids that a request may name. Its texts have a word that nobody else has. */
interface World {
  organization: TestOrganization;
  word: string;
  ids: Record<string, string>;
}

interface QueryParameter {
  name: string;
  in: string;
  schema?: { format?: string; type?: string; enum?: string[] };
}

const isId = (name: string) => /^id$|Id$/.test(name);

/** What a list is asked for: each id of another organisation, each choice, and words that its keys have. */
function valuesOf(name: string, schema: QueryParameter['schema'] = {}, { ids }: World): string[] {
  if (isId(name) || schema.format === 'uuid') return Object.values(ids);
  if (name === 'words') return ['key', 'person', 'agent'];
  return schema.type === 'boolean' ? ['true', 'false'] : (schema.enum ?? []);
}

describe('An organization', () => {
  let service: TestService;
  let operations: DocumentedOperation[];
  let worlds: World[];

  beforeAll(async () => {
    service = await TestService.start();
    operations = new Contract((await service.request('GET', '/docs/openapi.json')).body).operations();
    worlds = [];
    for (const word of ['quartzalpha', 'quartzbeta', 'quartzgamma']) worlds.push(await worldOf(word));
  }, 60_000);
  afterAll(() => service.stop());

  const made = async (method: string, path: string, key: string, body: unknown): Promise<any> => {
    const answer = await service.request(method, path, { key, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
    return answer.body;
  };

  async function worldOf(word: string): Promise<World> {
    const organization = await createOrganization(service, `Company ${word}`);
    const { ownerKey: key, owner } = organization;
    const person: TestUser = await organization.person({ name: `Person ${word}` });
    const apiKey = await made('POST', '/api/mcp/keys', key, { name: `Key ${word}`, scopes: ['read'] });
    const team = await made('POST', '/api/teams', key, { name: `Team ${word}` });
    await made('PUT', `/api/teams/${team.id}/members/${person.id}`, key, { role: 'member' });
    const agent = await made('POST', '/api/agents', key, {
      name: `Agent ${word}`,
      scopes: ['documents:read'],
    });
    const client = await made('POST', '/api/oauth/clients', key, {
      name: `Client ${word}`,
      redirectUris: ['https://client.example.com/callback'],
    });
    const [grant] = await service.query(
      `INSERT INTO oauth_consents (id, client_id, user_id, reference_id, scopes, created_at, updated_at)
       VALUES (gen_random_uuid(), $1, $2, $3, '["documents:read"]', now(), now()) RETURNING id`,
      [client.clientId, person.id, organization.id],
    );
    // It is of the whole service, and so of no organisation but the default one.
    const [verification] = await service.query(
      `INSERT INTO audit_verifications (id, state, requested_by, problem) VALUES (gen_random_uuid(), 'failed', $1, $2) RETURNING id`,
      [person.id, `Problem ${word}`],
    );
    const text = { title: `Title ${word}`, content: `Some ${word} of the company`, filename: `${word}.md` };
    const document = await made('POST', '/api/documents', key, text);
    await made('PUT', `/api/documents/${document.id}/shares/${team.id}`, key, { role: 'editor' });
    return {
      organization,
      word,
      ids: {
        organization: organization.id,
        owner: owner.id,
        person: person.id,
        key: apiKey.id,
        team: team.id,
        agent: agent.id,
        client: client.clientId,
        grant: grant!.id as string,
        document: document.id,
        verification: verification!.id as string,
      },
    };
  }

  /** What PostgreSQL has of an organisation, but for its audit rows and when its keys were used. */
  const rowsOf = ({ organization: { id } }: World) =>
    service.query(
      `SELECT 'user' AS kind, to_jsonb(u) - 'updated_at' AS row FROM users u JOIN memberships m ON m.user_id = u.id
         WHERE m.organization_id = $1
       UNION ALL SELECT 'organization', to_jsonb(o) FROM organizations o WHERE id = $1
       UNION ALL SELECT 'membership', to_jsonb(m) FROM memberships m WHERE organization_id = $1
       UNION ALL SELECT 'key', to_jsonb(k) - 'last_used_at' - 'used_from' FROM api_keys k WHERE organization_id = $1
       UNION ALL SELECT 'team', to_jsonb(t) FROM teams t WHERE organization_id = $1
       UNION ALL SELECT 'team_member', to_jsonb(m) FROM team_members m JOIN teams t ON t.id = m.team_id
         WHERE t.organization_id = $1
       UNION ALL SELECT 'agent', to_jsonb(a) FROM agents a WHERE organization_id = $1
       UNION ALL SELECT 'client', to_jsonb(d) FROM oauth_client_decisions d WHERE organization_id = $1
       UNION ALL SELECT 'grant', to_jsonb(g) FROM oauth_consents g WHERE reference_id = $1::text
       UNION ALL SELECT 'document', to_jsonb(d) FROM documents d WHERE organization_id = $1
       UNION ALL SELECT 'verification', to_jsonb(v) FROM audit_verifications v
         JOIN memberships m ON m.user_id = v.requested_by WHERE m.organization_id = $1
       UNION ALL SELECT 'share', to_jsonb(s) FROM document_shares s WHERE organization_id = $1
       ORDER BY 1, 2`,
      [id],
    );

  const textOf = ({ headers, text }: Answer) => `${JSON.stringify([...headers])} ${text}`;
  const bodyOf = ({ operation }: DocumentedOperation) => {
    const content = operation.requestBody?.content?.['application/json'];
    return content === undefined ? undefined : (content.example as Record<string, unknown> | undefined);
  };
  const asked = () => operations.filter(({ id }) => !(id in ELSEWHERE));
  const parametersOf = ({ path }: DocumentedOperation) =>
    [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);

  /** The answers to an operation with each id of `other`, and where it takes two, with each beside an own one. */
  async function withForeignIds(operation: DocumentedOperation, own: World, other: World) {
    const names = parametersOf(operation).filter(isId);
    const answers: Answer[] = [];
    const send = async (values: Record<string, string>) => {
      const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'whoami');
      const body = bodyOf(operation);
      const options = { key: own.organization.ownerKey, ...(body && { body }) };
      answers.push(await service.request(operation.method, path, options));
    };
    const [first, second] = names;
    for (const foreign of Object.values(other.ids)) {
      if (second === undefined) await send({ [first!]: foreign });
      else
        for (const local of Object.values(own.ids)) {
          await send({ [first!]: foreign, [second]: local });
          await send({ [first!]: local, [second]: foreign });
        }
    }
    return answers;
  }

  it('is asked by every route that takes an id with those of another one, and nothing of that is told or changed', async () => {
    const [own, other] = worlds as [World, World];
    const before = await rowsOf(other);
    expect(before.length).toBeGreaterThan(15);
    const taking = asked().filter((operation) => parametersOf(operation).some(isId));
    expect(taking.length).toBeGreaterThan(30);
    const told: unknown[] = [];
    for (const operation of taking)
      for (const answer of await withForeignIds(operation, own, other))
        if (![400, 403, 404].includes(answer.status) || textOf(answer).includes(other.word))
          told.push([operation.id, answer.status, answer.text]);
    expect(told).toEqual([]);
    expect(await rowsOf(other)).toEqual(before);
  }, 120_000);

  it('is told 404 for a row of another one exactly as for a row that does not exist', async () => {
    const [own, other] = worlds as [World, World];
    const { ownerKey: key } = own.organization;
    const paths: [string, string][] = [
      ['users', other.ids.person!],
      ['mcp/keys', other.ids.key!],
      ['teams', other.ids.team!],
      ['agents', other.ids.agent!],
      ['oauth/clients', other.ids.client!],
      ['documents', other.ids.document!],
      ['organizations', other.ids.organization!],
    ];
    const without = (problem: object) =>
      Object.entries(problem).filter(([name]) => !['requestId', 'instance'].includes(name));
    for (const [plural, id] of paths) {
      const there = await service.request('GET', `/api/${plural}/${id}`, { key });
      const nowhere = await service.request('GET', `/api/${plural}/${NO_ROW}`, { key });
      expect([plural, there.status, without(there.body)]).toEqual([plural, 404, without(nowhere.body)]);
      expect([...there.headers.keys()]).toEqual([...nowhere.headers.keys()]);
    }
  });

  it('finds nothing of another one in any list, with whatever filter names an id of that', async () => {
    const [own, other] = worlds as [World, World];
    const { ownerKey: key } = own.organization;
    const lists = asked().filter(({ method, path }) => method === 'GET' && !/\{/.test(path));
    const told: unknown[] = [];
    let filters = 0;
    for (const { id, path, operation } of lists) {
      const parameters = ((operation.parameters ?? []) as QueryParameter[]).filter(
        (one) => one.in === 'query',
      );
      const singles = parameters.flatMap(({ name, schema }) =>
        valuesOf(name, schema, other).map((value) => `${name}=${value}`),
      );
      // A list of all is where a filter matters most.
      const ofAll = parameters.some(({ name }) => name === 'owner')
        ? singles.map((single) => `owner=all&${single}`)
        : [];
      const queries = ['', ...[...singles, ...ofAll].map((query) => `?${query}`)];
      filters += queries.length - 1;
      for (const query of queries) {
        const answer = await service.request('GET', path + query, { key });
        if (textOf(answer).includes(other.word)) told.push([id, query, answer.text]);
      }
    }
    expect(filters).toBeGreaterThan(20);
    expect(told).toEqual([]);
  }, 60_000);

  it('cannot have what it makes belong to another one, or be shared with it', async () => {
    const [own, other] = worlds as [World, World];
    const before = await rowsOf(other);
    const tries: [string, string, Record<string, unknown>][] = [];
    for (const id of Object.values(other.ids)) {
      tries.push(['POST', '/api/mcp/keys', { name: 'K', scopes: ['read'], userId: id }]);
      tries.push(['POST', '/api/mcp/keys', { name: 'K', scopes: ['read'], organizationId: id }]);
      tries.push(['POST', '/api/agents', { name: 'A', scopes: ['documents:read'], ownerId: id }]);
      tries.push(['POST', '/api/documents', { title: 'T', content: 'C', teamId: id }]);
      tries.push(['PUT', `/api/documents/${own.ids.document}/shares/${id}`, { role: 'reader' }]);
      tries.push(['PUT', `/api/documents/sources/shares/${id}`, { source: 'handbook', role: 'reader' }]);
      tries.push(['PUT', `/api/teams/${own.ids.team}/members/${id}`, { role: 'member' }]);
    }
    for (const [method, path, body] of tries) {
      const answer = await service.request(method, path, { key: own.organization.ownerKey, body });
      expect([path, body, [400, 403, 404].includes(answer.status)]).toEqual([path, body, true]);
      expect(textOf(answer)).not.toContain(other.word);
    }
    const handover = `/api/organizations/${own.ids.organization}/members/${own.ids.person}?data=handover&to=`;
    for (const id of Object.values(other.ids)) {
      const answer = await service.request('DELETE', handover + id, { key: own.organization.ownerKey });
      expect(answer.status).toBe(404);
    }
    expect(await rowsOf(other)).toEqual(before);
  });

  it('reaches nothing of another one by tools, resources, prompts and completions', async () => {
    const [own, other] = worlds as [World, World];
    const before = await rowsOf(other);
    const key = await own.organization.keyOf(own.organization.owner, ['read', 'write', 'delete']);
    const { tools } = (await service.rpc(key, 'tools/list')).body.result as {
      tools: { name: string; inputSchema: { properties?: Record<string, unknown>; required?: string[] } }[];
    };
    expect(tools.length).toBeGreaterThan(6);
    const answers: [string, Answer][] = [];
    for (const { name, inputSchema } of tools)
      for (const id of Object.values(other.ids)) {
        const members = Object.keys(inputSchema.properties ?? {});
        const args = Object.fromEntries(
          members.flatMap((member): [string, unknown][] => {
            if (isId(member)) return [[member, id]];
            if (['query', 'question'].includes(member)) return [[member, other.word]];
            return inputSchema.required?.includes(member) ? [[member, 'text']] : [];
          }),
        );
        answers.push([name, await service.call(key, name, args)]);
      }
    answers.push(['resources', await service.rpc(key, 'resources/list')]);
    for (const id of Object.values(other.ids)) {
      answers.push(['read', await service.rpc(key, 'resources/read', { uri: `document://${id}` })]);
      const ref = { type: 'ref/resource', uri: 'document://{id}' };
      const argument = { name: 'id', value: id.slice(0, 20) };
      const completed = await service.rpc(key, 'completion/complete', { ref, argument });
      expect(completed.text).not.toContain(id);
    }
    const question = { name: 'documents_answer', arguments: { question: `What is said of ${other.word}?` } };
    const prompt = await service.rpc(key, 'prompts/get', question);
    expect(prompt.text).not.toContain(other.ids.document);
    expect(prompt.text).not.toContain(`Title ${other.word}`);
    const results = (answer: Answer) => JSON.stringify(answer.body.result?.structuredContent?.results ?? []);
    for (const [name, answer] of answers) {
      const text = name === 'documents_search' ? results(answer) : textOf(answer);
      expect([name, text.includes(other.word)]).toEqual([name, false]);
    }
    expect(await rowsOf(other)).toEqual(before);
  }, 60_000);
});
