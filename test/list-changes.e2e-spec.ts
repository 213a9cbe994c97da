import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { OpenStreams } from '../src/mcp/open-streams.js';
import { McpRegistry } from '../src/mcp/mcp-registry.js';
import { TestService } from './support/test-service.js';

describe('A handler that is switched off', () => {
  let service: TestService;
  let registry: McpRegistry;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
    registry = service.service.app.get(McpRegistry, { strict: false });
    key = (await service.createKey(await service.createUser(), ['documents:read'])).apiKey;
  });
  afterAll(() => service.stop());

  const tools = async () =>
    (await service.rpc(key, 'tools/list')).body.result.tools.map(({ name }: { name: string }) => name);

  it('is neither listed nor called, until it is switched on', async () => {
    expect(await tools()).toContain('documents_search');
    registry.tools.switchOff('documents_search');
    expect(await tools()).not.toContain('documents_search');
    const answer = await service.call(key, 'documents_search', { query: 'x' });
    expect(answer.body.error).toEqual({ code: -32602, message: 'Tool documents_search not found' });
    registry.tools.switchOn('documents_search');
    expect(await tools()).toContain('documents_search');
    expect((await service.call(key, 'documents_search', { query: 'x' })).body.result).toBeDefined();
  });

  it('as a template has no resources', async () => {
    const uri = 'document://018f0000-0000-7000-8000-000000000000';
    registry.templates.switchOff('document://{id}');
    const { result } = (await service.rpc(key, 'resources/templates/list')).body;
    expect(result.resourceTemplates).toEqual([]);
    expect((await service.rpc(key, 'resources/read', { uri })).body.error.data).toEqual({ uri });
    registry.templates.switchOn('document://{id}');
  });

  it('is told to clients that listen', async () => {
    const heard: string[] = [];
    const client = new Client(
      { name: 'spec', version: '1' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    const headers = { Authorization: `Bearer ${key}` };
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${service.url}/mcp`), { requestInit: { headers } }),
    );
    client.setNotificationHandler('notifications/tools/list_changed', () => void heard.push('tools'));
    client.setNotificationHandler('notifications/prompts/list_changed', () => void heard.push('prompts'));
    const listening = await client.listen({ toolsListChanged: true });
    registry.prompts.switchOff('documents_answer');
    registry.prompts.switchOn('documents_answer');
    registry.tools.switchOff('whoami');
    const deadline = Date.now() + 3_000;
    while (heard.length === 0 && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 10));
    registry.tools.switchOn('whoami');
    await listening.close();
    await client.close();
    expect(heard).toContain('tools');
    expect(heard).not.toContain('prompts');
  });

  it('is told until the service stops, which does not wait for those who listen', async () => {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'spec', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const response = await fetch(`${service.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'subscriptions/listen',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'subscriptions/listen',
        params: { notifications: { toolsListChanged: true }, _meta: meta },
      }),
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body!.getReader();
    await reader.read();
    service.service.app.get(OpenStreams, { strict: false }).end();
    await expect(reader.read()).rejects.toThrow('terminated');
  });

  it('can be subscribed to by older clients only where they may read it', async () => {
    const subscribe = async (caller: string, uri: string) => {
      const { text } = await service.rpc(caller, 'resources/subscribe', { uri });
      return JSON.parse(/^data: (.+)$/m.exec(text)![1]!);
    };
    const narrow = (await service.createKey(await service.createUser(), ['documents:write'])).apiKey;
    const uri = 'document://018f0000-0000-7000-8000-000000000000';
    expect((await subscribe(key, uri)).result).toEqual({});
    expect((await subscribe(narrow, uri)).error.data.code).toBe('insufficient_scope');
    expect((await subscribe(key, 'nothing://here')).error.code).toBe(-32602);
  });
});
