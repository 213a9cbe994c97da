import { Client } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { CreateMessageRequestSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { Injectable, Module } from '@nestjs/common';
import * as z from 'zod';
import { Scopes } from '../src/access/access.decorators.js';
import {
  ClientInput,
  CurrentCall,
  Log,
  Progress,
  type ReportProgress,
  type SendLog,
  Signal,
} from '../src/mcp/call/parameter.decorators.js';
import type { McpCall } from '../src/mcp/call/mcp-call.js';
import { McpRegistry } from '../src/mcp/registry/mcp-registry.js';
import { ResourceUpdates } from '../src/mcp/registry/resource-updates.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { LocalStdio } from './support/stdio.js';
import { TestService, type TestUser } from './support/test-service.js';

let waiting = 0;
const aborted: string[] = [];

@Injectable()
@Scopes('talk:read')
class TalkTools {
  @Tool({ name: 'talk_ask', description: 'Asks the person, then the model' })
  async ask(@ClientInput() ask: ClientInput) {
    const { content } = await ask.elicit<{ city: string }>('city', {
      message: 'Where?',
      requestedSchema: z.object({ city: z.string() }),
    });
    const { content: said } = await ask.sample('say', {
      messages: [{ role: 'user', content: { type: 'text', text: `About ${content?.city}` } }],
      maxTokens: 10,
    });
    return { city: content?.city, said };
  }

  @Tool({ name: 'talk_report', description: 'Reports and logs' })
  async report(@Progress() report: ReportProgress, @Log() log: SendLog) {
    for (const done of [1, 2]) await report(done, 2, `Step ${done}`);
    await log('warning', 'Nearly done');
    return 'done';
  }

  @Tool({ name: 'talk_wait', description: 'Waits until it is told to stop' })
  wait(@Signal() signal: AbortSignal) {
    waiting++;
    return new Promise((resolve) => {
      const end = () => resolve(aborted.push((signal.reason as Error).message));
      if (signal.aborted) end();
      else signal.addEventListener('abort', end);
    });
  }

  @Tool({ name: 'talk_request', description: 'Shows the request' })
  request(@CurrentCall() { request }: McpCall) {
    return { headers: Object.keys(request.headers), ip: request.ip };
  }
}

@Module({ providers: [TalkTools] })
class TalkModule {}

async function until(reached: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!reached() && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 5));
}

const INFO = { name: 'spec', version: '1' };
const CAPABILITIES = { capabilities: { elicitation: {}, sampling: {} } };
const spoken = (text: string) => ({
  role: 'assistant' as const,
  model: 'spec',
  content: { type: 'text' as const, text },
});
const FILLED = { action: 'accept' as const, content: { city: 'Oslo' } };

/** Makes the newer client, of either era, which answers questions. */
async function connect(stdio: LocalStdio, pin?: string) {
  const client = new Client(INFO, {
    ...CAPABILITIES,
    ...(pin !== undefined && { versionNegotiation: { mode: { pin } } }),
  });
  client.setRequestHandler('elicitation/create', () => FILLED);
  client.setRequestHandler('sampling/createMessage', ({ params }) =>
    spoken(JSON.stringify(params.messages[0]!.content)),
  );
  await client.connect(stdio.transport());
  return client;
}

async function connectOld(stdio: LocalStdio) {
  const client = new OldClient(INFO, CAPABILITIES);
  client.setRequestHandler(ElicitRequestSchema, () => FILLED);
  client.setRequestHandler(CreateMessageRequestSchema, ({ params }) =>
    spoken(JSON.stringify(params.messages[0]!.content)),
  );
  await client.connect(stdio.transport());
  return client;
}

const ERAS: [name: string, connect: (stdio: LocalStdio) => Promise<any>][] = [
  ['2026-07-28', (stdio) => connect(stdio, '2026-07-28')],
  ['2025 by the newer client', (stdio) => connect(stdio)],
  ['2025 by the older client', connectOld],
];

