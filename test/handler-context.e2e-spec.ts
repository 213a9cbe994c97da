import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { inputRequired } from '@modelcontextprotocol/server';
import { type CanActivate, Injectable, Module, UseGuards } from '@nestjs/common';
import * as z from 'zod';
import { Scopes } from '../src/access/access.decorators.js';
import {
  ClientInput,
  CurrentCall,
  Input,
  Log,
  Progress,
  type ReportProgress,
  type SendLog,
  Signal,
} from '../src/mcp/call/parameter.decorators.js';
import type { McpCall } from '../src/mcp/call/mcp-call.js';
import { Prompt } from '../src/mcp/decorators/prompt.decorator.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { CLIENTS } from './support/clients.js';
import { TestService } from './support/test-service.js';
import { until } from './support/until.js';

const Confirmation = z.object({ sure: z.boolean() });
const Size = z.object({ bytes: z.int() });
const aborted: string[] = [];
let entered = 0;
/** Is shorter than the time limit of one second, which would abort as well. */
const BEFORE_TIMEOUT_MS = 700;

const untilAborted = (signal: AbortSignal, name: string) =>
  new Promise<string>((resolve) => {
    entered++;
    signal.addEventListener('abort', () => {
      aborted.push(name);
      resolve('too late');
    });
  });

class ClosedGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Injectable()
class ContextTools {
  @Tool({ name: 'ctx_progress', description: 'Reports' })
  @Scopes('ctx:read')
  async progress(@Progress() report: ReportProgress) {
    await report(1, 2, 'half');
    await report(2, 2);
    return 'done';
  }

  @Tool({ name: 'ctx_closed', description: 'Could report, but lets nobody in' })
  @Scopes('ctx:read')
  @UseGuards(ClosedGuard)
  closed(@Progress() _report: ReportProgress) {
    return 'never';
  }

  @Tool({ name: 'ctx_log', description: 'Logs' })
  @Scopes('ctx:read')
  async log(@Log() log: SendLog) {
    await log('debug', 'detail');
    await log('warning', { disk: 'full' }, 'disk');
    return 'logged';
  }

  @Tool({ name: 'ctx_flood', description: 'Logs without end' })
  @Scopes('ctx:read')
  async flood(@Log() log: SendLog) {
    for (let line = 0; line < 12; line++) await log('error', 'x'.repeat(1024 * 1024));
    return 'flooded';
  }

  @Tool({ name: 'ctx_client', description: 'Knows its client' })
  @Scopes('ctx:read')
  client(@CurrentCall() call: McpCall) {
    return { id: call.id, requestId: call.request.id, client: call.client?.name ?? null };
  }

  @Tool({
    name: 'ctx_delete',
    description: 'Asks twice',
    inputSchema: z.object({ what: z.string() }),
  })
  @Scopes('ctx:read')
  async remove(@Input() { what }: { what: string }, @ClientInput() ask: ClientInput) {
    const { action, content } = await ask.elicit<z.infer<typeof Confirmation>>('sure', {
      message: `Delete ${what}?`,
      requestedSchema: Confirmation,
    });
    if (action !== 'accept' || !content?.sure) return 'kept';
    const roots = await ask.roots();
    return { deleted: what, from: roots.map(({ uri }) => uri) };
  }

  @Tool({ name: 'ctx_state', description: 'Keeps what it knows' })
  @Scopes('ctx:read')
  async keeping(@ClientInput() ask: ClientInput) {
    if (ask.state() === undefined) ask.request({ first: inputRequired.listRoots() }, { began: 1 });
    await ask.roots('second');
    return { state: ask.state(), answered: ask.answered() };
  }

  @Prompt({ name: 'ctx_topic', description: 'Asks for its topic' })
  @Scopes('ctx:read')
  async topic(@ClientInput() ask: ClientInput) {
    const { content } = await ask.elicit<{ topic: string }>('topic', {
      message: 'Which?',
      requestedSchema: z.object({ topic: z.string() }),
    });
    return `About ${content?.topic}`;
  }

  @Tool({ name: 'ctx_wait', description: 'Waits for ever' })
  @Scopes('ctx:read')
  wait(@Signal() signal: AbortSignal) {
    return untilAborted(signal, 'direct');
  }

