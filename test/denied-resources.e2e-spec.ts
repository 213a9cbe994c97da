import { Injectable, Module } from '@nestjs/common';
import * as z from 'zod';
import { Scopes } from '../src/access/access.decorators.js';
import { AuditResource } from '../src/audit/recording/audit-resource.decorator.js';
import { Input, Log, type SendLog } from '../src/mcp/call/parameter.decorators.js';
import { Complete } from '../src/mcp/decorators/complete.decorator.js';
import { Prompt } from '../src/mcp/decorators/prompt.decorator.js';
import { Resource, ResourceTemplate } from '../src/mcp/decorators/resource.decorator.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { ENVELOPE } from './support/envelope.js';
import { messagesOf } from './support/messages.js';
import { LocalStdio } from './support/stdio.js';
import { type Answer, TestService, type TestUser } from './support/test-service.js';

const ById = z.object({ id: z.coerce.string().trim() });

/** Records handlers that ran although they must not. */
const ran: string[] = [];
const note = (what: string) => {
  ran.push(what);
  return { what };
};

@Injectable()
@AuditResource('payment')
class PaymentHandlers {
  @Tool({ name: 'payment_list', description: 'Payments' })
  @Scopes('payments:read')
  list() {
    return note('payment_list');
  }

  @Tool({ name: 'payment_log', description: 'Payments, told while they are read' })
  @Scopes('payments:read')
  log(@Log() _log: SendLog) {
    return note('payment_log');
  }

  @Resource({ name: 'payments', uri: 'bank://payments' })
  @Scopes('payments:read')
  resource() {
    return note('bank://payments');
  }

  @ResourceTemplate({ name: 'payment', uriTemplate: 'bank://payments/{id}' })
  @Scopes('payments:read')
  template() {
    return note('bank://payments/{id}');
  }

  @Prompt({ name: 'payment_prompt', argsSchema: z.object({ month: z.string() }) })
  @Scopes('payments:read')
  prompt() {
    return note('payment_prompt').what;
  }

  @Complete({ prompt: 'payment_prompt', argument: 'month' })
  @Scopes('payments:read')
  complete() {
    return [note('complete').what];
  }
}

@Injectable()
@AuditResource('invoice')
class InvoiceHandlers {
  @Tool({ name: 'invoice_get', description: 'One invoice', inputSchema: ById })
  @Scopes('invoices:read')
  get(@Input() { id }: z.infer<typeof ById>) {
    return { ...note(`invoice_get ${id}`), id };
  }

  @Tool({
    name: 'invoice_find',
    description: 'One by its title',
    inputSchema: z.object({ title: z.string() }),
  })
  @Scopes('invoices:read')
  find(@Input() { title }: { title: string }) {
    return { id: title, content: 'not for agents' };
  }

  @ResourceTemplate({ name: 'invoice', uriTemplate: 'invoice://{number}' })
  @Scopes('invoices:read')
  template(@Input() { number }: { number: string }) {
    return note(`invoice://${number}`);
  }
}

/** Its row names its URI, because no decorator says what it acts on. */
@Injectable()
class VaultResources {
  @ResourceTemplate({ name: 'vault', uriTemplate: 'vault://{name}' })
  @Scopes('invoices:read')
  open(@Input() { name }: { name: string }) {
    return note(`vault://${name}`);
  }
}

@Module({ providers: [PaymentHandlers, InvoiceHandlers, VaultResources] })
class CompanyModule {}

const modern = (method: string, params: Record<string, unknown>) => ({
  headers: {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...('name' in params && { 'mcp-name': String(params.name) }),
    ...('uri' in params && { 'mcp-name': String(params.uri) }),
  },
  body: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: ENVELOPE } },
});

