import { Injectable, Module } from '@nestjs/common';
import * as z from 'zod';
import { Scopes } from '../src/access/access.decorators.js';
import { generateApiKey } from '../src/api-keys/key-format.js';
import { ServiceError } from '../src/errors/service-error.js';
import { ClientInput, Log, type SendLog } from '../src/mcp/call/parameter.decorators.js';
import { Complete } from '../src/mcp/decorators/complete.decorator.js';
import { Prompt } from '../src/mcp/decorators/prompt.decorator.js';
import { Resource } from '../src/mcp/decorators/resource.decorator.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { ENVELOPE } from './support/envelope.js';
import { messagesOf } from './support/messages.js';
import { LocalStdio } from './support/stdio.js';
import { TestService, type TestUser } from './support/test-service.js';

// Put together here, so that no tool that looks for secrets finds one in this file.
const AWS = `AKIA${'A7QZ3KX5'.repeat(2)}`;
const GITHUB = `ghp_${'a7Qz3kX5'.repeat(5)}`;
const OWN = generateApiKey('acme');
const PEM = ['-----BEGIN PRIVATE KEY-----', 'a7Qz3kX5'.repeat(8), '-----END PRIVATE KEY-----'].join('\n');
const SECRETS = [AWS, GITHUB, OWN, 'a7Qz3kX5a7Qz3kX5'];
const TEXT = `line\n${AWS} and "${GITHUB}",\n${PEM}\nand ${OWN}`;
const MASKED = `line\n[secret: aws-access-key] and "[secret: github-token]",\n[secret: private-key]\nand ${OWN.slice(0, 9)}...`;

@Injectable()
class LeakyHandlers {
  @Tool({ name: 'leak_text', description: 'A text' })
  @Scopes('leaks:read')
  text() {
    return TEXT;
  }

  @Tool({ name: 'leak_object', description: 'An object' })
  @Scopes('leaks:read')
  object() {
    return { title: 'Config', deep: [{ text: TEXT }], [AWS]: 1 };
  }

  @Tool({ name: 'leak_whole', description: 'A whole result' })
  @Scopes('leaks:read')
  whole() {
    return {
      content: [{ type: 'text', text: TEXT }],
      structuredContent: { other: AWS },
      _meta: { note: GITHUB },
    };
  }

  @Tool({ name: 'leak_error', description: 'Fails with one' })
  @Scopes('leaks:read')
  error(): never {
    throw new ServiceError('conflict', `It is ${AWS}`, {
      data: { also: TEXT },
      reason: `because of ${GITHUB}`,
    });
  }

  @Tool({ name: 'leak_log', description: 'Says it before it answers' })
  @Scopes('leaks:read')
  async log(@Log() log: SendLog) {
    await log('error', { text: TEXT }, `robot ${AWS}`);
    return 'done';
  }

  @Tool({ name: 'leak_question', description: 'Asks with one' })
  @Scopes('leaks:read')
  async ask(@ClientInput() ask: ClientInput) {
    const { content } = await ask.elicit<{ city: string }>('city', {
      message: `Where is ${AWS}?`,
      requestedSchema: z.object({ city: z.string() }),
    });
    return { city: content?.city };
  }

  @Tool({ name: 'leak_none', description: 'Says nothing of the kind' })
  @Scopes('leaks:read')
  none() {
    return { id: '0199a1b2-7c3d-7e4f-8a5b-0123456789ab', sha: '0a9f3c7e1b'.repeat(4) };
  }

  @Resource({ name: 'leaks', uri: 'leak://text' })
  @Scopes('leaks:read')
  resource() {
    return TEXT;
  }

  @Resource({ name: 'failing', uri: 'leak://error' })
  @Scopes('leaks:read')
  failing(): never {
    throw new ServiceError('conflict', `It is ${AWS}`);
  }

