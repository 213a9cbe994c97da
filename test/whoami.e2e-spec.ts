import { McpRegistry } from '../src/mcp/registry/mcp-registry.js';
import { TestService } from './support/test-service.js';

describe('What whoami and tools/list say of a key', () => {
  let service: TestService;
  let admin: string;

  beforeAll(async () => {
    service = await TestService.start();
    admin = service.adminKey;
  });
  afterAll(() => service.stop());

  interface Tool {
    name: string;
    allowed: boolean;
    missingScopes: string[];
  }

  async function said(key: string) {
    const { tools, toolAccess } = (await service.call(key, 'whoami')).body.result.structuredContent;
    const listed = (await service.rpc(key, 'tools/list')).body.result.tools;
    expect(tools).toEqual(listed.map(({ name }: Tool) => name));
    expect((toolAccess as Tool[]).filter(({ allowed }) => allowed).map(({ name }) => name)).toEqual(tools);
    return { tools: tools as string[], access: toolAccess as Tool[] };
  }

  it('changes with the next call after its scopes have changed', async () => {
    const { id, apiKey } = await service.createKey(await service.createUser(), ['documents:read']);
    expect((await said(apiKey)).tools).not.toContain('documents_create');
    const lacking = (await said(apiKey)).access.find(({ name }) => name === 'documents_create');
    expect(lacking).toEqual({
      name: 'documents_create',
      allowed: false,
      missingScopes: ['documents:write'],
    });
    const body = { scopes: ['documents:read', 'documents:write'] };
    await service.request('PATCH', `/api/mcp/keys/${id}`, { key: admin, body });
    const after = await said(apiKey);
    expect(after.tools).toContain('documents_create');
    expect(after.access.find(({ name }) => name === 'documents_create')!.missingScopes).toEqual([]);
  });

  it("changes with the next call after its owner's role has changed", async () => {
    const user = await service.createUser({ role: 'admin' });
    const { apiKey } = await service.createKey(user, ['admin']);
    const before = await said(apiKey);
    expect(before.tools).toContain('documents_get');
    await service.request('PATCH', `/api/users/${user.id}`, { key: admin, body: { role: 'member' } });
    expect((await said(apiKey)).tools).not.toContain('documents_get');
  });

  it('is one for two keys with the same scopes, and another for a key with other scopes', async () => {
    const [first, second, other] = await Promise.all(
      [['documents:read'], ['documents:read'], ['documents:delete']].map(async (scopes) =>
        service.createKey(await service.createUser(), scopes),
      ),
    );
    expect(await said(first!.apiKey)).toEqual(await said(second!.apiKey));
    expect((await said(other!.apiKey)).tools).toEqual(['documents_delete', 'whoami']);
  });

  it('changes with the next call after a tool is switched off', async () => {
    const { tools } = service.service.app.get(McpRegistry, { strict: false });
    const { apiKey } = await service.createKey(await service.createUser(), ['documents:read']);
    expect((await said(apiKey)).tools).toContain('documents_get');
    tools.switchOff('documents_get');
    const { access } = await said(apiKey);
    expect(access.map(({ name }) => name)).not.toContain('documents_get');
    tools.switchOn('documents_get');
    expect((await said(apiKey)).tools).toContain('documents_get');
  });
});
