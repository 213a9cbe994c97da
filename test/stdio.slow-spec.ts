import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateApiKey } from '../src/api-keys/key-format.js';
import { CLIENTS } from './support/clients.js';
import { Command, startProcess } from './support/process.js';
import { STDIO_CLIENTS, stdioEnv } from './support/stdio.js';
import { TestService, type TestUser } from './support/test-service.js';

const HELLO = {
  jsonrpc: '2.0',
  id: 'hello',
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'hand', version: '2' } },
};
const call = (id: number, name: string, input: unknown = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: input },
});

/** Runs a process to which the spec writes lines itself. */
class Spoken {
  readonly command: Command;
  out = '';
  err = '';

  constructor(env: Record<string, string>) {
    this.command = Command.run('cli/bouncer.js', { args: ['stdio'], env });
    this.command.child.stdout!.on('data', (text: string) => (this.out += text));
    this.command.child.stderr!.on('data', (text: string) => (this.err += text));
  }

  say(...messages: unknown[]): void {
    for (const message of messages) this.command.child.stdin!.write(`${JSON.stringify(message)}\n`);
  }

  /** Parses the output; each line must be JSON-RPC. */
  messages(): any[] {
    return this.out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown);
  }

  async answers(ids: (string | number)[]): Promise<void> {
    for (const id of ids) await this.command.prints(new RegExp(`"id":${JSON.stringify(id)}[,}]`));
  }
}

