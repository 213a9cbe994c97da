import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { Injectable, Module } from '@nestjs/common';
import * as z from 'zod';
import { CurrentCaller, Scopes } from '../src/access/access.decorators.js';
import type { Caller } from '../src/access/caller.js';
import { ClientInput, Signal } from '../src/mcp/call/parameter.decorators.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { McpRegistry } from '../src/mcp/registry/mcp-registry.js';
import { TestService, type TestUser } from './support/test-service.js';
import { until } from './support/until.js';

let waiting = 0;
let aborted = 0;

@Injectable()
class SessionTools {
  @Tool({ name: 'session_ask', description: 'Asks the person, then the model' })
  @Scopes('session:read')
  async ask(@ClientInput() ask: ClientInput, @CurrentCaller() caller: Caller) {
    const { content } = await ask.elicit<{ city: string }>('city', {
      message: 'Where?',
      requestedSchema: z.object({ city: z.string() }),
    });
    const { content: said } = await ask.sample('say', {
      messages: [{ role: 'user', content: { type: 'text', text: `About ${content?.city}` } }],
      maxTokens: 10,
    });
    return { city: content?.city, said, keyId: caller.keyId };
  }

  @Tool({ name: 'session_wait', description: 'Waits for ever' })
  @Scopes('session:read')
  wait(@Signal() signal: AbortSignal) {
    waiting++;
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(++aborted));
    });
  }
}

@Module({ providers: [SessionTools] })
class SessionModule {}