describe('Resources that agents never reach', () => {
  let service: TestService;
  let user: TestUser;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start({
      modules: [CompanyModule],
      env: {
        MCP_SESSIONS_PER_USER: '5',
        AGENT_DENIED_RESOURCES: 'defaults, Invoice:secret-*, invoice:*-void, invoice:42, vault:inner*',
      },
    });
    user = await service.createUser();
    key = (await service.createKey(user, ['payments:read', 'invoices:read'])).apiKey;
  });
  afterAll(() => service.stop());
  beforeEach(() => void (ran.length = 0));

  const rowsOf = (answer: Answer) =>
    service.auditRows('request_id = $1', [messagesOf(answer)[0].error.data.requestId]);
  const blocked = { code: -32000, data: { code: 'resource_blocked' } };

  describe('Of a kind that is denied as a whole,', () => {
    const CALLS: [string, Record<string, unknown>, string | null, string | null][] = [
      ['tools/call', { name: 'payment_list', arguments: {} }, 'payment_list', null],
      ['tools/call', { name: 'payment_log', arguments: {} }, 'payment_log', null],
      ['resources/read', { uri: 'bank://payments' }, null, 'bank://payments'],
      ['resources/read', { uri: 'bank://payments/7' }, null, 'payment:7'],
      ['prompts/get', { name: 'payment_prompt', arguments: { month: 'May' } }, null, 'prompt:payment_prompt'],
      [
        'completion/complete',
        { ref: { type: 'ref/prompt', name: 'payment_prompt' }, argument: { name: 'month', value: 'M' } },
        null,
        'prompt:payment_prompt',
      ],
      [
        'completion/complete',
        { ref: { type: 'ref/resource', uri: 'bank://payments/{id}' }, argument: { name: 'id', value: '1' } },
        null,
        'bank://payments/{id}',
      ],
      ['resources/subscribe', { uri: 'bank://payments/7' }, null, 'payment:7'],
    ];

    it.each(CALLS)(
      '%s %j is refused with 403, and its row is elevated',
      async (method, params, tool, resource) => {
        const old = await service.rpc(key, method, params);
        const answers = [old];
        if (method !== 'resources/subscribe') {
          const { headers, body } = modern(method, params);
          answers.push(await service.request('POST', '/mcp', { key, headers, body }));
        }
        for (const answer of answers) {
          expect(answer.status).toBe(403);
          expect(messagesOf(answer)).toMatchObject([{ id: 1, error: blocked }]);
          expect(await rowsOf(answer)).toMatchObject([
            {
              tool,
              resource,
              outcome: 'denied',
              reason: 'resource_blocked',
              elevated: true,
              user_id: user.id,
            },
          ]);
        }
        expect(ran).toEqual([]);
      },
    );

    it('a stream that would tell of its changes is refused', async () => {
      const { headers, body } = modern('subscriptions/listen', {
        notifications: { resourceSubscriptions: ['bank://payments'] },
      });
      const answer = await service.request('POST', '/mcp', { key, headers, body });
      expect(answer.status).toBe(403);
      expect(answer.body.error).toMatchObject(blocked);
    });

    it('a batch is answered call by call', async () => {
      const body = [1, 2].map((id) => ({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params:
          id === 1
            ? { name: 'payment_list', arguments: {} }
            : { name: 'invoice_get', arguments: { id: 'a' } },
      }));
      const headers = { 'mcp-protocol-version': '2025-03-26' };
      const answer = await service.request('POST', '/mcp', { key, headers, body });
      const byId = Object.fromEntries(messagesOf(answer).map((message) => [message.id, message]));
      expect(byId[1].error).toMatchObject(blocked);
      expect(byId[2].result.structuredContent).toMatchObject({ id: 'a' });
      expect(ran).toEqual(['invoice_get a']);
    });

    it('a call within a session is refused', async () => {
      const hello = {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'spec', version: '1' },
      };
      const headers = { accept: 'application/json, text/event-stream' };
      const begun = await service.rpc(key, 'initialize', hello, headers);
      const session = { ...headers, 'mcp-session-id': begun.headers.get('mcp-session-id')! };
      for (const [method, params] of CALLS) {
        const answer = await service.rpc(key, method, params, session);
        expect(messagesOf(answer)).toMatchObject([{ error: blocked }]);
      }
      expect(ran).toEqual([]);
    });

    it("an agent's calls and subscriptions over stdio are refused, and their rows are elevated", async () => {
      const agent = await service.createKey(user, ['payments:read', 'invoices:read'], { agent: true });
      const env = { AGENT_DENIED_RESOURCES: 'payment:*, invoice:42' };
      const stdio = await LocalStdio.start(service, agent.apiKey, { modules: [CompanyModule], env });
      const hello = {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 's', version: '1' },
      };
      const refused: [string, Record<string, unknown>][] = [
        ['tools/call', { name: 'payment_list', arguments: {} }],
        ['tools/call', { name: 'invoice_get', arguments: { id: '42' } }],
        ['resources/subscribe', { uri: 'bank://payments/7' }],
      ];
      const lines = [
        { jsonrpc: '2.0', id: 0, method: 'initialize', params: hello },
        ...refused.map(([method, params], index) => ({ jsonrpc: '2.0', id: index + 1, method, params })),
      ];
      try {
        const answers = await stdio.say(lines, lines.length);
        for (const id of [1, 2, 3])
          expect(answers.find((answer) => answer.id === id)).toMatchObject({ error: blocked });
      } finally {
        await stdio.stop();
      }
      expect(ran).toEqual([]);
      const rows = await service.auditRows("key_id = $1 AND outcome = 'denied'", [agent.id]);
      const facts = { reason: 'resource_blocked', elevated: true };
      expect(rows.toSorted((a, b) => String(a.resource).localeCompare(String(b.resource)))).toMatchObject([
        { ...facts, resource: 'invoice:42', tool: 'invoice_get' },
        { ...facts, resource: null, tool: 'payment_list' },
        { ...facts, resource: 'payment:7', tool: null },
      ]);
    });

    it('no handler is listed, and the caller is told that it may not call it', async () => {
      const names = async (method: string, plural: string) =>
        (await service.rpc(key, method)).body.result[plural].map(({ name }: { name: string }) => name);
      expect(await names('tools/list', 'tools')).toEqual(['invoice_find', 'invoice_get', 'whoami']);
      expect(await names('resources/list', 'resources')).toEqual([]);
      expect(await names('resources/templates/list', 'resourceTemplates')).toEqual(['invoice', 'vault']);
      expect(await names('prompts/list', 'prompts')).toEqual([]);
      const me = await service.request('GET', '/api/me', { key });
      expect(me.body.tools).toEqual(['invoice_find', 'invoice_get', 'whoami']);
      expect(me.body.toolAccess).toContainEqual({ name: 'payment_list', allowed: false, missingScopes: [] });
    });

    it('a caller without the scope is told about the scope only', async () => {
      const other = await service.createKey(user, ['invoices:read']);
      const answer = await service.call(other.apiKey, 'payment_list');
      expect(answer.body.error.data.code).toBe('insufficient_scope');
    });
  });

  describe('When ids are denied,', () => {
    it.each(['secret-1', 'SECRET-1', 'q1-void', '42', ' secret-1 ', ' 42', ['secret-1']].map((id) => [id]))(
      'the id %j is refused before the handler runs',
      async (id) => {
        for (const call of [
          service.call(key, 'invoice_get', { id }),
          service.request('POST', '/mcp', {
            key,
            ...modern('tools/call', { name: 'invoice_get', arguments: { id } }),
          }),
        ]) {
          const answer = await call;
          expect([answer.status, answer.body.error.data.code]).toEqual([403, 'resource_blocked']);
          expect(await rowsOf(answer)).toMatchObject([
            { outcome: 'denied', reason: 'resource_blocked', elevated: true },
          ]);
        }
        expect(ran).toEqual([]);
      },
    );

    it('a number counts as the same id as its text, and the row names it', async () => {
      const answer = await service.call(key, 'invoice_get', { id: 42 });
      expect(answer.status).toBe(403);
      expect(await rowsOf(answer)).toMatchObject([{ resource: 'invoice:42' }]);
      expect(ran).toEqual([]);
    });

    it('an id that is too long to be compared is refused', async () => {
      const answer = await service.call(key, 'invoice_get', { id: 'x'.repeat(5_000) });
      expect(answer.status).toBe(403);
    });

    it('other ids pass', async () => {
      for (const id of ['public-1', 'secret', '421', 'void']) {
        const answer = await service.call(key, 'invoice_get', { id });
        expect([id, answer.body.result?.structuredContent?.id]).toEqual([id, id]);
      }
    });

    it.each([
      'invoice://secret-1',
      'invoice://q1-void',
      'invoice://se%63ret-1',
      'vault://inner',
      'vault://%69nner-2',
    ])('the resource %s is refused', async (uri) => {
      const answer = await service.rpc(key, 'resources/read', { uri });
      expect([answer.status, answer.body.error.data.code]).toEqual([403, 'resource_blocked']);
      const subscribed = await service.rpc(key, 'resources/subscribe', { uri });
      expect(subscribed.status).toBe(403);
      expect(ran).toEqual([]);
    });

    it("a denied resource in a handler's answer is refused, and the row names it", async () => {
      const answer = await service.call(key, 'invoice_find', { title: 'secret-9' });
      expect([answer.status, answer.body.error.data.code]).toEqual([403, 'resource_blocked']);
      expect(answer.text).not.toContain('not for agents');
      expect(await rowsOf(answer)).toMatchObject([
        { outcome: 'denied', resource: 'invoice:secret-9', reason: 'resource_blocked', elevated: true },
      ]);
    });

    it('all handlers stay listed', async () => {
      const { body } = await service.rpc(key, 'tools/list');
      expect(body.result.tools).toHaveLength(3);
    });
  });

  it('can still be read over REST, which is for people', async () => {
    expect((await service.request('GET', '/api/users', { key: service.adminKey })).status).toBe(200);
    expect((await service.request('GET', '/api/audit', { key: service.adminKey })).status).toBe(200);
  });
});
