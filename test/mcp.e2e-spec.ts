import {
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  Catch,
  Injectable,
  Module,
  type NestInterceptor,
  type PipeTransform,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { map } from 'rxjs';
import * as z from 'zod';
import { Scopes } from '../src/access/access.decorators.js';
import { requestOf } from '../src/access/caller.js';
import { CurrentCall, Input } from '../src/mcp/call/parameter.decorators.js';
import type { McpCall } from '../src/mcp/call/mcp-call.js';
import { RequestSubjects } from '../src/mcp/registry/request-subjects.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { ENVELOPE } from './support/envelope.js';
import { messagesOf } from './support/messages.js';
import { TestService } from './support/test-service.js';

const seen: string[] = [];

@Injectable()
class TuesdayGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    seen.push(`guard ${context.getType<string>()} ${context.getHandler().name}`);
    return requestOf(context).headers['x-day'] === 'tuesday';
  }
}

@Injectable()
class ShoutInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((value) => `${String(value)}!`));
  }
}

class UpperCasePipe implements PipeTransform<{ text: string }> {
  transform({ text }: { text: string }) {
    return { text: text.toUpperCase() };
  }
}

class Teapot extends Error {}

@Catch(Teapot)
class TeapotFilter implements ExceptionFilter {
  catch() {
    return 'short and stout';
  }
}

@Injectable()
class ProbeTools {
  @Tool({ name: 'probe_guarded', description: 'On Tuesdays', inputSchema: z.object({ text: z.string() }) })
  @Scopes('probe:read')
  @UseGuards(TuesdayGuard)
  @UseInterceptors(ShoutInterceptor)
  guarded(@Input() { text }: { text: string }) {
    seen.push('ran');
    return text;
  }

  @Tool({ name: 'probe_filtered', description: 'Throws what its filter catches' })
  @Scopes('probe:read')
  @UseFilters(TeapotFilter)
  filtered() {
    throw new Teapot();
  }

  @Tool({
    name: 'probe_piped',
    description: 'Takes its input through a pipe',
    inputSchema: z.object({ text: z.string() }),
  })
  @Scopes('probe:read')
  piped(@CurrentCall() call: McpCall, @Input(new UpperCasePipe()) { text }: { text: string }) {
    return `${call.tool} ${text}`;
  }

  @Tool({ name: 'probe_broken', description: 'Fails with a secret', inputSchema: z.object({}) })
  @Scopes('probe:read')
  broken() {
    throw new Error('password=hunter2');
  }

  @Tool({ name: 'probe_undecorated', description: 'Says nothing about scopes' })
  undecorated() {
    seen.push('ran undecorated');
    return 'never';
  }

  @Tool({
    name: 'probe_positional',
    description: 'Without decorators',
    inputSchema: z.object({ n: z.number() }),
  })
  @Scopes('probe:read')
  async positional({ n }: { n: number }, call: McpCall) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
    return { n, keyId: call.request.user!.keyId, aborted: call.signal.aborted };
  }
}

@Module({ providers: [ProbeTools] })
class ProbeModule {}