describe('A session of an older revision', () => {
  let service: TestService;
  let user: TestUser;
  let key: string;
  let other: string;

  beforeAll(async () => {
    service = await TestService.start({ modules: [SessionModule], env: { MCP_SESSIONS_PER_USER: '2' } });
    user = await service.createUser();
    key = (await service.createKey(user, ['session:read'])).apiKey;
    other = (await service.createKey(await service.createUser(), ['session:read'])).apiKey;
  });
  afterAll(() => service.stop());

  async function connect(caller = key) {
    const client = new Client(
      { name: 'spec', version: '1' },
      { capabilities: { elicitation: {}, sampling: {} } },
    );
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { city: 'Oslo' } }));
    client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => ({
      role: 'assistant',
      model: 'spec',
      content: { type: 'text', text: `Heard: ${JSON.stringify(params.messages[0]!.content)}` },
    }));
    const headers = { Authorization: `Bearer ${caller}` };
    const transport = new StreamableHTTPClientTransport(new URL(`${service.url}/mcp`), {
      requestInit: { headers },
    });
    await client.connect(transport);
    return { client, transport, id: transport.sessionId! };
  }

  const inSession = (id: string, caller: string, method = 'tools/list') =>
    service.rpc(caller, method, {}, { 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' });

  it('carries questions to the person and to the model, and leaves rows', async () => {
    const { client, id } = await connect();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const { structuredContent } = await client.callTool({ name: 'session_ask', arguments: {} });
    expect(structuredContent).toMatchObject({
      city: 'Oslo',
      said: { text: expect.stringContaining('About Oslo') },
    });
    await client.close();
    const rows = await service.auditRows("tool = 'session_ask'");
    expect(rows.map(({ outcome }) => outcome)).toEqual(['success', 'success', 'success']);
  });

  it('continues with another key of the same user, each call with the scopes of its key', async () => {
    const { client, id } = await connect();
    const narrow = (await service.createKey(user, ['documents:read'])).apiKey;
    const names = JSON.parse(/^data: (\{.+)$/m.exec((await inSession(id, narrow)).text)![1]!).result.tools;
    expect(names.map(({ name }: { name: string }) => name)).not.toContain('session_wait');
    await client.close();
  });

  it('checks its key again before a handler continues with an answer', async () => {
    const another = (await service.createKey(user, ['session:read'])).apiKey;
    const change = (id: string, method: string, body?: object) =>
      service.request(method, `/api/mcp/keys/${id}`, { key: service.adminKey, ...(body && { body }) });
    for (const [worsen, code] of [
      [(id: string) => change(id, 'DELETE'), 'invalid_api_key'],
      [(id: string) => change(id, 'PATCH', { scopes: ['documents:read'] }), 'insufficient_scope'],
    ] as const) {
      const worse = await service.createKey(user, ['session:read']);
      const { client, id } = await connect(worse.apiKey);
      client.setRequestHandler(ElicitRequestSchema, async (_, { requestId }) => {
        await worsen(worse.id);
        const result = { action: 'accept' as const, content: { city: 'Oslo' } };
        await service.request('POST', '/mcp', {
          key: another,
          headers: { 'mcp-session-id': id, accept: 'application/json, text/event-stream' },
          body: { jsonrpc: '2.0', id: requestId, result },
        });
        return result;
      });
      const call = client.callTool({ name: 'session_ask', arguments: {} });
      await expect(call).rejects.toMatchObject({ data: { code } });
      await client.close();
      const rows = await service.auditRows("key_id = $1 AND action = 'tools/call'", [worse.id]);
      expect(rows.map(({ outcome }) => outcome)).toEqual(['success', 'denied']);
      expect(rows[1]!.reason).toBe(code);
    }
  });

  it.each<[string, (keyId: string) => Promise<unknown>]>([
    [
      'its scope',
      (id) =>
        service.request('PATCH', `/api/mcp/keys/${id}`, {
          key: service.adminKey,
          body: { scopes: ['session:read'] },
        }),
    ],
    ['its key', (id) => service.request('DELETE', `/api/mcp/keys/${id}`, { key: service.adminKey })],
  ])('a subscription ends with %s, whoever holds the stream', async (_, end) => {
    const writer = (await service.createKey(user, ['documents:*'])).apiKey;
    const document = async () =>
      (await service.call(writer, 'documents_create', { title: 'A', content: 'a' })).body.result
        .structuredContent.id as string;
    const [lost, kept] = [await document(), await document()];
    const doomed = await service.createKey(user, ['documents:read', 'session:read']);
    const { client, id } = await connect(writer);
    const heard: string[] = [];
    client.setNotificationHandler(
      ResourceUpdatedNotificationSchema,
      ({ params }) => void heard.push(params.uri),
    );
    const subscribe = (caller: string, uri: string) =>
      service.rpc(
        caller,
        'resources/subscribe',
        { uri },
        { 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' },
      );
    expect((await subscribe(doomed.apiKey, `document://${lost}`)).text).toContain('"result":{}');
    await client.subscribeResource({ uri: `document://${kept}` });
    const change = async () => {
      for (const which of [lost, kept])
        await service.call(writer, 'documents_update', { id: which, title: 'B' });
    };
    await change();
    await until(() => heard.length >= 2);
    await end(doomed.id);
    await change();
    await until(() => heard.length >= 3);
    // Notifications are sent in the order of the changes, so one that is missing before the last is never sent.
    expect(heard).toEqual([`document://${lost}`, `document://${kept}`, `document://${kept}`]);
    await client.close();
  });

  it('sends no notification to a stream whose key may not read the resource', async () => {
    const writer = (await service.createKey(user, ['documents:*'])).apiKey;
    const narrow = (await service.createKey(user, ['session:read'])).apiKey;
    const { id: uri } = (await service.call(writer, 'documents_create', { title: 'A', content: 'a' })).body
      .result.structuredContent;
    const { client, id } = await connect(narrow);
    const heard: string[] = [];
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, () => void heard.push('document'));
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void heard.push('tools'));
    const headers = { 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' };
    await service.rpc(writer, 'resources/subscribe', { uri: `document://${uri}` }, headers);
    await service.call(writer, 'documents_update', { id: uri, title: 'B' });
    const registry = service.service.app.get(McpRegistry, { strict: false });
    registry.tools.switchOff('whoami');
    registry.tools.switchOn('whoami');
    await until(() => heard.length >= 2);
    expect(heard).toEqual(['tools', 'tools']);
    await client.close();
  });

  it('goes on telling the first listener after it refused a second one', async () => {
    const writer = (await service.createKey(user, ['documents:*'])).apiKey;
    const narrow = (await service.createKey(user, ['session:read'])).apiKey;
    const { id: document } = (await service.call(writer, 'documents_create', { title: 'A', content: 'a' }))
      .body.result.structuredContent;
    const { client, id } = await connect(writer);
    const heard: string[] = [];
    client.setNotificationHandler(
      ResourceUpdatedNotificationSchema,
      ({ params }) => void heard.push(params.uri),
    );
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void heard.push('tools'));
    await client.subscribeResource({ uri: `document://${document}` });
    const registry = service.service.app.get(McpRegistry, { strict: false });
    const changeTools = () => {
      registry.tools.switchOff('whoami');
      registry.tools.switchOn('whoami');
    };
    // This notification shows that the client's stream is open, before another one is requested.
    changeTools();
    await until(() => heard.length >= 2);
    const headers = {
      accept: 'text/event-stream',
      'mcp-session-id': id,
      'mcp-protocol-version': '2025-11-25',
    };
    // The other key may not read the document. As the listener it would prevent the notification.
    expect((await service.request('GET', '/mcp', { key: narrow, headers })).status).toBe(409);
    await service.call(writer, 'documents_update', { id: document, title: 'B' });
    changeTools();
    await until(() => heard.length >= 4);
    await client.close();
    expect(heard.slice(2)).toContain(`document://${document}`);
  });

  it('receives changes of the lists, and of resources that its client subscribed to', async () => {
    const writer = (await service.createKey(user, ['documents:*'])).apiKey;
    const create = async () =>
      (await service.call(writer, 'documents_create', { title: 'A', content: 'a' })).body.result
        .structuredContent.id as string;
    const [wanted, unwanted] = [await create(), await create()];
    const { client } = await connect(writer);
    const heard: string[] = [];
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void heard.push('tools'));
    client.setNotificationHandler(
      ResourceUpdatedNotificationSchema,
      ({ params }) => void heard.push(params.uri),
    );
    await client.subscribeResource({ uri: `document://${wanted}` });
    await client.subscribeResource({ uri: `document://${unwanted}` });
    await client.unsubscribeResource({ uri: `document://${unwanted}` });
    await service.call(writer, 'documents_update', { id: unwanted, title: 'B' });
    await service.call(writer, 'documents_update', { id: wanted, title: 'B' });
    const registry = service.service.app.get(McpRegistry, { strict: false });
    registry.tools.switchOff('whoami');
    registry.tools.switchOn('whoami');
    await until(() => heard.length >= 3);
    await client.close();
    expect(heard).toEqual([`document://${wanted}`, 'tools', 'tools']);
  });

  it('is answered like an unknown one for another user', async () => {
    const { client, id } = await connect();
    const foreign = await inSession(id, other);
    const unknown = await inSession('018f0000-0000-7000-8000-000000000000', other);
    expect(foreign.status).toBe(404);
    expect(foreign.body).toEqual(unknown.body);
    expect((await inSession(id, key)).status).toBe(200);
    await client.close();
  });

  it('ends with DELETE', async () => {
    const { client, transport, id } = await connect();
    await transport.terminateSession();
    expect((await inSession(id, key)).status).toBe(404);
    await client.close();
  });

  it('makes room for a new one of the same user', async () => {
    const first = await connect(other);
    const second = await connect(other);
    const third = await connect(other);
    expect((await inSession(first.id, other)).status).toBe(404);
    expect((await inSession(second.id, other)).status).toBe(200);
    for (const { client } of [first, second, third]) await client.close();
  });

  it('passes the cancellation of a call to its handler', async () => {
    const { client } = await connect();
    const controller = new AbortController();
    const call = client.callTool({ name: 'session_wait', arguments: {} }, undefined, {
      signal: controller.signal,
    });
    await until(() => waiting > 0);
    controller.abort('enough');
    await expect(call).rejects.toThrow('enough');
    await until(() => aborted > 0);
    expect(aborted).toBe(1);
    await client.close();
  });

  it('refuses a call without the scope with 403', async () => {
    const { client, id } = await connect();
    const narrow = (await service.createKey(user, ['documents:read'])).apiKey;
    const answer = await service.call(narrow, 'session_ask', {}, { 'mcp-session-id': id });
    expect(answer.status).toBe(403);
    await client.close();
  });
});