  @Prompt({ name: 'leak_prompt', argsSchema: z.object({ name: z.string().optional() }) })
  @Scopes('leaks:read')
  prompt() {
    return TEXT;
  }

  @Complete({ prompt: 'leak_prompt', argument: 'name' })
  @Scopes('leaks:read')
  complete() {
    return [TEXT];
  }
}

@Module({ providers: [LeakyHandlers] })
class LeakyModule {}

const CALLS: [string, Record<string, unknown>][] = [
  ['tools/call', { name: 'leak_text', arguments: {} }],
  ['tools/call', { name: 'leak_object', arguments: {} }],
  ['tools/call', { name: 'leak_whole', arguments: {} }],
  ['resources/read', { uri: 'leak://text' }],
  ['prompts/get', { name: 'leak_prompt' }],
  [
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'leak_prompt' }, argument: { name: 'name', value: '' } },
  ],
];

const modernHeaders = (method: string, { name, uri }: Record<string, unknown>) => ({
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': method,
  ...((name ?? uri) !== undefined && { 'mcp-name': String(name ?? uri) }),
});

const noneIn = (text: string) => {
  for (const secret of SECRETS) expect(text).not.toContain(secret);
};

describe('Secrets in answers to agents', () => {
  let service: TestService;
  let user: TestUser;
  let key: string;

  const start = async (mode?: string) => {
    service = await TestService.start({
      modules: [LeakyModule],
      env: { ...(mode && { SECRETS_IN_RESULTS: mode }), MCP_SESSIONS_PER_USER: '5' },
    });
    user = await service.createUser();
    key = (await service.createKey(user, ['leaks:read'])).apiKey;
  };
  afterEach(() => service.stop());

  const ways = async (method: string, params: Record<string, unknown>) => [
    await service.rpc(key, method, params),
    await service.request('POST', '/mcp', {
      key,
      headers: modernHeaders(method, params),
      body: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: ENVELOPE } },
    }),
    await service.request('POST', '/mcp', {
      key,
      headers: { 'mcp-protocol-version': '2025-03-26' },
      body: [{ jsonrpc: '2.0', id: 1, method, params }],
    }),
  ];
  const lastRow = async () =>
    (await service.auditRows('action IS NOT NULL AND user_id = $1', [user.id])).at(-1)!;

  it('are masked on every transport, and the row says how many of which kinds', async () => {
    await start();
    for (const [method, params] of CALLS) {
      for (const answer of await ways(method, params)) {
        expect(answer.status).toBe(200);
        noneIn(answer.text);
        expect(JSON.stringify(messagesOf(answer)[0].result)).toContain('[secret: github-token]');
        const row = await lastRow();
        expect(row).toMatchObject({ outcome: 'success', elevated: false });
        expect(row.metadata.masked).toEqual({
          count: 4,
          kinds: ['api-key', 'aws-access-key', 'github-token', 'private-key'],
        });
        noneIn(JSON.stringify(row));
      }
    }
    const text = await service.call(key, 'leak_text');
    expect(text.body.result.content[0].text).toBe(MASKED);
    const { structuredContent, content } = (await service.call(key, 'leak_object')).body.result;
    expect(structuredContent).toEqual({
      title: 'Config',
      deep: [{ text: MASKED }],
      '[secret: aws-access-key]': 1,
    });
    expect(JSON.parse(content[0].text)).toEqual(structuredContent);
  });

  it('are masked in error texts, in messages before the answer, and in questions', async () => {
    await start();
    for (const [method, params] of [
      ['tools/call', { name: 'leak_error', arguments: {} }],
      ['resources/read', { uri: 'leak://error' }],
    ] as const)
      for (const answer of await ways(method, params)) {
        noneIn(answer.text);
        expect(answer.text).toContain('It is [secret: aws-access-key]');
        noneIn(JSON.stringify(await lastRow()));
      }
    const stdio = await LocalStdio.start(service, key, { modules: [LeakyModule] });
    try {
      const hello = {
        protocolVersion: '2025-11-25',
        capabilities: { elicitation: {} },
        clientInfo: { name: 's', version: '1' },
      };
      const call = (id: number, name: string) => ({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name, arguments: {} },
      });
      await stdio.say([{ jsonrpc: '2.0', id: 1, method: 'initialize', params: hello }], 1);
      const logged = await stdio.say([call(2, 'leak_log')], 2);
      expect(logged[0].params).toMatchObject({
        data: { text: MASKED },
        logger: 'robot [secret: aws-access-key]',
      });
      const asked = await stdio.say([call(3, 'leak_question')], 1);
      expect(asked[0].params.message).toBe('Where is [secret: aws-access-key]?');
      const answered = {
        jsonrpc: '2.0',
        id: asked[0].id,
        result: { action: 'accept', content: { city: 'Oslo' } },
      };
      expect((await stdio.say([answered], 1))[0].result.structuredContent).toEqual({ city: 'Oslo' });
    } finally {
      await stdio.stop();
    }
  });

  it('are masked in errors about something that does not exist', async () => {
    await start();
    const asked: [string, Record<string, unknown>][] = [
      ['tools/call', { name: AWS, arguments: {} }],
      ['resources/read', { uri: `leak://${GITHUB}` }],
      ['resources/subscribe', { uri: `leak://x?a%3D${AWS}` }],
      ['prompts/get', { name: AWS }],
      [
        'completion/complete',
        { ref: { type: 'ref/prompt', name: AWS }, argument: { name: 'name', value: '' } },
      ],
    ];
    for (const [method, params] of asked)
      for (const answer of await ways(method, params)) {
        noneIn(answer.text);
        noneIn(JSON.stringify(await lastRow()));
      }
    const { body } = await service.rpc(key, 'resources/read', { uri: `leak://${GITHUB}` });
    expect(body.error).toMatchObject({
      message: 'Resource leak://[secret: github-token] not found',
      data: { uri: 'leak://[secret: github-token]' },
    });
  });

  it('do not include ids and digests, which are sent unchanged', async () => {
    await start();
    const answer = await service.call(key, 'leak_none');
    expect(answer.body.result.structuredContent).toEqual(new LeakyHandlers().none());
    expect((await lastRow()).metadata).toEqual({});
  });

  it('cause the whole answer to be refused if the setting says so, with a denied row', async () => {
    await start('refuse');
    for (const [method, params] of CALLS)
      for (const [way, answer] of (await ways(method, params)).entries()) {
        expect(answer.status).toBe(way === 2 ? 200 : 403);
        noneIn(answer.text);
        const { error } = messagesOf(answer)[0];
        expect(error.data).toMatchObject({
          code: 'secret_in_result',
          secretKinds: expect.arrayContaining(['github-token']),
        });
        expect(await lastRow()).toMatchObject({
          outcome: 'denied',
          reason: 'secret_in_result',
          elevated: true,
          metadata: { withheld: { count: 4 } },
        });
      }
    const failed = await service.call(key, 'leak_error');
    expect(failed.body.result.content[0].text).toBe('It is [secret: aws-access-key]');
    expect((await service.call(key, 'leak_none')).body.result.isError).toBeUndefined();
  });

  it('are sent when the setting is off, but are never in rows', async () => {
    await start('off');
    const answer = await service.call(key, 'leak_text');
    expect(answer.body.result.content[0].text).toBe(TEXT);
    expect((await lastRow()).metadata).toEqual({});
    expect((await service.call(key, 'leak_error')).body.result.content[0].text).toBe(`It is ${AWS}`);
    noneIn(JSON.stringify(await lastRow()));
  });

  it("are sent over REST, because they are the caller's own", async () => {
    await start();
    const made = await service.createKey(user, ['leaks:read']);
    expect(made.apiKey).toMatch(/^mcp_[0-9A-Za-z]{49}$/);
  });
});
