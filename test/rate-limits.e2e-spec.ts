import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { SkipThrottle, Throttle } from '@nestjs/throttler';
import { Limit, Prompt, Public, RateLimitCost, ResourceTemplate, Scopes, Tool } from '../src/index.js';
import { Replica } from './support/replica.js';
import { TestService } from './support/test-service.js';

describe('The rate limit of a key', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  it("counts a call in the user's budget and in the key's own", async () => {
    const user = await service.createUser({ requestsPerMinute: 10 });
    const limited = await service.createKey(user, ['read'], { requestsPerMinute: 3 });
    const free = await service.createKey(user, ['read']);
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await service.call(limited.apiKey, 'whoami')).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const { body } = await service.request('GET', '/api/me', { key: free.apiKey });
    expect(body.limits).toMatchObject({ policy: 'custom', limit: 10, remaining: 6, key: null });
  });

  it('names the limit that refused, and describes the one that leaves the fewest calls', async () => {
    const user = await service.createUser({ requestsPerMinute: 2 });
    const { apiKey } = await service.createKey(user, ['read'], { requestsPerMinute: 1 });
    const other = await service.createKey(user, ['read'], { requestsPerMinute: 5 });
    const first = await service.call(apiKey, 'whoami');
    expect(first.headers.get('ratelimit')).toMatch(/^"key";r=0;t=\d+$/);
    expect(first.headers.get('ratelimit-policy')).toBe('"key";q=1;w=60');
    const refused = await service.call(apiKey, 'whoami');
    expect(refused.status).toBe(429);
    expect(refused.body.error.data.limit).toEqual({ policy: 'key', requests: 1, windowSeconds: 60 });
    expect((await service.call(other.apiKey, 'whoami')).headers.get('ratelimit')).toMatch(/^"custom";r=0;/);
    const spent = await service.call(other.apiKey, 'whoami');
    expect(spent.body.error.data.limit).toEqual({ policy: 'custom', requests: 2, windowSeconds: 60 });
  });

  it('holds for a user without a limit', async () => {
    const user = await service.createUser({ tier: 'unlimited' });
    const { apiKey } = await service.createKey(user, ['read'], { requestsPerMinute: 2 });
    const { body } = await service.request('GET', '/api/me', { key: apiKey });
    expect(body.limits).toMatchObject({ policy: 'unlimited', limit: null, key: { limit: 2, remaining: 1 } });
    expect((await service.call(apiKey, 'whoami')).status).toBe(200);
    expect((await service.call(apiKey, 'whoami')).status).toBe(429);
  });

  it('changes with the next call', async () => {
    const user = await service.createUser();
    const { id, apiKey } = await service.createKey(user, ['read'], { requestsPerMinute: 1 });
    const change = (requestsPerMinute: number | null) =>
      service.request('PATCH', `/api/mcp/keys/${id}`, { key: service.adminKey, body: { requestsPerMinute } });
    expect((await service.call(apiKey, 'whoami')).status).toBe(200);
    expect((await service.call(apiKey, 'whoami')).status).toBe(429);
    expect((await change(2)).body.requestsPerMinute).toBe(2);
    expect((await service.call(apiKey, 'whoami')).status).toBe(200);
    await change(null);
    const answer = await service.call(apiKey, 'whoami');
    expect(answer.headers.get('ratelimit')).toMatch(/^"development";/);
  });
});

@Injectable()
class LimitedHandlers {
  @Tool({ name: 'reports_render', description: 'Render a report' })
  @Scopes('reports:read')
  @RateLimitCost(5)
  @Limit({ perMinute: 2 })
  render() {
    return { rendered: true };
  }

  @Tool({ name: 'reports_list', description: 'List reports' })
  @Scopes('reports:read')
  list() {
    return { reports: [] };
  }

  @Tool({ name: 'reports_ping', description: 'Ping' })
  @Scopes('reports:read')
  @SkipThrottle()
  ping() {
    return { pong: true };
  }

  @Tool({ name: 'reports_turn', description: 'Turn' })
  @Scopes('reports:read')
  @Throttle({ default: { limit: 2, ttl: 30_000 } })
  turn() {
    return { turned: true };
  }

  @ResourceTemplate({ name: 'report', uriTemplate: 'report://{id}', description: 'A report' })
  @Scopes('reports:read')
  @Limit({ perMinute: 1 })
  report() {
    return { text: 'A report' };
  }

  @Prompt({ name: 'summary', description: 'A summary' })
  @Scopes('reports:read')
  @Limit({ perMinute: 1 })
  summary() {
    return 'Summarise the reports';
  }
}