// The HTTP service only creates keys and shows rows, because two services in one process share Passport's one list of
// strategies.
describe('Over stdio', () => {
  let service: TestService;
  let user: TestUser;
  let keys: { id: string; apiKey: string }[];
  let stdio: LocalStdio;

  beforeAll(async () => {
    service = await TestService.start({ modules: [TalkModule] });
    user = await service.createUser();
    keys = [
      await service.createKey(user, ['talk:read', 'documents:read']),
      await service.createKey(user, ['talk:read']),
    ];
  });
  afterAll(() => service.stop());

  const start = async (key = keys[0]!.apiKey, env: Record<string, string> = {}) => {
    stdio = await LocalStdio.start(service, key, { modules: [TalkModule], env });
    return stdio;
  };
  const registry = () => stdio.service.app.get(McpRegistry, { strict: false });

  describe.each(ERAS)('in the era of %s', (_, connectTo) => {
    let client: any;

    beforeEach(async () => {
      client = await connectTo(await start());
    });
    afterEach(async () => {
      await client.close();
      await stdio.stop();
    });

    it('a handler asks the person and the model in the middle of a call', async () => {
      const { structuredContent } = await client.callTool({ name: 'talk_ask', arguments: {} });
      expect(structuredContent).toMatchObject({
        city: 'Oslo',
        said: { text: expect.stringContaining('Oslo') },
      });
    });

    it('a cancelled call aborts its handler, and the connection continues', async () => {
      const [before, stopped] = [waiting, aborted.length];
      const controller = new AbortController();
      const args = { name: 'talk_wait', arguments: {} };
      const options = { signal: controller.signal };
      const call = (
        client instanceof OldClient
          ? client.callTool(args, undefined, options)
          : client.callTool(args, options)
      ) as Promise<unknown>;
      await until(() => waiting > before);
      controller.abort('enough');
      await expect(call).rejects.toThrow('enough');
      await until(() => aborted.length > stopped);
      expect(aborted).toHaveLength(stopped + 1);
      expect((await client.listTools()).tools.length).toBeGreaterThan(0);
    });

    it('progress arrives before the answer', async () => {
      const heard: number[] = [];
      const args = { name: 'talk_report', arguments: {} };
      const options = { onprogress: ({ progress }: { progress: number }) => void heard.push(progress) };
      const { content } = await (client instanceof OldClient
        ? client.callTool(args, undefined, options)
        : client.callTool(args, options));
      expect(content).toEqual([{ type: 'text', text: 'done' }]);
      expect(heard).toEqual([1, 2]);
    });
  });

  describe.each([
    ['2026-07-28', '2026-07-28'],
    ['2025', undefined],
  ])('in the era of %s', (_, pin) => {
    it('a client is notified of a handler that is switched off while its key is valid', async () => {
      const client = await connect(await start(keys[1]!.apiKey), pin);
      let heard = 0;
      client.setNotificationHandler('notifications/tools/list_changed', () => void heard++);
      if (pin) await client.listen({ toolsListChanged: true });
      registry().tools.switchOff('talk_report');
      await until(() => heard > 0);
      expect(heard).toBe(1);
      expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('talk_report');
      await client.close();
      await stdio.stop();
    });
  });

  describe.each([
    ['2026-07-28', '2026-07-28'],
    ['2025', undefined],
  ])('in the era of %s', (_, pin) => {
    it('a changed resource is announced to a client that subscribed to it, and to its owner alone', async () => {
      const client = await connect(await start(), pin);
      const heard: string[] = [];
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
        heard.push(params.uri);
      });
      const [asked, last, other] = [1, 2, 3].map(
        (digit) => `document://018f0000-0000-7000-8000-00000000000${digit}`,
      );
      if (pin) await client.listen({ resourceSubscriptions: [asked!, last!] });
      else for (const uri of [asked!, last!]) await client.subscribeResource({ uri });
      const updates = stdio.service.app.get(ResourceUpdates, { strict: false });
      updates.tell(asked!, 'somebody else');
      updates.tell(other!, user.id);
      await client.listTools();
      updates.tell(last!, user.id);
      await until(() => heard.includes(last!));
      expect(heard).toEqual([last]);
      await client.close();
      await stdio.stop();
    });
  });

  it('a subscription to a resource that the key may not read is refused, and leaves a row', async () => {
    const client = await connect(await start(keys[1]!.apiKey), '2026-07-28');
    const uri = 'document://018f0000-0000-7000-8000-000000000001';
    await expect(client.listen({ resourceSubscriptions: [uri] })).rejects.toThrow(/documents:read/);
    const heard: string[] = [];
    client.setNotificationHandler('notifications/tools/list_changed', () => void heard.push('tools'));
    await client.listen({ toolsListChanged: true });
    await client.listTools();
    registry().tools.switchOff('talk_report');
    await until(() => heard.length > 0);
    await client.close();
    await stdio.stop();
    const rows = await service.auditRows("action = 'subscriptions/listen' AND outcome = 'denied'");
    expect(rows).toMatchObject([{ reason: 'insufficient_scope', key_id: keys[1]!.id }]);
  });

  it('a client with a revoked key is not notified', async () => {
    const client = await connect(await start(keys[1]!.apiKey));
    let heard = 0;
    client.setNotificationHandler('notifications/tools/list_changed', () => void heard++);
    registry().tools.switchOff('talk_report');
    await until(() => heard > 0);
    await service.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [keys[1]!.id]);
    registry().tools.switchOn('talk_report');
    await expect(client.ping()).rejects.toMatchObject({ data: { code: 'invalid_api_key' } });
    expect(heard).toBe(1);
    await client.close();
    await stdio.stop();
  });

  it('the end of the input aborts the running calls, whose rows are written by the stop', async () => {
    const [before, stopped] = [waiting, aborted.length];
    const client = await connect(await start());
    client.callTool({ name: 'talk_wait', arguments: {} }).catch(() => undefined);
    await until(() => waiting > before);
    stdio.input.end();
    await stdio.service.ended;
    await stdio.stop();
    expect(aborted.slice(stopped)).toEqual(['The client has closed its side']);
    const rows = await service.query("SELECT outcome FROM audit_events WHERE tool = 'talk_wait'");
    expect(rows).toHaveLength(waiting);
  });

  it('a call ends when its client disconnects without answering a question', async () => {
    const client = new OldClient(INFO, CAPABILITIES);
    let asked = 0;
    client.setRequestHandler(ElicitRequestSchema, () => {
      asked++;
      return new Promise(() => undefined);
    });
    await start();
    await client.connect(stdio.transport());
    const call = client.callTool({ name: 'talk_ask', arguments: {} });
    await until(() => asked > 0);
    stdio.input.end();
    await stdio.service.ended;
    await stdio.stop();
    const { isError, content } = await call;
    expect([isError, JSON.stringify(content)]).toEqual([
      true,
      expect.stringContaining('The client has closed its side'),
    ]);
  });

  it('a handler gets the request without the key', async () => {
    const client = await connect(await start(), '2026-07-28');
    const { structuredContent } = await client.callTool({ name: 'talk_request', arguments: {} });
    expect(structuredContent).toEqual({ headers: ['user-agent'], ip: '127.0.0.1' });
    await client.close();
    await stdio.stop();
  });

  it('invalid JSON-RPC is answered, and the following requests are served', async () => {
    await start(undefined, { BODY_LIMIT_BYTES: '2048' });
    const init = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: INFO },
    };
    const call = (id: number, name: string) => ({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name, arguments: {} },
    });
    await stdio.say([init], 1);
    const lines = [
      'no JSON',
      '[{"jsonrpc":"2.0","id":2,"method":"ping"}]',
      '{"jsonrpc":"2.0","id":3,"method":"ping","params":{"__proto__":{"polluted":true}}}',
      `{"jsonrpc":"2.0","id":4,"method":"ping","params":{"x":"${'x'.repeat(3000)}"}}`,
      '',
    ];
    const heard = await stdio.say([...lines, call(5, 'talk_wait'), call(5, 'talk_request')], 5);
    expect(heard.map(({ id, error }) => [id, error.code, error.data?.code])).toEqual([
      [null, -32700, undefined],
      [null, -32600, undefined],
      [null, -32700, undefined],
      [null, -32000, 'payload_too_large'],
      [5, -32600, undefined],
    ]);
    const [answer] = await stdio.say([{ jsonrpc: '2.0', id: 6, method: 'ping' }], 1);
    expect(answer).toEqual({ jsonrpc: '2.0', id: 6, result: {} });
    stdio.input.end();
    // Only a client that has gone aborts the call that still waits; a stop lets it finish.
    await stdio.service.ended;
    await stdio.stop();
  });
});
