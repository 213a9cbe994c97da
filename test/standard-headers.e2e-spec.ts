import { messagesOf } from './support/messages.js';
import { ENVELOPE } from './support/envelope.js';
import { TestService } from './support/test-service.js';
import { TwinModule } from './support/twin-handlers.js';

const REVISIONS: [string, Record<string, string>, object][] = [
  ['2025-03-26', { 'mcp-protocol-version': '2025-03-26' }, {}],
  ['2025-06-18', { 'mcp-protocol-version': '2025-06-18' }, {}],
  ['2025-11-25', { 'mcp-protocol-version': '2025-11-25' }, {}],
  ['none', {}, {}],
  [
    '2026-07-28',
    { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'twin_text' },
    { _meta: ENVELOPE },
  ],
];
const text = (name: string) => `=?base64?${Buffer.from(name).toString('base64')}?=`;

describe.each(REVISIONS)('Mcp-Method and Mcp-Name in the revision %s', (_, revision, more) => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start({ modules: [TwinModule], env: { MCP_SESSIONS_PER_USER: '5' } });
    key = (await service.createKey(await service.createUser(), ['twin:read'])).apiKey;
  });
  afterAll(() => service.stop());

  const ask = (
    headers: Record<string, string>,
    method = 'tools/call',
    params: object = { name: 'twin_text' },
  ) =>
    service.request('POST', '/mcp', {
      key,
      headers: { ...revision, ...headers },
      body: { jsonrpc: '2.0', id: 1, method, params: { ...params, ...more } },
    });
  const read = { uri: 'twin://text' };

  it.each<[string, ...Parameters<typeof ask>]>([
    ['another method', { 'mcp-method': 'tools/list' }],
    ['another tool', { 'mcp-name': 'twin_list' }],
    ['a method in other letters', { 'mcp-method': 'Tools/Call' }],
    ['two names', { 'mcp-name': 'twin_text, twin_list' }],
    ['a name that is no base64', { 'mcp-name': '=?base64?!?=' }],
    [
      'another resource',
      { 'mcp-method': 'resources/read', 'mcp-name': 'twin://bytes' },
      'resources/read',
      read,
    ],
    ['a method for a list', { 'mcp-method': 'tools/call' }, 'tools/list', {}],
    ['a method for a handshake', { 'mcp-method': 'tools/call' }, 'ping', {}],
  ])('are refused where they disagree with the body: %s', async (__, ...asked) => {
    const before = (await service.auditRows()).length;
    const answer = await ask(...asked);
    expect(answer.status).toBe(400);
    expect(messagesOf(answer)).toMatchObject([{ id: 1, error: { code: -32020 } }]);
    expect(await service.auditRows()).toHaveLength(before);
  });

  it('are accepted when they agree with the body, literally or as base64', async () => {
    for (const name of ['twin_text', text('twin_text')]) {
      const answer = await ask({ 'mcp-method': 'tools/call', 'mcp-name': name });
      expect([answer.status, messagesOf(answer)[0].result.content[0].type]).toEqual([200, 'text']);
    }
  });

  it('do not hide a call without the scope, which is refused for that and has its row', async () => {
    const answer = await ask({ 'mcp-name': 'twin_text' }, 'tools/call', { name: 'twin_conflict' });
    expect([answer.status, answer.body.error.data.code]).toEqual([403, 'insufficient_scope']);
    expect(await service.auditRows("tool = 'twin_conflict' AND outcome = 'denied'")).toHaveLength(1);
  });
});

describe('Mcp-Method of an older revision', () => {
  it('is compared with each message of a batch, and in a session', async () => {
    const service = await TestService.start({ modules: [TwinModule], env: { MCP_SESSIONS_PER_USER: '5' } });
    const { apiKey: key } = await service.createKey(await service.createUser(), ['twin:read']);
    const message = (id: number, method: string) => ({
      jsonrpc: '2.0',
      id,
      method,
      params: { name: 'twin_text' },
    });
    const send = (body: unknown, headers: Record<string, string>) =>
      service.request('POST', '/mcp', { key, headers, body });
    const headers = { 'mcp-method': 'tools/call' };
    const [good, bad] = [[message(1, 'tools/call')], [message(1, 'tools/call'), message(2, 'tools/list')]];
    expect((await send(good, headers)).status).toBe(200);
    const refused = await send(bad, headers);
    expect([refused.status, refused.body.error.code, refused.body.id]).toEqual([400, -32020, null]);
    const started = await service.rpc(key, 'initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'spec', version: '1' },
    });
    const session = { 'mcp-session-id': started.headers.get('mcp-session-id')! };
    expect((await send(message(3, 'tools/call'), { ...session, ...headers })).status).toBe(200);
    expect((await send(message(4, 'tools/list'), { ...session, ...headers })).status).toBe(400);
    await service.stop();
  });
});