describe('The command mcp:stdio', () => {
  let service: TestService;
  let user: TestUser;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
    user = await service.createUser();
    key = (await service.createKey(user, ['documents:read', 'documents:write'])).apiKey;
  });
  afterAll(() => service.stop());

  describe.each(STDIO_CLIENTS)('serves %s', (name, spawn) => {
    it('with the same tools and answers as /mcp for the same key', async () => {
      const overHttp = await CLIENTS.find(([of]) => of === name)![1](service.url, {
        Authorization: `Bearer ${key}`,
      });
      const client = await spawn(stdioEnv(service, key));
      try {
        expect((await client.listTools()).tools).toEqual((await overHttp.listTools()).tools);
        const input = { title: `Of ${name}`, content: 'A pangram about a quick brown fox' };
        const made = await client.callTool({ name: 'documents_create', arguments: input });
        expect(made.structuredContent).toMatchObject({ title: `Of ${name}` });
        const search = { name: 'documents_search', arguments: { query: 'pangram' } };
        expect(await client.callTool(search)).toEqual(await overHttp.callTool(search));
      } finally {
        await Promise.all([client.close(), overHttp.close()]);
      }
    });

    it('and refuses calls for which the key lacks a scope, with a row', async () => {
      const client = await spawn(stdioEnv(service, key));
      const asked = { name: 'documents_delete', arguments: { id: '018f0000-0000-7000-8000-000000000000' } };
      await expect(client.callTool(asked)).rejects.toMatchObject({
        message: expect.stringContaining('Insufficient permissions. Required scope: documents:delete'),
        data: { code: 'insufficient_scope', missingScopes: ['documents:delete'] },
      });
      await client.close();
      const rows = await service.auditRows("tool = 'documents_delete'");
      expect(rows).toContainEqual(
        expect.objectContaining({
          user_id: user.id,
          outcome: 'denied',
          reason: 'insufficient_scope',
          elevated: true,
          ip: '127.0.0.1',
          user_agent: 'spec/1.0.0 (stdio)',
        }),
      );
    });
  });

  it('prints only JSON-RPC, and audits every answered call by the time its client has disconnected', async () => {
    const spoken = new Spoken(stdioEnv(service, key, { NODE_ENV: 'development' }));
    const ids = Array.from({ length: 30 }, (_, index) => index);
    spoken.say(HELLO, ...ids.map((id) => call(id, 'documents_list', { limit: 1 })));
    await spoken.answers(ids);
    spoken.command.child.stdin!.end();
    expect(await spoken.command.end()).toBe(0);
    expect(spoken.messages().map(({ jsonrpc }) => jsonrpc)).toEqual(Array(31).fill('2.0'));
    expect(spoken.err).toContain('documents_list');
    const rows = await service.auditRows("user_agent = 'hand/2 (stdio)' AND tool = 'documents_list'");
    expect(rows.map(({ outcome }) => outcome)).toEqual(Array(30).fill('success'));
    expect(new Set(rows.map(({ request_id }) => request_id)).size).toBe(30);
  });

  it('answers all requests before the end of its input', async () => {
    const spoken = new Spoken(stdioEnv(service, key));
    spoken.say(HELLO, call(1, 'whoami'), call(2, 'documents_list'));
    spoken.command.child.stdin!.end();
    expect(await spoken.command.end()).toBe(0);
    const ids = spoken.messages().map(({ id, result }) => result && id);
    expect(new Set(ids)).toEqual(new Set(['hello', 1, 2]));
  });

  it('exits with 0 at SIGTERM, with its rows written, even if nobody reads its log any more', async () => {
    const spoken = new Spoken(stdioEnv(service, key, { NODE_ENV: 'development' }));
    spoken.say(HELLO);
    await spoken.answers(['hello']);
    spoken.command.child.stderr!.destroy();
    for (const id of [7, 8]) {
      spoken.say(call(id, 'documents_search', { query: 'sigterm' }));
      await spoken.answers([id]);
    }
    expect(await spoken.command.stop('SIGTERM')).toBe(0);
    const rows = await service.auditRows("tool = 'documents_search' AND user_agent = 'hand/2 (stdio)'");
    expect(rows).toHaveLength(2);
  });

  it('exits with 1 after an uncaught error, which it logs, and writes its rows', async () => {
    const throws = 'process.on("SIGUSR2", () => void Promise.reject(new Error("left behind by a tool")))';
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(throws)}`;
    const spoken = new Spoken(stdioEnv(service, key, { NODE_OPTIONS, NODE_ENV: 'development' }));
    spoken.say(HELLO, call(1, 'documents_get', { id: randomUUID() }));
    await spoken.answers(['hello', 1]);
    expect(await spoken.command.stop('SIGUSR2')).toBe(1);
    expect(spoken.err).toMatch(/An uncaught error stops the service.*left behind by a tool/);
    expect(await service.auditRows("tool = 'documents_get' AND user_agent = 'hand/2 (stdio)'")).toHaveLength(
      1,
    );
  });

  it('applies the rate limit of the user, says how long to wait, and counts the handshake separately', async () => {
    const limited = (await service.createKey(await service.createUser(), ['documents:read'])).apiKey;
    const spoken = new Spoken(stdioEnv(service, limited, { RATE_LIMIT_DEVELOPMENT: '3' }));
    spoken.say(HELLO, ...[1, 2, 3, 4].map((id) => call(id, 'documents_list')));
    await spoken.answers([1, 2, 3, 4]);
    spoken.command.child.stdin!.end();
    await spoken.command.end();
    const refused = spoken.messages().filter(({ error }) => error);
    expect(refused).toMatchObject([
      {
        id: 4,
        error: {
          code: -32000,
          message: expect.stringContaining('Retry in'),
          data: {
            code: 'rate_limited',
            limit: { policy: 'development', requests: 3, windowSeconds: 60 },
            retryAfterSeconds: expect.any(Number),
          },
        },
      },
    ]);
    const [row] = await service.auditRows("reason = 'rate_limited'");
    expect(row).toMatchObject({ tool: 'documents_list', outcome: 'denied', action: 'tools/call' });
  });

  it('exits with 1 and one line when its key is not valid, and prints no key', async () => {
    const unknown = generateApiKey('mcp');
    const cases: [string, RegExp][] = [
      ['', /MCP_STDIO_KEY: must be the API key/],
      [`${unknown.slice(0, -1)}_`, /MCP_STDIO_KEY: is not a well-formed API key/],
      [unknown, /MCP_STDIO_KEY: The API key is not valid/],
    ];
    for (const [wrong, line] of cases) {
      const spoken = new Spoken(stdioEnv(service, wrong));
      spoken.say(HELLO);
      expect(await spoken.command.end()).toBe(1);
      expect(spoken.err).toMatch(line);
      expect(spoken.out).toBe('');
      if (wrong) expect(spoken.err).not.toContain(wrong.slice(0, 20));
    }
    expect(await service.auditRows("reason = 'unknown_api_key' AND user_agent = 'stdio'")).toHaveLength(1);
  });

  it('opens no port, shares the database of a service on its data folder, and starts one if there is none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bouncer-stdio-'));
    const admin = generateApiKey('mcp');
    const env = { NODE_ENV: 'test', DATA_DIR: folder, MCP_STDIO_KEY: admin };
    const served = await startProcess({ env: { ...env, BOOTSTRAP_ADMIN_KEY: admin } });
    const serve = async () => {
      const spoken = new Spoken({ ...env, PORT: new URL(served.url).port });
      spoken.say(HELLO, call(1, 'whoami'));
      await spoken.answers([1]);
      spoken.command.child.stdin!.end();
      expect(await spoken.command.end()).toBe(0);
    };
    await serve();
    expect((await fetch(`${served.url}/health/ready`)).status).toBe(200);
    expect(await served.command.stop()).toBe(0);
    await serve();
    await rm(folder, { recursive: true });
  });

  describe('checks the key for each request:', () => {
    const keyOf = async (fields: Record<string, unknown> = {}) => {
      const owner = await service.createUser();
      return { owner, ...(await service.createKey(owner, ['documents:read'], fields)) };
    };
    const patch = (path: string, body: unknown) =>
      service.request('PATCH', path, { key: service.adminKey, body });
    const list = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/list' });

    it('a revoked key is refused at the next request as on /mcp, with rows', async () => {
      const { id, apiKey } = await keyOf();
      const spoken = new Spoken(stdioEnv(service, apiKey));
      spoken.say(HELLO, call(1, 'whoami'));
      await spoken.answers([1]);
      await service.request('DELETE', `/api/mcp/keys/${id}`, { key: service.adminKey });
      const overHttp = (await service.call(apiKey, 'whoami', {}, { 'user-agent': 'other' })).body.error;
      spoken.say(call(2, 'whoami'), list(3), { jsonrpc: '2.0', id: 4, method: 'ping' });
      await spoken.answers([2, 3, 4]);
      spoken.command.child.stdin!.end();
      expect(await spoken.command.end()).toBe(0);
      const [, answered, ...refused] = spoken.messages();
      expect(answered.result).toBeDefined();
      for (const { error } of refused) {
        const { requestId, ...data } = error.data;
        expect({ ...error, data }).toEqual({ ...overHttp, data: { code: 'invalid_api_key' } });
        expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
      }
      const rows = await service.auditRows("reason = 'revoked_api_key' AND user_agent = 'hand/2 (stdio)'");
      expect(rows.map(({ action, tool, key_id }) => [action, tool, key_id])).toEqual([
        ['tools/call', 'whoami', id],
        ['mcp', null, id],
        ['mcp', null, id],
      ]);
    });

    it('the lists show what the key may do by then, and the key of a deactivated owner is refused', async () => {
      const { id, owner, apiKey } = await keyOf();
      const spoken = new Spoken(stdioEnv(service, apiKey));
      const ask = async (message: { id: number }) => {
        spoken.say(message);
        await spoken.answers([message.id]);
        return spoken.messages().at(-1);
      };
      const names = async (number: number) =>
        (await ask(list(number))).result.tools.map(({ name }: { name: string }) => name);
      spoken.say(HELLO);
      expect(await names(1)).toContain('documents_search');
      await patch(`/api/mcp/keys/${id}`, { scopes: ['documents:write'] });
      expect(await names(2)).toEqual(['documents_create', 'documents_update', 'whoami']);
      await patch(`/api/users/${owner.id}`, { isActive: false });
      expect((await ask(list(3))).error.data.code).toBe('account_inactive');
      await spoken.command.stop();
    });

    it('a deactivated owner or another address list stops the start, for which the address is 127.0.0.1', async () => {
      const inactive = await keyOf();
      await patch(`/api/users/${inactive.owner.id}`, { isActive: false });
      const bound = await keyOf({ ipAllowlist: ['10.0.0.0/8'] });
      const local = await keyOf({ ipAllowlist: ['127.0.0.1'] });
      const starts = [inactive, bound, local].map(({ apiKey }) => new Spoken(stdioEnv(service, apiKey)));
      for (const { command } of starts) command.child.stdin!.end();
      const codes = await Promise.all(starts.map(({ command }) => command.end()));
      expect(codes).toEqual([1, 1, 0]);
      expect(starts.map(({ err }) => err)).toEqual([
        'MCP_STDIO_KEY: The account of this API key is deactivated\n',
        'MCP_STDIO_KEY: This API key may not be used from this address\n',
        '',
      ]);
    });
  });
});