@Controller('api/reports')
@Throttle({ default: { limit: 3, ttl: 60_000 } })
class ThrottledController {
  @Get('common')
  @Scopes('reports:read')
  common() {
    return {};
  }

  @Get('tight')
  @Scopes('reports:read')
  @Throttle({ default: { limit: 1, ttl: 10_000 } })
  tight() {
    return {};
  }

  @Get('computed')
  @Scopes('reports:read')
  @Throttle({ default: { limit: () => Promise.resolve(2), ttl: () => 20_000, blockDuration: 120_000 } })
  computed() {
    return {};
  }

  @Get('shared/:team')
  @Scopes('reports:read')
  @Throttle({
    default: {
      limit: 1,
      ttl: 60_000,
      getTracker: ({ params }) => (params as { team: string }).team,
    },
  })
  shared() {
    return {};
  }

  @Get('free')
  @Scopes('reports:read')
  @SkipThrottle()
  free() {
    return {};
  }

  @Get('public')
  @Public()
  open() {
    return {};
  }
}

@Controller('api/weights')
class WeightedController {
  @Get('heavy')
  @Scopes('reports:read')
  @RateLimitCost(4)
  heavy() {
    return {};
  }

  @Get('few')
  @Scopes('reports:read')
  @Limit({ perMinute: 1 })
  few() {
    return {};
  }

  @Get('counted')
  @Scopes('reports:read')
  @RateLimitCost({ calls: ({ headers }) => Number(headers['x-count']) })
  counted() {
    return {};
  }
}

@Module({ controllers: [ThrottledController, WeightedController], providers: [LimitedHandlers] })
class ReportsModule {}

