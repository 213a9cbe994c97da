import { randomUUID } from 'node:crypto';
import { Contract, type DocumentedOperation } from './support/contract.js';
import { TestService, type TestUser } from './support/test-service.js';

const DOCUMENTS = '/api/documents';
const KEYS = '/api/mcp/keys';
/** The value of every member that a writer has not sent. */
const HIDDEN = 'hidden-from-writers';
/** Lists the members that every writer may see: the id of the row, and its times. */
const KNOWN = ['id', 'createdAt', 'updatedAt'];
const KEY_KNOWN = [...KNOWN, 'start'];

const UPLOAD = [
  '--part',
  'Content-Disposition: form-data; name="file"; filename="mine.md"',
  '',
  '# Mine',
  '--part--',
  '',
].join('\r\n');

interface Write {
  id?: string;
  body?: Record<string, unknown>;
  /** A body of `multipart/form-data` in place of JSON. */
  form?: string;
  /** The members that the answer must have, and no others; undefined means an empty answer. */
  members?: string[];
}

// A key that may write but not read must not learn the content of a row by writing to it.
describe('A key without the scope to read', () => {
  let service: TestService;
  let contract: Contract;
  let operations: DocumentedOperation[];
  let owner: TestUser;
  /** The key may write everything and read nothing; its owner's role may hold the scopes for users. */
  let writer: string;

  beforeAll(async () => {
    service = await TestService.start();
    contract = new Contract((await service.request('GET', '/docs/openapi.json')).body);
    operations = contract.operations();
    owner = await service.createUser({ role: 'admin' });
    const scopes = [
      'documents:write',
      'documents:delete',
      'keys:write',
      'users:write',
      'limits:write',
      'teams:write',
      'agents:write',
      'organizations:write',
    ];
    writer = (await service.createKey(owner, scopes)).apiKey;
  });
  afterAll(() => service.stop());

  const reader = async () =>
    (
      await service.createKey(owner, [
        'read',
        'write',
        'delete',
        'keys:*',
        'users:*',
        'teams:*',
        'agents:*',
        'organizations:*',
      ])
    ).apiKey;
  const document = async (): Promise<string> => {
    const body = { title: `${HIDDEN} title`, content: `${HIDDEN} text`, filename: `${HIDDEN}.md` };
    return (await service.request('POST', DOCUMENTS, { key: await reader(), body })).body.id as string;
  };
  const key = async (): Promise<string> =>
    (
      await service.createKey(owner, ['documents:write'], {
        name: HIDDEN,
        metadata: { note: HIDDEN },
        ipAllowlist: ['192.0.2.77'],
      })
    ).id;
  const user = async (): Promise<string> => (await service.createUser({ name: HIDDEN })).id;
  const agent = async (): Promise<string> => {
    const body = { name: HIDDEN, scopes: ['documents:write'] };
    return (await service.request('POST', '/api/agents', { key: await reader(), body })).body.id as string;
  };
  const team = async (): Promise<string> => {
    const body = { name: `${HIDDEN} ${randomUUID()}` };
    return (await service.request('POST', '/api/teams', { key: await reader(), body })).body.id as string;
  };
  const organization = async (): Promise<string> => {
    const body = { name: HIDDEN };
    const made = await service.request('POST', '/api/organizations', { key: await reader(), body });
    return made.body.id as string;
  };
  const created = { title: 'Mine', content: 'My text' };

  /** Lists a write through each route that requires a scope to write or delete. */
  const routes: Record<string, () => Promise<Write>> = {
    'DocumentsController.create': async () => ({ body: created, members: ['title', 'content'] }),
    'DocumentsController.upload': async () => ({ form: UPLOAD, members: ['title', 'content', 'filename'] }),
    'DocumentsController.update': async () => ({
      id: await document(),
      body: { filename: null },
      members: ['filename'],
    }),
    'DocumentsController.delete': async () => ({ id: await document() }),
    'ApiKeysController.update': async () => ({
      id: await key(),
      body: { enabled: false },
      members: ['enabled'],
    }),
    'ApiKeysController.revoke': async () => ({ id: await key() }),
    'ToolLimitsController.replace': async () => ({ id: 'whoami', body: { perMinute: 1_000_000 } }),
    'UsersController.create': async () => ({
      body: { email: 'Written@Example.com', name: 'Written' },
      members: ['email', 'name'],
    }),
    'AgentsController.update': async () => ({
      id: await agent(),
      body: { requestsPerMinute: 7 },
      members: ['requestsPerMinute'],
    }),
    'OrganizationsController.create': async () => ({ body: { name: 'Example Inc.' }, members: ['name'] }),
    'OrganizationsController.update': async () => ({
      id: await organization(),
      body: { requestsPerMinute: 7 },
      members: ['requestsPerMinute'],
    }),
    'TeamsController.create': async () => ({ body: { name: `Team ${randomUUID()}` }, members: ['name'] }),
    'TeamsController.update': async () => ({
      id: await team(),
      body: { requestsPerMinute: 7 },
      members: ['requestsPerMinute'],
    }),
    'InvitationsController.create': async () => ({
      body: { email: 'Invited@Example.com', name: 'Invited' },
      members: ['email', 'name'],
    }),
    'UsersController.update': async () => ({ id: await user(), body: { tier: 'paid' }, members: ['tier'] }),
  };
  /** Lists the members of an issued key, whose holder may read them anyway (`GET /api/me`). */
  const issuing = ['ApiKeysController.create', 'ApiKeysController.rotate', 'ApiKeysController.rotateAll'];

  /** Lists the routes that replace all that they answer with. */
  const replacing = [
    'ToolsController.switch',
    'StoppedCallsController.stop',
    'StoppedCallsController.resume',
  ];

  /** Lists the routes that answer with what was sent and what they made, and with nothing that was there before. */
  const making = [
    'ScimConnectionsController.create',
    'SsoConnectionsController.create',
    'ClientsController.create',
  ];

  /** Lists the routes that answer nothing, and are specified with what they end. */
  const silent = [
    'SessionsController.end',
    'SessionsController.endOthers',
    'InvitationsController.revoke',
    'SecondFactorController.resetSecondFactor',
    'ScimConnectionsController.remove',
    'SsoConnectionsController.update',
    'SsoConnectionsController.remove',
    'ClientsController.decide',
    'ClientsController.remove',
    'GrantsController.end',
    'AgentsController.retire',
    'OrganizationsController.remove',
    'MembersController.put',
    'MembersController.remove',
    'TeamsController.remove',
    'TeamMembersController.put',
    'TeamMembersController.remove',
  ];

  const tools: Record<string, () => Promise<Write>> = {
    documents_create: async () => ({ body: created, members: ['title', 'content'] }),
    documents_update: async () => ({ id: await document(), body: { title: 'Mine' }, members: ['title'] }),
    documents_delete: async () => ({ id: await document(), members: ['deleted'] }),
  };

  const send = ({ method, path }: DocumentedOperation, { id = '', body, form }: Write, by = writer) =>
    service.request(method, path.replace(/\{(id|name)\}/, id), {
      key: by,
      ...(body && { body }),
      ...(form && { body: form, headers: { 'content-type': 'multipart/form-data; boundary=part' } }),
    });

  it('is tested with every route and every tool that writes', async () => {
    const writing = operations.filter(({ operation }) =>
      (operation['x-required-scopes'] as string[] | undefined)?.some((scope) =>
        /:(write|delete)$/.test(scope),
      ),
    );
    expect(writing.map(({ id }) => id).sort()).toEqual(
      [...Object.keys(routes), ...issuing, ...replacing, ...making, ...silent].sort(),
    );
    const listed = await service.rpc(service.adminKey, 'tools/list');
    const names = (listed.body.result.tools as { name: string; annotations?: { readOnlyHint?: boolean } }[])
      .filter(({ annotations }) => !annotations?.readOnlyHint)
      .map(({ name }) => name);
    expect(names.sort()).toEqual(Object.keys(tools).sort());
  });

  it.each(Object.keys(routes))(
    'is answered by %s only with what it sent, the id and the times',
    async (id) => {
      const operation = operations.find((one) => one.id === id)!;
      const write = await routes[id]!();
      const answer = await send(operation, write);
      expect([answer.status < 300, contract.misfits(operation, answer)]).toEqual([true, []]);
      expect(answer.text).not.toMatch(new RegExp(`${HIDDEN}|192\\.0\\.2\\.77`));
      if (!write.members) return expect(answer.text).toBe('');
      const known = id.startsWith('ApiKeys') ? KEY_KNOWN : KNOWN;
      const all = Object.keys(answer.body as object);
      expect(all.filter((name) => !known.includes(name)).sort()).toEqual(write.members.toSorted());
      expect(answer.body).toMatchObject({
        id: write.id ?? expect.any(String),
        createdAt: expect.any(String),
      });
    },
  );

  it.each(Object.keys(tools))('is answered by the tool %s with no more than that', async (name) => {
    const { id, body, members = [] } = await tools[name]!();
    const answer = await service.call(writer, name, { ...(id && { id }), ...body });
    const { isError, structuredContent } = answer.body.result;
    expect([answer.status, isError ?? false]).toEqual([200, false]);
    expect(answer.text).not.toContain(HIDDEN);
    const all = Object.keys(structuredContent as object);
    expect(all.filter((member) => !KNOWN.includes(member)).sort()).toEqual(members.toSorted());
  });

  it('is answered in full once it may read as well', async () => {
    const both = await reader();
    for (const [name, make] of Object.entries(routes)) {
      const operation = operations.find(({ id }) => id === name)!;
      const write = await make();
      if (!write.members) continue;
      const body = write.body?.email ? { ...write.body, email: 'full@example.com' } : write.body;
      const { text, body: all } = await send(operation, { ...write, ...(body && { body }) }, both);
      expect([name, Object.keys(all as object).length > 5]).toEqual([name, true]);
      if (write.id) expect(text).toContain(HIDDEN);
    }
    const answer = await service.call(both, 'documents_update', { id: await document(), filename: null });
    expect(answer.body.result.structuredContent.content).toContain(HIDDEN);
  });

  describe('that repeats a request', () => {
    const repeat = (path: string, body: object, by: string) =>
      service.request('POST', path, {
        key: by,
        body,
        headers: { 'idempotency-key': Object.values(body)[0].replaceAll(' ', '-') },
      });
    const makings: [string, string, Record<string, unknown>][] = [
      ['a document', DOCUMENTS, { title: 'Once', content: 'My text' }],
      ['a user', '/api/users', { email: 'once@example.com', name: 'Once' }],
    ];

    it.each(makings)('gets the answer of the first request again: %s', async (_, path, body) => {
      const first = await repeat(path, body, writer);
      const again = await repeat(path, body, writer);
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
      expect(again.text).toBe(first.text);
      const full = await repeat(path, body, await reader());
      expect(Object.keys(full.body as object).length).toBeGreaterThan(
        Object.keys(first.body as object).length,
      );
      expect(full.body).toMatchObject(first.body as object);
    });

    it('gets no more of a row that a key with the scope to read created', async () => {
      const body = { title: 'By a reader', content: 'My text' };
      const first = await repeat(DOCUMENTS, body, await reader());
      expect(first.body).toHaveProperty('filename', null);
      const again = await repeat(DOCUMENTS, body, writer);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.body).not.toHaveProperty('filename');
    });
  });

  it('creates a key with a complete answer, which is the only one that shows the key', async () => {
    const { status, body } = await service.request('POST', KEYS, {
      key: writer,
      body: { name: 'New', scopes: ['documents:write'] },
    });
    expect(status).toBe(201);
    expect(Object.keys(body as object)).toEqual(
      expect.arrayContaining(['id', 'apiKey', 'start', 'name', 'userId', 'scopes', 'expiresAt', 'message']),
    );
  });

  it('does not learn which scopes another key holds, from changes that are refused', async () => {
    const member = await service.createUser();
    const secret = (await service.createKey(member, ['documents:delete', 'keys:write'])).id;
    const blind = (await service.createKey(member, ['keys:write'])).apiKey;
    const seeing = (await service.createKey(member, ['keys:write', 'keys:read'])).apiKey;
    const attempts: [string, string, object?][] = [
      ['PATCH', `${KEYS}/${secret}`, { name: 'Mine' }],
      ['POST', `${KEYS}/${secret}/rotate`],
      ['POST', `${KEYS}/rotate`],
    ];
    for (const [method, path, body = {}] of attempts) {
      const refused = await service.request(method, path, { key: blind, body });
      expect([refused.status, refused.body.code]).toEqual([403, 'insufficient_scope']);
      expect(refused.text + JSON.stringify([...refused.headers])).not.toContain('documents');
      const told = await service.request(method, path, { key: seeing, body });
      expect(told.body).toMatchObject({ code: 'insufficient_scope', missingScopes: ['documents:delete'] });
    }
  });
});
