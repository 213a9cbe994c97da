import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  Module,
  type PipeTransform,
  UseGuards,
} from '@nestjs/common';
import * as z from 'zod';
import { Authenticated, CurrentCaller, Scopes } from '../src/access/access.decorators.js';
import { requestOf } from '../src/access/caller.js';
import type { Caller } from '../src/access/caller.js';
import { notFound } from '../src/errors/service-error.js';
import { Input } from '../src/mcp/call/parameter.decorators.js';
import { Complete, type CompletionInput } from '../src/mcp/decorators/complete.decorator.js';
import { Prompt } from '../src/mcp/decorators/prompt.decorator.js';
import { Resource, ResourceTemplate } from '../src/mcp/decorators/resource.decorator.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { TestService } from './support/test-service.js';

@Injectable()
class TuesdayGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return requestOf(context).headers['x-day'] === 'tuesday';
  }
}

class UpperCasePipe implements PipeTransform<{ name: string }> {
  transform({ name }: { name: string }) {
    return { name: name.toUpperCase() };
  }
}

@Injectable()
class ShelfHandlers {
  @Resource({ name: 'about', uri: 'shelf://about', description: 'A text' })
  @Authenticated()
  about(@CurrentCaller() caller: Caller) {
    return `The shelf of ${caller.email}`;
  }

  @Resource({ name: 'cover', uri: 'shelf://cover', mimeType: 'image/png' })
  @Scopes('shelf:read')
  cover() {
    return Buffer.from([1, 2, 3]);
  }

  @Resource({ name: 'nobody', uri: 'shelf://nobody' })
  nobody() {
    return 'never';
  }

  @Resource({ name: 'guarded', uri: 'shelf://guarded' })
  @Scopes('shelf:read')
  @UseGuards(TuesdayGuard)
  guarded() {
    return 'open';
  }

  @ResourceTemplate({
    name: 'book',
    uriTemplate: 'shelf://{room}/books/{id}',
    inputSchema: z.object({ room: z.string(), id: z.coerce.number().int() }),
  })
  @Scopes('shelf:read')
  book(@Input() { room, id }: { room: string; id: number }) {
    if (id === 404) throw notFound('Book');
    if (id === 500) throw new Error('password=hunter2');
    return { room, id };
  }

  @Prompt({
    name: 'greet',
    title: 'Greeting',
    argsSchema: z.object({ name: z.string().describe('Whom'), tone: z.string().optional() }),
  })
  @Scopes('shelf:read')
  greet(@Input(new UpperCasePipe()) { name }: { name: string }) {
    return `Hello ${name}`;
  }

  @Complete({ prompt: 'greet', argument: 'name' })
  @Scopes('shelf:read')
  names(@Input() { value, arguments: filled }: CompletionInput) {
    return Array.from({ length: 150 }, (_, n) => `${value}${n}${filled.tone ?? ''}`);
  }

  @Complete({ prompt: 'greet', argument: 'tone' })
  tones() {
    return ['never'];
  }

  @Tool({
    name: 'shelf_count',
    title: 'Count',
    description: 'Counts',
    outputSchema: z.object({ books: z.int() }),
    annotations: { readOnlyHint: true },
    icons: [{ src: 'https://example.com/icon.png', mimeType: 'image/png' }],
    _meta: { 'example.com/group': 'shelf' },
  })
  @Scopes('shelf:read')
  count() {
    return { books: 3 };
  }
}

@Module({ providers: [ShelfHandlers] })
class ShelfModule {}