  @Tool({ name: 'ctx_wait_reporting', description: 'Waits for ever, and could report' })
  @Scopes('ctx:read')
  waitReporting(@Signal() signal: AbortSignal, @Progress() _report: ReportProgress) {
    return untilAborted(signal, 'bridge');
  }

  @Tool({ name: 'ctx_large', description: 'Large', inputSchema: Size })
  @Scopes('ctx:read')
  large(@Input() { bytes }: z.infer<typeof Size>) {
    return 'x'.repeat(bytes);
  }

  // @ts-expect-error The compiler shows this mistake; here is what a program without types meets.
  @Tool({ name: 'ctx_wrong', description: 'Breaks its promise', outputSchema: z.object({ n: z.number() }) })
  @Scopes('ctx:read')
  wrong() {
    return { n: 'one' };
  }

  // @ts-expect-error JSON makes a text of a date, which the compiler does not know.
  @Tool({
    name: 'ctx_dated',
    description: 'A date is a text by the time it is sent',
    outputSchema: z.object({ at: z.iso.datetime() }),
  })
  @Scopes('ctx:read')
  dated() {
    return { at: new Date(0) };
  }
}

@Module({ providers: [ContextTools] })
class ContextModule {}

const ENV = { MCP_HANDLER_TIMEOUT_SECONDS: '1', MCP_MAX_RESULT_BYTES: '2000' };

