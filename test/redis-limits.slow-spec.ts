import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateApiKey } from '../src/api-keys/key-format.js';
import { listener } from './support/listener.js';
import { startProcess } from './support/process.js';
import { hasRedis, RedisServer } from './support/redis.js';
import { LocalStdio } from './support/stdio.js';
import { type Answer, TestService } from './support/test-service.js';
import { eventually } from './support/until.js';

const FAILED_KEYS = 4;
const KEYLESS = 6;
const CHANGE_MS = 20_000;
const whoami = (id: unknown) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'whoami', arguments: {} },
});

const readiness = async (url: string) => {
  const text = await (await fetch(`${url}/health/ready`)).text();
  return { text, ...(JSON.parse(text) as { status: string; checks: { rateLimit: Limits } }) };
};

interface Limits {
  status: string;
  store: string;
  reason?: string;
}

const limitsBecome = (url: string, store: string) =>
  eventually(
    () => readiness(url),
    ({ checks }) => checks.rateLimit.store === store,
    CHANGE_MS,
  );

(hasRedis() ? describe : describe.skip)('A service with REDIS_URL', () => {
  let redis: RedisServer;
  let service: TestService;

  beforeAll(async () => {
    redis = await RedisServer.start();
    service = await TestService.start({
      env: {
        REDIS_URL: redis.url,
        RATE_LIMIT_FAILED_KEYS: String(FAILED_KEYS),
        RATE_LIMIT_KEYLESS: String(KEYLESS),
      },
    });
  });
  afterAll(async () => {
    await service.stop();
    await redis.kill();
  });

  const keyOf = async (requestsPerMinute: number) => {
    const user = await service.createUser({ requestsPerMinute });
    return { userId: user.id, key: (await service.createKey(user, ['read'])).apiKey };
  };
  const counted = (userId: string) => redis.command('GET', `{${userId}}:calls`);
  const left = ({ headers }: Answer) => headers.get('ratelimit');

  it('counts a call once over REST and over MCP, in one budget, and says what is left', async () => {
    const { userId, key } = await keyOf(9);
    const answers = [
      await service.call(key, 'whoami'),
      await service.request('GET', '/api/documents', { key }),
      await service.request('POST', '/mcp', { key, body: [whoami(1), whoami(2)] }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map(left)).toEqual([8, 7, 5].map((calls) => `"custom";r=${calls};t=60`));
    expect(answers[0]!.headers.get('ratelimit-policy')).toBe('"custom";q=9;w=60');
    expect(await counted(userId)).toBe('4');
    const { body } = await service.request('GET', '/api/me', { key });
    expect(body.limits).toMatchObject({ policy: 'custom', limit: 9, remaining: 4 });
    expect(await counted(userId)).toBe('5');
  });

  it('counts a handshake apart from the calls, and a call of an unknown tool as a call', async () => {
    const { userId, key } = await keyOf(9);
    expect((await service.rpc(key, 'ping')).headers.get('ratelimit')).toBeNull();
    expect((await service.call(key, 'no_such_tool')).headers.get('ratelimit')).toMatch(/;r=8;/);
    expect(await counted(userId)).toBe('1');
    expect(await redis.command('GET', `{${userId}}:handshake`)).toBe('1');
  });

  it('refuses over MCP with a JSON-RPC error that names the request, the limit and the time to wait', async () => {
    const { userId, key } = await keyOf(1);
    await service.call(key, 'whoami');
    const refused = await service.request('POST', '/mcp', { key, body: whoami('seventh') });
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(refused.body).toMatchObject({
      jsonrpc: '2.0',
      id: 'seventh',
      error: {
        code: -32000,
        data: {
          code: 'rate_limited',
          limit: { policy: 'custom', requests: 1, windowSeconds: 60 },
          retryAfterSeconds: seconds,
        },
      },
    });
    expect(left(refused)).toBe(`"custom";r=0;t=${seconds}`);
    expect(refused.headers.get('ratelimit-policy')).toBe('"custom";q=1;w=60');
    expect(await counted(userId)).toBe('1');
  });

  it('refuses over REST with a problem that says the same', async () => {
    const { key } = await keyOf(1);
    await service.request('GET', '/api/documents', { key });
    const refused = await service.request('GET', '/api/documents', { key });
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(refused.body).toMatchObject({
      code: 'rate_limited',
      limit: { policy: 'custom', requests: 1, windowSeconds: 60 },
      retryAfterSeconds: seconds,
    });
    expect(left(refused)).toBe(`"custom";r=0;t=${seconds}`);
  });

  it('counts failed keys and requests without a key by address, and a good key passes', async () => {
    const { key } = await keyOf(100);
    const tries = 10;
    const statuses = async (credential: () => string | undefined) =>
      (await Promise.all(Array.from({ length: tries }, () => service.call(credential(), 'whoami'))))
        .map(({ status }) => status)
        .toSorted((a, b) => a - b);
    const answered = (refused: number, limited: number) => [
      ...Array.from({ length: refused }, () => 401),
      ...Array.from({ length: limited }, () => 429),
    ];
    expect(await statuses(() => generateApiKey('mcp'))).toEqual(answered(FAILED_KEYS, tries - FAILED_KEYS));
    expect(await statuses(() => undefined)).toEqual(answered(KEYLESS, tries - KEYLESS));
    expect(await redis.command('GET', '{127.0.0.1}:failed-key')).toBe(String(FAILED_KEYS));
    expect(await redis.command('GET', '{127.0.0.1}:keyless')).toBe(String(KEYLESS));
    expect((await service.call(key, 'whoami')).status).toBe(200);
  });

  it('shares the budget of a user with a stdio service', async () => {
    const { userId, key } = await keyOf(3);
    const stdio = await LocalStdio.start(service, key, { env: { REDIS_URL: redis.url } });
    const hello = {
      jsonrpc: '2.0',
      id: 'hello',
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'spec', version: '1' },
      },
    };
    await stdio.say([hello], 1);
    await service.call(key, 'whoami');
    const [first] = await stdio.say([whoami(1)], 1);
    expect(first.result).toBeDefined();
    expect((await service.call(key, 'whoami')).headers.get('ratelimit')).toMatch(/;r=0;/);
    const [refused] = await stdio.say([whoami(2)], 1);
    expect(refused).toMatchObject({
      id: 2,
      error: { data: { code: 'rate_limited', retryAfterSeconds: expect.any(Number) } },
    });
    expect(await counted(userId)).toBe('3');
    await stdio.stop();
  });

  it('stays ready and answers while Redis is away, names that, and counts in Redis when it is back', async () => {
    const { userId, key } = await keyOf(50);
    expect((await readiness(service.url)).checks.rateLimit).toEqual({ status: 'ok', store: 'redis' });
    expect((await service.call(key, 'whoami')).headers.get('ratelimit')).toMatch(/;r=49;/);
    await redis.kill();
    const away = await limitsBecome(service.url, 'memory');
    expect(away.status).toBe('ok');
    expect(away.checks.rateLimit).toEqual({
      status: 'degraded',
      store: 'memory',
      reason: expect.stringMatching(/^Redis cannot be reached/),
    });
    expect((await service.call(key, 'whoami')).headers.get('ratelimit')).toMatch(/;r=49;/);
    expect((await service.call(key, 'whoami')).headers.get('ratelimit')).toMatch(/;r=48;/);
    await redis.start();
    const back = await limitsBecome(service.url, 'redis');
    expect(back.checks.rateLimit).toEqual({ status: 'ok', store: 'redis' });
    expect((await service.call(key, 'whoami')).status).toBe(200);
    expect(await counted(userId)).toBe('1');
  });

  describe('as a process', () => {
    let folder: string;
    let silent: Awaited<ReturnType<typeof listener>> | undefined;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'bouncer-redis-spec-'));
    });
    afterEach(async () => {
      await rm(folder, { recursive: true });
      await silent?.close();
      silent = undefined;
    });

    const start = (env: Record<string, string>) =>
      startProcess({
        env: {
          NODE_ENV: 'development',
          DATABASE_URL: service.database.url,
          MIGRATE_ON_START: 'false',
          ...env,
        },
      });
    const callAt = async (url: string, key: string) =>
      fetch(`${url}/mcp`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(whoami(1)),
      });

    it('closes its connection to Redis when it stops', async () => {
      const own = await RedisServer.start();
      const connections = async () =>
        String(await own.command('CLIENT', 'LIST'))
          .trim()
          .split('\n').length;
      const { command, url } = await start({ REDIS_URL: own.url });
      expect((await readiness(url)).checks.rateLimit.store).toBe('redis');
      expect(await connections()).toBe(2);
      expect(await command.stop('SIGTERM')).toBe(0);
      expect(await connections()).toBe(1);
      await own.kill();
    });

    it.each<['hang up' | 'say nothing', RegExp]>([
      ['hang up', /^Redis cannot be reached/],
      ['say nothing', /^Redis did not answer within 250 ms$/],
    ])('starts, answers and ends beside something that does not answer as Redis: %s', async (act, reason) => {
      silent = await listener(act);
      const { key } = await keyOf(5);
      const { command, url } = await start({ REDIS_URL: `redis://127.0.0.1:${silent.port}` });
      const { status, checks } = await readiness(url);
      expect(status).toBe('ok');
      expect(checks.rateLimit).toMatchObject({ status: 'degraded', store: 'memory' });
      expect(checks.rateLimit.reason).toMatch(reason);
      expect((await callAt(url, key)).status).toBe(200);
      expect(command.output).toContain('each replica counts its share of the limits in its memory');
      expect(await command.stop('SIGTERM')).toBe(0);
    });

    it('reads a URL with a password from REDIS_URL_FILE, and tells the password neither in logs nor in health', async () => {
      const password = 'a-password-of-specs-that-nobody-may-read';
      const own = await RedisServer.start();
      await own.command('CONFIG', 'SET', 'requirepass', password);
      const file = join(folder, 'redis-url');
      await writeFile(file, `redis://:${password}@127.0.0.1:${own.port}\n`, { mode: 0o600 });
      const { command, url } = await start({ REDIS_URL_FILE: file });
      const told = [(await readiness(url)).text];
      expect(told[0]).toContain('"rateLimit":{"status":"ok","store":"redis"}');
      await own.kill();
      told.push((await limitsBecome(url, 'memory')).text);
      // It comes back without its password, which it then refuses.
      await own.start();
      await own.command('CONFIG', 'SET', 'requirepass', 'another-password');
      told.push(
        (
          await eventually(
            () => readiness(url),
            ({ text }) => text.includes('WRONGPASS'),
            CHANGE_MS,
          )
        ).text,
      );
      expect(await command.stop('SIGTERM')).toBe(0);
      await own.kill();
      for (const text of [...told, command.output]) {
        expect(text).not.toContain(password);
        expect(text).not.toContain(String(own.port));
      }
      expect(command.output).toContain('Redis cannot be reached');
    });
  });
});