describe('The endpoint for resources, prompts and completions', () => {
  let service: TestService;
  let key: string;
  let narrow: string;

  beforeAll(async () => {
    service = await TestService.start({ modules: [ShelfModule], env: { MCP_PAGE_SIZE: '2' } });
    const user = await service.createUser();
    key = (await service.createKey(user, ['shelf:read', 'documents:read', 'documents:write'])).apiKey;
    narrow = (await service.createKey(user, ['documents:write'])).apiKey;
  });
  afterAll(() => service.stop());

  const read = (uri: string, caller = key, headers = {}) =>
    service.rpc(caller, 'resources/read', { uri }, headers);
  const get = (name: string, args: Record<string, unknown> = {}, caller = key) =>
    service.rpc(caller, 'prompts/get', { name, arguments: args });
  const complete = (ref: object, argument: object, context?: object, caller = key) =>
    service.rpc(caller, 'completion/complete', { ref, argument, ...(context && { context }) });

  it('converts what a resource returns to contents: text, bytes, or JSON', async () => {
    expect((await read('shelf://about')).body.result.contents).toEqual([
      { uri: 'shelf://about', mimeType: 'text/plain', text: expect.stringContaining('@example.com') },
    ]);
    expect((await read('shelf://cover')).body.result.contents).toEqual([
      { uri: 'shelf://cover', mimeType: 'image/png', blob: 'AQID' },
    ]);
    expect((await read('shelf://hall%20way/books/7')).body.result.contents).toEqual([
      { uri: 'shelf://hall%20way/books/7', mimeType: 'application/json', text: '{"room":"hall way","id":7}' },
    ]);
  });

  it('answers an unknown URI and a row that does not exist alike', async () => {
    for (const uri of ['shelf://attic', 'shelf://hall/books/404', 'shelf://%ff/books/1']) {
      const answer = await read(uri);
      expect(answer.status).toBe(200);
      expect(answer.body.error).toEqual({
        code: -32602,
        message: `Resource ${uri} not found`,
        data: { uri },
      });
    }
  });

  it('names the invalid variables of a URI and arguments of a prompt', async () => {
    const wrong = await read('shelf://hall/books/seven');
    expect(wrong.body.error).toMatchObject({ code: -32602, data: { code: 'validation_failed' } });
    expect(wrong.body.error.message).toMatch(/^Invalid arguments for shelf:\/\/hall\/books\/seven: id: /);
    const prompt = await get('greet');
    expect(prompt.body.error.message).toMatch(/^Invalid arguments for prompt greet: name: /);
  });

  it('never reveals the message of an unexpected error', async () => {
    const answer = await read('shelf://hall/books/500');
    expect(answer.body.error).toMatchObject({
      code: -32603,
      data: { code: 'internal_error', requestId: answer.headers.get('x-request-id') },
    });
    expect(answer.text).not.toContain('hunter2');
  });

  it('passes the arguments of a prompt through its pipes, and makes a message of a text', async () => {
    expect((await get('greet', { name: 'ada' })).body.result).toEqual({
      messages: [{ role: 'user', content: { type: 'text', text: 'Hello ADA' } }],
    });
    expect((await get('nothing')).body.error).toEqual({ code: -32602, message: 'Prompt nothing not found' });
  });

  it('suggests at most 100 values, given the other arguments', async () => {
    const { completion } = (
      await complete(
        { type: 'ref/prompt', name: 'greet' },
        { name: 'name', value: 'a' },
        { arguments: { tone: '!' } },
      )
    ).body.result;
    expect(completion).toMatchObject({ total: 150, hasMore: true });
    expect(completion.values).toHaveLength(100);
    expect(completion.values[0]).toBe('a0!');
  });

  it('suggests nothing without a completion, and refuses an unknown reference', async () => {
    const argument = { name: 'room', value: '' };
    const template = { type: 'ref/resource', uri: 'shelf://{room}/books/{id}' };
    expect((await complete(template, argument)).body.result.completion.values).toEqual([]);
    expect((await complete(template, argument, undefined, narrow)).body.error.code).toBe(-32602);
    expect((await complete({ type: 'ref/prompt', name: 'none' }, argument)).body.error.code).toBe(-32602);
  });

  describe('refuses with 403 and a JSON-RPC error', () => {
    it.each<[string, (caller: string) => ReturnType<TestService['rpc']>]>([
      ['a resource', (caller) => read('shelf://cover', caller)],
      ['a template', (caller) => read('shelf://hall/books/seven', caller)],
      ['a prompt', (caller) => get('greet', {}, caller)],
      [
        'a completion',
        (caller) =>
          complete({ type: 'ref/prompt', name: 'greet' }, { name: 'name', value: 'a' }, undefined, caller),
      ],
    ])('%s whose scope the key lacks', async (_, call) => {
      const answer = await call(narrow);
      expect(answer.status).toBe(403);
      expect(answer.headers.get('www-authenticate')).toContain('scope="shelf:read"');
      expect(answer.body).toMatchObject({
        id: 1,
        error: { data: { code: 'insufficient_scope', missingScopes: ['shelf:read'] } },
      });
    });

    it('a handler that declares no scopes, even to admins', async () => {
      for (const caller of [key, service.adminKey]) {
        expect((await read('shelf://nobody', caller)).status).toBe(403);
        const tones = complete(
          { type: 'ref/prompt', name: 'greet' },
          { name: 'tone', value: '' },
          undefined,
          caller,
        );
        expect((await tones).status).toBe(403);
      }
    });

    it("a call that a handler's own guard refuses", async () => {
      expect((await read('shelf://guarded')).body.error.data.code).toBe('forbidden');
      expect((await read('shelf://guarded', key, { 'x-day': 'tuesday' })).body.result.contents[0].text).toBe(
        'open',
      );
    });
  });

  it('leaves a row for each call, with what it was about', async () => {
    const user = await service.createUser();
    const { apiKey } = await service.createKey(user, ['shelf:read', 'documents:write', 'documents:read']);
    const document = await service.call(apiKey, 'documents_create', { title: 'T', content: 'C' });
    const { id } = document.body.result.structuredContent;
    await read('shelf://cover', apiKey);
    await read('shelf://attic', apiKey);
    await read(`document://${id}`, apiKey);
    await get('greet', { name: 'x' }, apiKey);
    await complete({ type: 'ref/prompt', name: 'greet' }, { name: 'name', value: '' }, undefined, apiKey);
    await read('shelf://nobody', apiKey);
    const rows = await service.auditRows('user_id = $1', [user.id]);
    expect(
      rows.map(({ action, tool, resource, outcome, reason }) => [action, tool, resource, outcome, reason]),
    ).toEqual([
      ['tools/call', 'documents_create', `document:${id}`, 'success', null],
      ['resources/read', null, 'shelf://cover', 'success', null],
      ['resources/read', null, 'shelf://attic', 'failure', 'not_found'],
      ['resources/read', null, `document:${id}`, 'success', null],
      ['prompts/get', null, 'prompt:greet', 'success', null],
      ['completion/complete', null, 'prompt:greet', 'success', null],
      ['resources/read', null, 'shelf://nobody', 'denied', 'undeclared_scopes'],
    ]);
  });

  it('counts each request as one call', async () => {
    const user = await service.createUser({ requestsPerMinute: 10 });
    const { apiKey } = await service.createKey(user, ['shelf:read']);
    await read('shelf://cover', apiKey);
    const answer = await get('greet', { name: 'x' }, apiKey);
    expect(answer.headers.get('ratelimit')).toMatch(/^"custom";r=8;/);
  });

  describe('lists', () => {
    const pages = async (method: string, plural: string, caller = key) => {
      const names: string[][] = [];
      let cursor: string | undefined;
      do {
        const { result } = (await service.rpc(caller, method, cursor === undefined ? {} : { cursor })).body;
        names.push(result[plural].map(({ name }: { name: string }) => name));
        cursor = result.nextCursor;
      } while (cursor !== undefined);
      return names;
    };

    it('what the caller may use, in the order of names, page by page', async () => {
      expect(await pages('tools/list', 'tools')).toEqual([
        ['documents_create', 'documents_get'],
        ['documents_list', 'documents_search'],
        ['documents_update', 'shelf_count'],
        ['whoami'],
      ]);
      expect(await pages('resources/list', 'resources')).toEqual([['about', 'cover'], ['guarded']]);
      expect(await pages('resources/list', 'resources', narrow)).toEqual([['about']]);
      expect(await pages('resources/templates/list', 'resourceTemplates')).toEqual([['document', 'book']]);
      expect(await pages('resources/templates/list', 'resourceTemplates', narrow)).toEqual([[]]);
      expect(await pages('prompts/list', 'prompts')).toEqual([['documents_answer', 'greet']]);
      expect(await pages('prompts/list', 'prompts', narrow)).toEqual([[]]);
    });

    it('only pages of this caller, and refuses any other cursor', async () => {
      const { nextCursor } = (await service.rpc(key, 'resources/list')).body.result;
      for (const [caller, cursor] of [
        [key, 'x'],
        [key, ''],
        [narrow, nextCursor],
      ]) {
        const answer = await service.rpc(caller, 'resources/list', { cursor });
        expect(answer.body.error).toMatchObject({ code: -32602, message: expect.stringContaining('cursor') });
      }
    });

    it('everything that a decorator declares', async () => {
      const { tools } = (
        await service.rpc(key, 'tools/list', {
          cursor: Buffer.from('documents_search').toString('base64url'),
        })
      ).body.result;
      expect(tools[1]).toEqual({
        name: 'shelf_count',
        title: 'Count',
        description: 'Counts',
        inputSchema: { type: 'object', properties: {}, additionalProperties: false },
        outputSchema: {
          type: 'object',
          properties: {
            books: { type: 'integer', minimum: expect.any(Number), maximum: expect.any(Number) },
          },
          required: ['books'],
          additionalProperties: false,
        },
        annotations: { readOnlyHint: true },
        icons: [{ src: 'https://example.com/icon.png', mimeType: 'image/png' }],
        _meta: { 'example.com/group': 'shelf' },
      });
      const { prompts } = (await service.rpc(key, 'prompts/list')).body.result;
      expect(prompts[1]).toEqual({
        name: 'greet',
        title: 'Greeting',
        arguments: [
          { name: 'name', description: 'Whom', required: true },
          { name: 'tone', required: false },
        ],
      });
    });
  });

  describe('with the documents', () => {
    let id: string;

    beforeAll(async () => {
      const made = await service.call(key, 'documents_create', {
        title: 'Harbour rules',
        content: 'Ships over 40 metres wait at the eastern buoy.',
      });
      id = made.body.result.structuredContent.id;
    });

    it('reads them by their URI', async () => {
      expect((await read(`document://${id}`)).body.result.contents).toEqual([
        {
          uri: `document://${id}`,
          mimeType: 'text/markdown',
          text: '# Harbour rules\n\nShips over 40 metres wait at the eastern buoy.',
        },
      ]);
    });

    it("does not find them with another user's key", async () => {
      const { apiKey } = await service.createKey(await service.createUser(), ['documents:read']);
      expect((await read(`document://${id}`, apiKey)).body.error).toEqual({
        code: -32602,
        message: `Resource document://${id} not found`,
        data: { uri: `document://${id}` },
      });
      const { messages } = (await get('documents_answer', { question: 'Where do ships wait?' }, apiKey)).body
        .result;
      expect(messages).toHaveLength(1);
      expect(messages[0].content.text).toContain('No document of mine matches');
    });

    it('answers a question from them, with links to cite', async () => {
      const { messages } = (await get('documents_answer', { question: 'Where do long ships wait?' })).body
        .result;
      expect(messages[0].content).toMatchObject({
        type: 'resource',
        resource: { uri: `document://${id}`, text: expect.stringContaining('eastern buoy') },
      });
      expect(messages.at(-1).content.text).toContain(`[Harbour rules](document://${id})`);
    });

    it('completes the id of their URI', async () => {
      const ref = { type: 'ref/resource', uri: 'document://{id}' };
      const answer = await complete(ref, { name: 'id', value: id.slice(0, 30) });
      expect(answer.body.result.completion.values).toEqual([id]);
    });
  });
});