describe('A handler', () => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start({ modules: [ContextModule], env: ENV });
    key = (await service.createKey(await service.createUser(), ['ctx:read'])).apiKey;
  });
  afterAll(() => service.stop());
  beforeEach(() => void aborted.splice(0));

  const modern = async (
    method: string,
    params: Record<string, unknown>,
    { capabilities = {}, meta = {}, caller = key } = {},
  ) => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'spec', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': capabilities,
      ...meta,
    };
    return service.rpc(
      caller,
      method,
      { ...params, _meta },
      {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
        'mcp-name': String(params.name),
      },
    );
  };
  const eventsOf = ({ text }: { text: string }) =>
    [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data!));

  describe.each(CLIENTS.map(([name]) => name))('reports progress to %s', (name) => {
    it('on request', async () => {
      const connect = CLIENTS.find(([known]) => known === name)![1];
      const client: any = await connect(service.url, { Authorization: `Bearer ${key}` });
      const steps: unknown[] = [];
      const options = { onprogress: (step: unknown) => void steps.push(step) };
      const call = { name: 'ctx_progress', arguments: {} };
      const result = name.includes('/sdk')
        ? await client.callTool(call, undefined, options)
        : await client.callTool(call, options);
      await client.close();
      expect(result.content).toEqual([{ type: 'text', text: 'done' }]);
      expect(steps).toEqual([
        { progress: 1, total: 2, message: 'half' },
        { progress: 2, total: 2 },
      ]);
    });
  });

  it('sends nothing before the answer to a client that has not asked for progress', async () => {
    const answer = await modern('tools/call', { name: 'ctx_progress' });
    expect(answer.body.result.content[0].text).toBe('done');
  });

  it('is refused by its own guard with the status of the refusal, through the SDK as on the direct path', async () => {
    const answer = await modern('tools/call', { name: 'ctx_closed' });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ id: 1, error: { data: { code: 'forbidden' } } });
  });

  it('sends log messages of the level that the client requested, and none without a level', async () => {
    const meta = { 'io.modelcontextprotocol/logLevel': 'info' };
    const answer = await modern('tools/call', { name: 'ctx_log' }, { meta });
    expect(eventsOf(answer).map(({ params, result }) => params ?? result.content[0].text)).toEqual([
      { level: 'warning', logger: 'disk', data: { disk: 'full' } },
      'logged',
    ]);
    expect((await modern('tools/call', { name: 'ctx_log' })).body.result.content[0].text).toBe('logged');
  });

  it('sends at most 4 Mi characters before its answer, so that a client that does not read cannot fill the memory', async () => {
    const meta = { 'io.modelcontextprotocol/logLevel': 'info' };
    const events = eventsOf(await modern('tools/call', { name: 'ctx_flood' }, { meta }));
    expect(events.map(({ result, params }) => result?.content[0].text ?? params.data.length)).toEqual([
      ...Array.from({ length: 3 }, () => 1024 * 1024),
      'flooded',
    ]);
  });

  it('knows the id of the call, of the request, and the client', async () => {
    const answer = await modern('tools/call', { name: 'ctx_client' });
    expect(answer.body.result.structuredContent).toEqual({
      id: 1,
      requestId: answer.headers.get('x-request-id'),
      client: 'spec',
    });
  });

  describe('with questions', () => {
    const capabilities = { elicitation: { form: {} }, roots: {} };
    const name = 'ctx_delete';
    const args = { what: 'all' };

    it('returns them as a result in the revision 2026-07-28, and continues with each answer', async () => {
      const first = (await modern('tools/call', { name, arguments: args }, { capabilities })).body.result;
      expect(first).toMatchObject({
        resultType: 'input_required',
        inputRequests: { sure: { method: 'elicitation/create', params: { message: 'Delete all?' } } },
      });
      const sure = { action: 'accept', content: { sure: true } };
      const second = (
        await modern('tools/call', { name, arguments: args, inputResponses: { sure } }, { capabilities })
      ).body.result;
      expect(second.inputRequests).toEqual({ roots: { method: 'roots/list' } });
      const inputResponses = { roots: { roots: [{ uri: 'file:///work' }] } };
      const { requestState } = second;
      const last = await modern(
        'tools/call',
        { name, arguments: args, inputResponses, requestState },
        { capabilities },
      );
      expect(last.body.result.structuredContent).toEqual({ deleted: 'all', from: ['file:///work'] });
    });

    it('asks again when the answer does not fit', async () => {
      const sure = { action: 'accept', content: { sure: 'perhaps' } };
      const answer = await modern(
        'tools/call',
        { name, arguments: args, inputResponses: { sure } },
        { capabilities },
      );
      expect(answer.body.result.inputRequests).toHaveProperty('sure');
    });

    it('refuses a state that was changed, or made for other arguments or another user', async () => {
      const sure = { action: 'accept', content: { sure: true } };
      const { requestState } = (
        await modern('tools/call', { name, arguments: args, inputResponses: { sure } }, { capabilities })
      ).body.result;
      const other = (await service.createKey(await service.createUser(), ['ctx:read'])).apiKey;
      const inputResponses = { roots: { roots: [] } };
      const retry = (params: object, caller = key) =>
        modern(
          'tools/call',
          { name, arguments: args, inputResponses, requestState, ...params },
          { capabilities, caller },
        );
      for (const answer of [
        await retry({ requestState: `${requestState}x` }),
        await retry({ requestState: '' }),
        await retry({ arguments: { what: 'more' } }),
        await retry({}, other),
      ]) {
        expect(answer.body.error ?? answer.body.result).toMatchObject({
          code: -32602,
          data: { reason: 'invalid_request_state' },
        });
      }
      expect((await retry({})).body.result.structuredContent).toBeDefined();
    });

    it('fails for a client that cannot answer them', async () => {
      const answer = await modern('tools/call', { name, arguments: args });
      expect(answer.status).toBe(400);
      expect(answer.body.error).toMatchObject({ code: -32021 });
    });

    it('fails with an explanation on older revisions', async () => {
      const answer = await service.call(key, name, args);
      const [{ result }] = eventsOf(answer);
      expect(result).toMatchObject({
        isError: true,
        _meta: { 'bouncer/error': { code: 'input_not_supported' } },
      });
      expect(result.content[0].text).toContain('2026-07-28');
    });

    it('may be a prompt', async () => {
      const answer = await modern('prompts/get', { name: 'ctx_topic' }, { capabilities });
      expect(answer.body.result).toMatchObject({ resultType: 'input_required' });
      const inputResponses = { topic: { action: 'accept', content: { topic: 'ships' } } };
      const last = await modern('prompts/get', { name: 'ctx_topic', inputResponses }, { capabilities });
      expect(last.body.result.messages[0].content.text).toBe('About ships');
    });

    it('keeps its own state through all rounds', async () => {
      const roots = { roots: [] };
      const call = async (params: object) =>
        (await modern('tools/call', { name: 'ctx_state', ...params }, { capabilities })).body.result;
      const first = await call({});
      const { requestState } = await call({
        requestState: first.requestState,
        inputResponses: { first: roots },
      });
      const last = await call({ requestState, inputResponses: { second: roots } });
      expect(last.structuredContent).toEqual({ state: { began: 1 }, answered: ['first', 'second'] });
    });

    it('is answered by a real client, round by round', async () => {
      const client = new Client(
        { name: 'spec', version: '1' },
        {
          capabilities: { elicitation: { form: {} }, roots: {} },
          versionNegotiation: { mode: { pin: '2026-07-28' } },
        },
      );
      client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { sure: true } }));
      client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///home' }] }));
      const headers = { Authorization: `Bearer ${key}` };
      await client.connect(
        new StreamableHTTPClientTransport(new URL(`${service.url}/mcp`), { requestInit: { headers } }),
      );
      const result = await client.callTool({ name, arguments: args });
      await client.close();
      expect(result.structuredContent).toEqual({ deleted: 'all', from: ['file:///home'] });
    });

    it('leaves a row for each round that says what was asked', async () => {
      const rows = await service.auditRows("tool = 'ctx_delete' AND metadata ? 'asked'");
      expect(rows[0]).toMatchObject({ outcome: 'success', metadata: { asked: ['sure'] } });
    });
  });

  it.each([
    ['ctx_wait', 'direct'],
    ['ctx_wait_reporting', 'bridge'],
  ])('%s is stopped when its time is over, and its signal aborted', async (name, way) => {
    const answer = await modern('tools/call', { name });
    expect(answer.body.result).toMatchObject({
      isError: true,
      content: [{ text: `The tool ${name} was stopped after 1 seconds. Ask for less, or try again later.` }],
    });
    expect(aborted).toEqual([way]);
    expect(await service.auditRows('tool = $1', [name])).toMatchObject([
      { outcome: 'failure', reason: 'handler_timeout' },
    ]);
  });

  it.each<[string, string, Record<string, string>]>([
    ['ctx_wait', 'direct', {}],
    ['ctx_wait_reporting', 'bridge', {}],
    ['ctx_wait_reporting', 'bridge', { 'mcp-protocol-version': '2025-11-25' }],
  ])('%s is aborted when its connection closes (%s)', async (name, way, headers) => {
    const controller = new AbortController();
    const before = entered;
    const answer = fetch(`${service.url}/mcp`, {
      method: 'POST',
      signal: controller.signal,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } }),
    }).then((response) => response.text());
    await until(() => entered > before, BEFORE_TIMEOUT_MS);
    controller.abort();
    await expect(answer).rejects.toThrow(/abort/i);
    await until(() => aborted.length > 0, BEFORE_TIMEOUT_MS);
    expect(aborted).toEqual([way]);
  });

  it('cannot return a result that is too large, and the error says what to do', async () => {
    expect((await service.call(key, 'ctx_large', { bytes: 1900 })).body.result.isError).toBeUndefined();
    const { result } = (await service.call(key, 'ctx_large', { bytes: 2100 })).body;
    expect(result).toMatchObject({
      isError: true,
      _meta: { 'bouncer/error': { code: 'result_too_large', maxBytes: 2000 } },
    });
    expect(result.content[0].text).toMatch(/^The result of tool ctx_large has 2\d+ bytes.*Ask for less/);
    expect(await service.auditRows("tool = 'ctx_large' AND outcome = 'failure'")).toMatchObject([
      { reason: 'result_too_large' },
    ]);
  });

  it('must return a result that fits its output schema in the form that is sent', async () => {
    const { result } = (await service.call(key, 'ctx_wrong')).body;
    expect(result.isError).toBe(true);
    expect(result.content[0].text).toContain('n: ');
    expect((await service.call(key, 'ctx_dated')).body.result.structuredContent).toEqual({
      at: '1970-01-01T00:00:00.000Z',
    });
  });
});
