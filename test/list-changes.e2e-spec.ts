import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { newId } from '../src/common/new-id.js';
import { OpenStreams } from '../src/mcp/sdk/open-streams.js';
import { McpRegistry } from '../src/mcp/registry/mcp-registry.js';
import { TestService } from './support/test-service.js';
import { until } from './support/until.js';

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

  /** Is a client of the stateless revision that records its notifications. */
  async function connect(caller: string) {
    const heard: string[] = [];
    const client = new Client(
      { name: 'spec', version: '1' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    const headers = { Authorization: `Bearer ${caller}` };
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${service.url}/mcp`), { requestInit: { headers } }),
    );
    client.setNotificationHandler('notifications/tools/list_changed', () => void heard.push('tools'));
    client.setNotificationHandler('notifications/prompts/list_changed', () => void heard.push('prompts'));
    client.setNotificationHandler(
      'notifications/resources/updated',
      ({ params }) => void heard.push(params.uri),
    );
    return { client, heard };
  }

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

  it('has no resources if it is a template', async () => {
    const uri = 'document://018f0000-0000-7000-8000-000000000000';
    registry.templates.switchOff('document://{id}');
    const { result } = (await service.rpc(key, 'resources/templates/list')).body;
    expect(result.resourceTemplates).toEqual([]);
    expect((await service.rpc(key, 'resources/read', { uri })).body.error.data).toEqual({ uri });
    registry.templates.switchOn('document://{id}');
  });

  it('is announced to clients that listen', async () => {
    const { client, heard } = await connect(key);
    const listening = await client.listen({ toolsListChanged: true });
    registry.prompts.switchOff('documents_answer');
    registry.prompts.switchOn('documents_answer');
    registry.tools.switchOff('whoami');
    await until(() => heard.length > 0);
    registry.tools.switchOn('whoami');
    await listening.close();
    await client.close();
    expect(heard).toContain('tools');
    expect(heard).not.toContain('prompts');
  });

  it('can be subscribed to by older clients only if they may read it; a refusal is 403 and leaves a row', async () => {
    const subscribe = (caller: string, uri: string) => service.rpc(caller, 'resources/subscribe', { uri });
    const saidBy = ({ text }: { text: string }) => JSON.parse(/^data: (.+)$/m.exec(text)![1]!);
    const user = await service.createUser();
    const narrow = (await service.createKey(user, ['documents:write'])).apiKey;
    const uri = 'document://018f0000-0000-7000-8000-000000000000';
    expect(saidBy(await subscribe(key, uri)).result).toEqual({});
    expect(saidBy(await subscribe(key, 'nothing://here')).error.code).toBe(-32602);
    const refused = await subscribe(narrow, uri);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain('scope="documents:read"');
    expect(refused.body).toMatchObject({ id: 1, error: { data: { code: 'insufficient_scope' } } });
    expect(await service.auditRows('user_id = $1', [user.id])).toMatchObject([
      {
        action: 'resources/subscribe',
        outcome: 'denied',
        reason: 'insufficient_scope',
        resource: `document:${uri.slice(11)}`,
      },
    ]);
  });
});

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'spec', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

describe('A stream of changes', () => {
  let service: TestService;
  let streams: OpenStreams;

  beforeAll(async () => {
    service = await TestService.start();
    streams = service.service.app.get(OpenStreams, { strict: false });
  });
  afterAll(() => service.stop());

  const newKey = async (scopes = ['documents:*']) =>
    service.createKey(await service.createUser({ tier: 'unlimited' }), scopes);

  async function listen(key: string, notifications: Record<string, unknown> = { toolsListChanged: true }) {
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
        params: { notifications, _meta: META },
      }),
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const first = await reader.read();
    return { response, reader, first: first.value ?? '' };
  }

  it('notifies the owner of a resource that it was changed or deleted, and nobody else', async () => {
    const [owner, other] = [await newKey(), await newKey()];
    const created = await service.call(owner.apiKey, 'documents_create', { title: 'A', content: 'a' });
    const { id } = created.body.result.structuredContent as { id: string };
    const uri = `document://${id}`;
    const own = await listen(owner.apiKey, { resourceSubscriptions: [uri] });
    const foreign = await listen(other.apiKey, { resourceSubscriptions: [uri], toolsListChanged: true });
    expect(own.first).toContain('subscriptions/acknowledged');
    await service.call(owner.apiKey, 'documents_update', { id, title: 'B' });
    expect((await own.reader.read()).value).toContain(`"uri":"${uri}"`);
    await service.call(owner.apiKey, 'documents_delete', { id });
    expect((await own.reader.read()).value).toContain('notifications/resources/updated');
    const registry = service.service.app.get(McpRegistry, { strict: false });
    registry.tools.switchOff('whoami');
    registry.tools.switchOn('whoami');
    const heard = (await foreign.reader.read()).value;
    expect(heard).toContain('tools/list_changed');
    expect(heard).not.toContain(uri);
    await Promise.all([own.reader.cancel(), foreign.reader.cancel()]);
  });

  it('ends when its key is revoked, while the streams of others continue', async () => {
    const [revoked, good] = [await newKey(), await newKey()];
    const [ending, going] = [await listen(revoked.apiKey), await listen(good.apiKey)];
    await service.request('DELETE', `/api/mcp/keys/${revoked.id}`, { key: service.adminKey });
    await streams.check();
    await expect(ending.reader.read()).rejects.toThrow('terminated');
    const registry = service.service.app.get(McpRegistry, { strict: false });
    registry.tools.switchOff('whoami');
    registry.tools.switchOn('whoami');
    expect((await going.reader.read()).value).toContain('tools/list_changed');
    await going.reader.cancel();
  });

  it('notifies of a resource only while its key may read it', async () => {
    const owner = await service.createUser({ tier: 'unlimited' });
    const writer = await service.createKey(owner, ['documents:write']);
    const reader = await service.createKey(owner, ['documents:read', 'documents:write']);
    const created = await service.call(reader.apiKey, 'documents_create', { title: 'A', content: 'a' });
    const notifications = {
      resourceSubscriptions: [`document://${created.body.result.structuredContent.id}`],
    };
    const refused = await listen(writer.apiKey, notifications);
    expect(refused.response.status).toBe(403);
    expect(JSON.parse(refused.first).error.data).toMatchObject({ missingScopes: ['documents:read'] });
    expect(await service.auditRows('key_id = $1', [writer.id])).toMatchObject([
      { action: 'subscriptions/listen', outcome: 'denied', reason: 'insufficient_scope' },
    ]);
    const allowed = await listen(reader.apiKey, notifications);
    expect(allowed.first).toContain('subscriptions/acknowledged');
    const scopes = ['documents:write'];
    await service.request('PATCH', `/api/mcp/keys/${reader.id}`, { key: service.adminKey, body: { scopes } });
    await streams.check();
    await expect(allowed.reader.read()).rejects.toThrow('terminated');
  });

  it('is refused for more resources than may be stored as long as it is open', async () => {
    const { apiKey } = await newKey();
    const uris = Array.from({ length: 2_000 }, () => `document://${newId()}`);
    const refused = await listen(apiKey, { resourceSubscriptions: uris });
    expect(refused.response.status).toBe(413);
    expect(JSON.parse(refused.first).error.data.code).toBe('payload_too_large');
    const taken = await listen(apiKey, { resourceSubscriptions: uris.slice(0, 1_000) });
    expect(taken.response.status).toBe(200);
    await taken.reader.cancel();
  });

  it('is one of at most 100 of a user', async () => {
    const { apiKey } = await newKey();
    const open = [];
    for (let i = 0; i < 100; i++) open.push(await listen(apiKey));
    const refused = await listen(apiKey);
    expect(refused.response.status).toBe(429);
    expect(refused.response.headers.get('retry-after')).toBe('10');
    expect(JSON.parse(refused.first)).toMatchObject({ id: 1, error: { data: { code: 'too_many_streams' } } });
    expect((await listen((await newKey()).apiKey)).response.status).toBe(200);
    await open[0]!.reader.cancel();
    await until(async () => {
      const { response, reader } = await listen(apiKey);
      await reader.cancel();
      return response.status === 200;
    });
  });

  it('ends as a whole answer when the service stops, so that its client reconnects', async () => {
    const { reader } = await listen((await newKey()).apiKey);
    streams.end();
    let read = await reader.read();
    while (!read.done) read = await reader.read();
    expect(read.done).toBe(true);
  });
});