describe('The MCP endpoint', () => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start({ modules: [ProbeModule] });
    key = (await service.createKey(await service.createUser(), ['probe:read', 'documents:read'])).apiKey;
  });
  afterAll(() => service.stop());
  beforeEach(() => void seen.splice(0));

  const modern = (method: string, params: Record<string, unknown>, headers: Record<string, string> = {}) =>
    service.rpc(
      key,
      method,
      { ...params, _meta: ENVELOPE },
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...headers },
    );

  describe("runs Nest's enhancers of a tool:", () => {
    it('a guard, with the context type mcp, and an interceptor', async () => {
      const answer = await service.call(key, 'probe_guarded', { text: 'hi' }, { 'x-day': 'tuesday' });
      expect(answer.body.result.content).toEqual([{ type: 'text', text: 'hi!' }]);
      expect(seen).toEqual(['guard mcp guarded', 'ran']);
    });

    it('a guard, whose refusal is shown as a refusal, not as an internal error, and prevents the tool from running', async () => {
      const answer = await service.call(key, 'probe_guarded', { text: 'hi' });
      expect(answer.status).toBe(403);
      expect(answer.body.error.data.code).toBe('forbidden');
      expect(seen).toEqual(['guard mcp guarded']);
    });

    it('the guards, before the arguments are validated', async () => {
      const answer = await service.call(key, 'probe_guarded', { text: 1 });
      expect(answer.status).toBe(403);
    });

    it("an exception filter of the method's own", async () => {
      const answer = await service.call(key, 'probe_filtered');
      expect(answer.body.result.content[0].text).toBe('short and stout');
    });

    it('a pipe on a parameter, after the arguments were validated', async () => {
      const answer = await service.call(key, 'probe_piped', { text: 'hi' });
      expect(answer.body.result.content[0].text).toBe('probe_piped HI');
      const wrong = await service.call(key, 'probe_piped', { text: 5 });
      expect(wrong.body.result.content[0].text).toMatch(/^Invalid arguments for tool probe_piped: text: /);
    });
  });

  it('refuses a tool that declares no scopes, to admins too, and does not list it', async () => {
    for (const caller of [key, service.adminKey]) {
      expect((await service.call(caller, 'probe_undecorated')).status).toBe(403);
      const names = (await service.rpc(caller, 'tools/list')).body.result.tools.map((tool: any) => tool.name);
      expect(names).not.toContain('probe_undecorated');
    }
    expect(seen).toEqual([]);
  });

  it('never reveals the message of an unexpected error', async () => {
    const answer = await service.call(key, 'probe_broken');
    expect(answer.status).toBe(200);
    expect(answer.body.result.isError).toBe(true);
    expect(answer.text).not.toContain('hunter2');
    expect(answer.body.result.content[0].text).toContain(answer.headers.get('x-request-id'));
    expect(await service.auditRows("tool = 'probe_broken'")).toMatchObject([
      { outcome: 'failure', reason: 'internal_error' },
    ]);
  });

  it('answers a method without parameter decorators with (input, call)', async () => {
    const answer = await service.call(key, 'probe_positional', { n: 3 });
    expect(answer.body.result.structuredContent).toEqual({ n: 3, keyId: expect.any(String), aborted: false });
  });

  it('reports an unknown tool as not found, and audits the attempt', async () => {
    const answer = await service.call(key, 'probe_nothing');
    expect(answer.body).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: { code: -32602, message: 'Tool probe_nothing not found' },
    });
    expect(await service.auditRows("tool = 'probe_nothing'")).toMatchObject([
      { outcome: 'failure', reason: 'unknown_tool' },
    ]);
  });

  it('answers the revision 2026-07-28 with the members that it adds', async () => {
    const serverInfo = { name: 'bouncer', title: 'Bouncer', version: expect.any(String) };
    const list = await modern('tools/list', {});
    expect(list.body.result).toMatchObject({
      resultType: 'complete',
      ttlMs: 0,
      cacheScope: 'private',
      _meta: { 'io.modelcontextprotocol/serverInfo': serverInfo },
    });
    const call = await modern(
      'tools/call',
      { name: 'probe_positional', arguments: { n: 1 } },
      { 'mcp-name': 'probe_positional' },
    );
    expect(call.body.result).toMatchObject({
      structuredContent: { n: 1 },
      resultType: 'complete',
      _meta: { 'io.modelcontextprotocol/serverInfo': serverInfo },
    });
    const discover = await modern('server/discover', {});
    expect(discover.body.result).toMatchObject({
      supportedVersions: ['2026-07-28'],
      capabilities: { tools: {} },
    });
  });

  it('refuses headers of the revision 2026-07-28 that contradict the body, and runs nothing', async () => {
    const answer = await modern(
      'tools/call',
      { name: 'probe_guarded', arguments: {} },
      { 'mcp-name': 'whoami' },
    );
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe(-32020);
    expect(seen).toEqual([]);
  });

  it.each(['2025-03-26', '2025-06-18', '2025-11-25'])(
    'negotiates %s and serves it',
    async (protocolVersion) => {
      const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'spec', version: '1' } };
      const answer = await service.rpc(key, 'initialize', params);
      expect(answer.status).toBe(200);
      expect(messagesOf(answer)[0].result).toMatchObject({ protocolVersion });
      const list = await service.rpc(key, 'tools/list', {}, { 'mcp-protocol-version': protocolVersion });
      expect(list.body.result.tools.length).toBeGreaterThan(0);
    },
  );

  it.each([
    ['GET without a session', { method: 'GET' }, 405],
    ['DELETE without a session', { method: 'DELETE' }, 405],
    ['a body that is not JSON', { method: 'POST', body: '{"jsonrpc"' }, 400],
    ['an empty body', { method: 'POST', body: '' }, 400],
    ['a body that is no JSON-RPC', { method: 'POST', body: '{"a":1}' }, 400],
    ['an empty batch', { method: 'POST', body: '[]' }, 400],
    [
      '__proto__ in the arguments',
      {
        method: 'POST',
        body: '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"__proto__":{"a":1}}}',
      },
      400,
    ],
    [
      'an Accept that leaves out event streams',
      {
        method: 'POST',
        body: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
        headers: { accept: 'application/json' },
      },
      406,
    ],
    ['another media type', { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } }, 415],
    ['a foreign Origin', { method: 'POST', body: '{}', headers: { origin: 'https://evil.example' } }, 403],
  ])('answers %s with its status and a JSON-RPC error', async (_, { method, ...options }, status) => {
    const answer = await service.request(method, '/mcp', { key, ...options });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      jsonrpc: '2.0',
      error: { code: expect.any(Number), message: expect.any(String) },
    });
  });

  it.each([
    ['tools/list', { cursor: 1 }, 'cursor: Invalid input: expected string, received number'],
    ['tools/call', { name: ['a'] }, 'name: Invalid input: expected string, received array'],
    [
      'prompts/get',
      { name: 'a', arguments: { n: 1 } },
      'arguments.n: Invalid input: expected string, received number',
    ],
    ['resources/read', {}, 'uri: Invalid input: expected string, received undefined'],
  ])('reports a wrong parameter of %s as invalid params, and names it', async (method, params, line) => {
    const error = { code: -32602, message: `Invalid params: ${line}` };
    expect(messagesOf(await service.rpc(key, method, params))).toEqual([{ jsonrpc: '2.0', id: 1, error }]);
  });

  it('requires a key before it reads the body', async () => {
    expect((await service.request('POST', '/mcp', { body: '{"jsonrpc"' })).status).toBe(401);
    expect((await service.request('GET', '/mcp')).status).toBe(401);
  });

  it('charges each call of a batch, and refuses one that is over the limit as a whole', async () => {
    const user = await service.createUser({ requestsPerMinute: 10 });
    const { apiKey } = await service.createKey(user, ['probe:read']);
    const batch = (size: number) =>
      service.request('POST', '/mcp', {
        key: apiKey,
        headers: { 'mcp-protocol-version': '2025-03-26' },
        body: Array.from({ length: size }, (_, id) => ({
          jsonrpc: '2.0',
          id,
          method: 'tools/call',
          params: { name: 'probe_positional', arguments: { n: id } },
        })),
      });
    const first = await batch(8);
    expect(first.status).toBe(200);
    expect(first.headers.get('ratelimit')).toMatch(/^"custom";r=2;/);
    expect(await service.auditRows('user_id = $1', [user.id])).toHaveLength(8);
    const second = await batch(3);
    expect(second.status).toBe(429);
    expect(await service.auditRows("user_id = $1 AND outcome = 'success'", [user.id])).toHaveLength(8);
  });

  it('does not count the handshake as calls', async () => {
    const user = await service.createUser({ requestsPerMinute: 5 });
    const { apiKey } = await service.createKey(user, ['probe:read']);
    for (let i = 0; i < 4; i++) await service.rpc(apiKey, 'ping');
    const answer = await service.call(apiKey, 'probe_positional', { n: 1 });
    expect(answer.headers.get('ratelimit')).toMatch(/^"custom";r=4;/);
  });

  it('refuses a single call of a batch with the same code', async () => {
    const answer = await service.request('POST', '/mcp', {
      key,
      headers: { 'mcp-protocol-version': '2025-03-26' },
      body: [
        {
          jsonrpc: '2.0',
          id: 'a',
          method: 'tools/call',
          params: { name: 'documents_delete', arguments: { id: 'x' } },
        },
        {
          jsonrpc: '2.0',
          id: 'b',
          method: 'tools/call',
          params: { name: 'probe_positional', arguments: { n: 7 } },
        },
      ],
    });
    const messages = messagesOf(answer);
    expect(messages.find(({ id }) => id === 'a').error).toMatchObject({
      data: { code: 'insufficient_scope' },
    });
    expect(messages.find(({ id }) => id === 'b').result.structuredContent.n).toBe(7);
  });

  it('answers a request with a URI of any length, even without a key', async () => {
    const uri = `document://${'x'.repeat(1_100_000)}`;
    for (const method of ['resources/read', 'resources/subscribe']) {
      expect((await service.rpc(undefined, method, { uri })).status).toBe(401);
      const answer = await service.rpc(key, method, { uri });
      expect(messagesOf(answer)[0].error).toMatchObject({ code: -32602 });
    }
    expect((await service.request('GET', '/health')).status).toBe(200);
  });

  it('answers, and continues, when it cannot name what was refused', async () => {
    const broken = jest.spyOn(service.service.app.get(RequestSubjects, { strict: false }), 'subjectOf');
    broken.mockImplementation(() => {
      throw new Error('nobody expected this');
    });
    const answer = await service.rpc(undefined, 'ping');
    broken.mockRestore();
    expect(answer.status).toBe(500);
    expect(answer.body.error.data.code).toBe('internal_error');
    expect((await service.rpc(undefined, 'ping')).status).toBe(401);
  });
});