describe('The limits of handlers', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ modules: [ReportsModule] });
  });
  afterAll(() => service.stop());

  const keyOf = async (requestsPerMinute = 100, key: Record<string, unknown> = {}) => {
    const user = await service.createUser({ requestsPerMinute });
    return (await service.createKey(user, ['reports:*', 'read'], key)).apiKey;
  };
  const left = async (key: string) => {
    const { body } = await service.request('GET', '/api/me', { key });
    return body.limits.remaining as number;
  };
  const get = (key: string, path: string, headers: Record<string, string> = {}) =>
    service.request('GET', path, { key, headers });
  const shown = async (name: string) => {
    const { body } = await service.request('GET', '/api/limits/tools', { key: service.adminKey });
    return (body.tools as { name: string; override: object | null }[]).find((tool) => tool.name === name)!;
  };
  const set = (name: string, body: unknown, key = service.adminKey) =>
    service.request('PUT', `/api/limits/tools/${name}`, { key, body });

  describe('that are MCP handlers', () => {
    it("limit a user's calls of a tool, and name the tool", async () => {
      const key = await keyOf();
      const first = await service.call(key, 'reports_render');
      expect(first.headers.get('ratelimit')).toMatch(/^"tool:reports_render";r=1;t=\d+$/);
      expect((await service.call(key, 'reports_render')).status).toBe(200);
      const refused = await service.call(key, 'reports_render');
      expect(refused.status).toBe(429);
      expect(refused.body.error.data.limit).toEqual({
        policy: 'tool:reports_render',
        requests: 2,
        windowSeconds: 60,
      });
      expect((await service.call(key, 'reports_list')).status).toBe(200);
      expect((await service.call(await keyOf(), 'reports_render')).status).toBe(200);
    });

    it("count a call of a heavy tool as its weight in the user's and the key's budget", async () => {
      const key = await keyOf(100, { requestsPerMinute: 9 });
      expect((await service.call(key, 'reports_render')).status).toBe(200);
      expect((await service.call(key, 'reports_list')).headers.get('ratelimit')).toMatch(/^"key";r=3;/);
      expect((await service.call(key, 'reports_render')).body.error.data.limit.policy).toBe('key');
      const { body } = await get(key, '/api/me');
      expect(body.limits).toMatchObject({ remaining: 93, key: { limit: 9, remaining: 2 } });
    });

    it('charge each call of a batch by its own weight, or none of them', async () => {
      const key = await keyOf(13);
      const batch = (names: string[]) =>
        service.request('POST', '/mcp', {
          key,
          headers: { 'mcp-protocol-version': '2025-03-26' },
          body: names.map((name, id) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name } })),
        });
      expect((await batch(['reports_render', 'reports_list', 'reports_render', 'reports_list'])).status).toBe(
        200,
      );
      const refused = await batch(['reports_list', 'reports_render']);
      expect(refused.status).toBe(429);
      expect((await service.call(key, 'reports_list')).headers.get('ratelimit')).toMatch(/^"custom";r=0;/);
    });

    it('tell a call that no limit lets in not to be retried, and charge nothing for it', async () => {
      const key = await keyOf(100, { requestsPerMinute: 3 });
      const { status, body } = await service.call(key, 'reports_render');
      expect([status, body.error.data.limit]).toEqual([429, expect.objectContaining({ policy: 'key' })]);
      expect(body.error.message).toMatch(
        /counts as 5 calls, and 3 a minute \(key\) are allowed\. Do not retry/,
      );
      expect((await service.call(key, 'reports_list')).headers.get('ratelimit')).toMatch(/^"key";r=2;/);
    });

    it('limit resources and prompts likewise', async () => {
      const key = await keyOf();
      const read = (id: string) => service.rpc(key, 'resources/read', { uri: `report://${id}` });
      expect((await read('a')).status).toBe(200);
      expect((await read('b')).body.error.data.limit.policy).toBe('resource:report://{id}');
      expect((await service.rpc(key, 'prompts/get', { name: 'summary' })).status).toBe(200);
      const refused = await service.rpc(key, 'prompts/get', { name: 'summary' });
      expect(refused.body.error.data.limit.policy).toBe('prompt:summary');
    });

    it('count in no budget with @SkipThrottle, and in one of their own with @Throttle', async () => {
      const key = await keyOf(2);
      for (let i = 0; i < 5; i++) expect((await service.call(key, 'reports_ping')).status).toBe(200);
      for (let i = 0; i < 2; i++) expect((await service.call(key, 'reports_turn')).status).toBe(200);
      const refused = await service.call(key, 'reports_turn');
      expect(refused.status).toBe(429);
      expect(refused.body.error.data.limit).toEqual({
        policy: 'LimitedHandlers.turn',
        requests: 2,
        windowSeconds: 30,
      });
      expect(await left(key)).toBe(1);
    });
  });

  describe('that are of REST', () => {
    it('count as their weight, and have a limit of their own for each user', async () => {
      const key = await keyOf(10);
      expect((await get(key, '/api/weights/heavy')).headers.get('ratelimit')).toMatch(/^"custom";r=6;/);
      expect((await get(key, '/api/weights/few')).headers.get('ratelimit')).toMatch(
        /^"WeightedController.few";r=0;/,
      );
      expect((await get(key, '/api/weights/few')).body.limit.policy).toBe('WeightedController.few');
      expect((await get(await keyOf(), '/api/weights/few')).status).toBe(200);
      expect(await left(key)).toBe(4);
    });

    it('count as one when what a client sent is no number', async () => {
      const key = await keyOf(10);
      for (const count of ['many', '-3', 'NaN'])
        expect((await get(key, '/api/weights/counted', { 'x-count': count })).status).toBe(200);
      expect((await get(key, '/api/weights/counted', { 'x-count': 'Infinity' })).status).toBe(429);
      expect(await left(key)).toBe(6);
    });

    it('have a count of their own with @Throttle, in place of the common one', async () => {
      const key = await keyOf(2);
      const statuses = async (path: string, times: number) => {
        const seen: number[] = [];
        for (let i = 0; i < times; i++) seen.push((await get(key, `/api/reports/${path}`)).status);
        return seen;
      };
      expect(await statuses('common', 4)).toEqual([200, 200, 200, 429]);
      expect(await statuses('tight', 2)).toEqual([200, 429]);
      expect(await left(key)).toBe(1);
      const other = await get(await keyOf(), '/api/reports/tight');
      expect(other.headers.get('ratelimit-policy')).toBe('"ThrottledController.tight";q=1;w=10');
    });

    it('take the limit and the time of @Throttle from a function, and block as long as it says', async () => {
      const key = await keyOf();
      for (let i = 0; i < 2; i++) expect((await get(key, '/api/reports/computed')).status).toBe(200);
      const refused = await get(key, '/api/reports/computed');
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toBe('120');
      expect(refused.body.limit).toMatchObject({ requests: 2, windowSeconds: 20 });
    });

    it('count by what @Throttle says they belong to', async () => {
      const [one, two] = [await keyOf(), await keyOf()];
      expect((await get(one, '/api/reports/shared/red')).status).toBe(200);
      expect((await get(two, '/api/reports/shared/red')).status).toBe(429);
      expect((await get(two, '/api/reports/shared/blue')).status).toBe(200);
    });

    it('are not counted with @SkipThrottle', async () => {
      const key = await keyOf(1);
      for (let i = 0; i < 5; i++) {
        const answer = await get(key, '/api/reports/free');
        expect([answer.status, answer.headers.get('ratelimit')]).toEqual([200, null]);
      }
      expect(await left(key)).toBe(0);
    });

    it('count by the address where there is no caller', async () => {
      const statuses: number[] = [];
      for (let i = 0; i < 4; i++) statuses.push((await service.request('GET', '/api/reports/public')).status);
      expect(statuses).toEqual([200, 200, 200, 429]);
    });
  });

  describe('that an administrator sets', () => {
    afterEach(async () => {
      for (const name of ['reports_list', 'reports_render']) await set(name, {});
    });

    it('replace what the tool declares, from the answer on, until they are taken back', async () => {
      const answer = await set('reports_list', { perMinute: 1, weight: 3 });
      expect([answer.status, answer.headers.get('coherence')]).toEqual([204, expect.any(String)]);
      expect(await shown('reports_list')).toEqual({
        name: 'reports_list',
        perMinute: 1,
        weight: 3,
        declared: { perMinute: null, weight: 1 },
        override: { perMinute: 1, weight: 3 },
      });
      const key = await keyOf(10);
      expect((await service.call(key, 'reports_list')).status).toBe(200);
      expect((await service.call(key, 'reports_list')).status).toBe(429);
      await set('reports_list', { perMinute: null, weight: null });
      expect((await shown('reports_list')).override).toBeNull();
      expect((await service.call(key, 'reports_list')).headers.get('ratelimit')).toMatch(/^"custom";r=6;/);
      expect(await service.query('SELECT * FROM tool_limits')).toEqual([]);
    });

    it('leave what is declared where a member is null', async () => {
      await set('reports_render', { weight: 2 });
      expect(await shown('reports_render')).toEqual({
        name: 'reports_render',
        perMinute: 2,
        weight: 2,
        declared: { perMinute: 2, weight: 5 },
        override: { perMinute: null, weight: 2 },
      });
    });

    it('are listed for every tool', async () => {
      const { body } = await service.request('GET', '/api/limits/tools', { key: service.adminKey });
      expect(body.nextCursor).toBeNull();
      expect(body.tools.map(({ name }: { name: string }) => name)).toEqual(
        expect.arrayContaining(['documents_search', 'reports_list', 'whoami']),
      );
    });

    it('are listed and set for a tool that is switched off, too', async () => {
      const turn = (enabled: boolean) =>
        service.request('PUT', '/api/tools/reports_list', { key: service.adminKey, body: { enabled } });
      expect((await turn(false)).status).toBe(200);
      expect((await set('reports_list', { perMinute: 4 })).status).toBe(204);
      expect(await shown('reports_list')).toMatchObject({ perMinute: 4 });
      await turn(true);
    });

    it('are audited with what was sent', async () => {
      await set('reports_list', { perMinute: 7 });
      const rows = await service.auditRows("resource = 'tool_limit:reports_list'", []);
      expect(rows).toContainEqual(
        expect.objectContaining({
          outcome: 'success',
          elevated: true,
          metadata: expect.objectContaining({ changes: { perMinute: 7 } }),
        }),
      );
    });

    it('are refused for an unknown tool, a wrong number, and everybody but an administrator', async () => {
      expect((await set('no_such_tool', { perMinute: 1 })).status).toBe(404);
      for (const body of [{ perMinute: 0 }, { weight: 1.5 }, { weight: 1001 }, { limit: 1 }])
        expect((await set('reports_list', body)).status).toBe(400);
      expect((await set('reports_list', { perMinute: 1 }, await keyOf())).status).toBe(403);
      const member = await service.createUser();
      for (const scopes of [['limits:write'], ['limits:read']])
        await expect(service.createKey(member, scopes)).rejects.toThrow(/cannot hold/);
    });

    it('stay when the service starts again', async () => {
      await set('reports_list', { perMinute: 4 });
      const replica = await Replica.of(service, [ReportsModule]);
      const { body } = await replica.request('GET', '/api/limits/tools', service.adminKey);
      await replica.stop();
      expect(body.tools.find(({ name }: { name: string }) => name === 'reports_list').perMinute).toBe(4);
    });

    it('hold in every replica when they are answered', async () => {
      const replica = await Replica.of(service, [ReportsModule]);
      try {
        for (const perMinute of [3, 2, 1]) {
          await set('reports_list', { perMinute });
          const answer = await replica.call(await keyOf(), 'reports_list');
          expect(answer.headers.get('ratelimit-policy')).toBe(`"tool:reports_list";q=${perMinute};w=60`);
        }
      } finally {
        await replica.stop();
      }
    });
  });
});
