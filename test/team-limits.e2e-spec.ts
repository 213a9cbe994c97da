import { hasRedis, RedisServer } from './support/redis.js';
import { type Answer, TestService, type TestUser } from './support/test-service.js';

let teams = 0;

describe.each(hasRedis() ? ['memory', 'redis'] : ['memory'])('A limit of a team, counted in %s,', (store) => {
  let redis: RedisServer | undefined;
  let service: TestService;
  let lead: TestUser;
  let leadKey: string;

  beforeAll(async () => {
    if (store === 'redis') redis = await RedisServer.start();
    service = await TestService.start(redis ? { env: { REDIS_URL: redis.url } } : {});
    lead = await service.createUser();
    leadKey = (await service.createKey(lead, ['read', 'write', 'agents:*', 'keys:*', 'teams:*'])).apiKey;
  });
  afterAll(async () => {
    await service.stop();
    await redis?.kill();
  });

  const send = (method: string, path: string, key: string, body?: unknown) =>
    service.request(method, path, { key, ...(body !== undefined && { body }) });
  const codeOf = ({ status, body }: Answer) => [status, body.code];
  const set = (id: string, requestsPerMinute: number | null, key = service.adminKey) =>
    send('PATCH', `/api/teams/${id}`, key, { requestsPerMinute });
  const limitsOf = async (key: string) => (await send('GET', '/api/me', key)).body.limits;
  const agentOf = async (ownerId: string, fields: object = {}, key = leadKey) => {
    const body = { name: 'Agent', scopes: ['documents:read'], withKey: true, ownerId, ...fields };
    const made = await send('POST', '/api/agents', key, body);
    expect([made.status, made.text]).toEqual([201, expect.any(String)]);
    return made.body as { id: string; key: { apiKey: string } };
  };
  const team = async (requestsPerMinute: number | null) => {
    const body = { name: `Team ${++teams}`, requestsPerMinute };
    const { id } = (await send('POST', '/api/teams', service.adminKey, body)).body as { id: string };
    await send('PUT', `/api/teams/${id}/members/${lead.id}`, service.adminKey, { role: 'maintainer' });
    const key = (await service.createKey({ id } as TestUser, ['documents:read'])).apiKey;
    return { id, key };
  };
  const refusal = (requests: number) => ({ policy: 'team', requests, windowSeconds: 60 });

  it('is one of its keys, its agents and the agents below them together, and of nobody else', async () => {
    const { id, key } = await team(12);
    const agent = await agentOf(id, { scopes: ['documents:read', 'agents:create'] });
    const below = await agentOf(agent.id);
    const keys = [key, agent.key.apiKey, below.key.apiKey];
    for (const [used, one] of keys.entries())
      expect((await limitsOf(one)).team).toMatchObject({ limit: 12, remaining: 11 - used });
    for (let calls = 3; calls < 12; calls++)
      expect((await service.call(keys[calls % 3], 'whoami')).status).toBe(200);
    for (const one of keys) {
      const refused = await send('GET', '/api/me', one);
      expect([...codeOf(refused), refused.body.limit]).toEqual([429, 'rate_limited', refusal(12)]);
      expect(refused.headers.get('ratelimit-policy')).toBe('"team";q=12;w=60');
      const call = await service.call(one, 'whoami');
      expect([call.status, call.body.error.data.limit]).toEqual([429, refusal(12)]);
    }
    expect((await limitsOf(leadKey)).team).toBeNull();
    const other = await team(null);
    const free = await agentOf(other.id);
    expect((await limitsOf(free.key.apiKey)).team).toBeNull();
    expect((await limitsOf(other.key)).team).toBeNull();
  });

  it('stands beside the limit of an agent, and a call that one refuses counts in none', async () => {
    const { id, key } = await team(30);
    const agent = await agentOf(id, { requestsPerMinute: 2 }, service.adminKey);
    for (let calls = 0; calls < 2; calls++) await limitsOf(agent.key.apiKey);
    const refused = await send('GET', '/api/me', agent.key.apiKey);
    expect([refused.status, refused.body.limit.policy]).toEqual([429, 'custom']);
    expect(await limitsOf(key)).toMatchObject({ policy: 'team', limit: 30, remaining: 27 });
  });

  it('holds when its change is answered, and is shown with the team', async () => {
    const { id, key } = await team(null);
    const agent = await agentOf(id);
    await limitsOf(agent.key.apiKey);
    expect((await set(id, 1)).body.requestsPerMinute).toBe(1);
    expect((await send('GET', `/api/teams/${id}`, leadKey)).body.requestsPerMinute).toBe(1);
    expect((await send('GET', '/api/me', agent.key.apiKey)).status).toBe(200);
    expect((await send('GET', '/api/me', key)).status).toBe(429);
    await set(id, null);
    expect((await send('GET', '/api/me', key)).status).toBe(200);
    expect((await send('GET', '/api/me', agent.key.apiKey)).status).toBe(200);
  });

  it('goes with the agents that are handed over to a team', async () => {
    const { id } = await team(5);
    const leaver = await service.createUser();
    const { apiKey } = await service.createKey(leaver, ['read', 'agents:*']);
    const agent = await agentOf(leaver.id, {}, apiKey);
    expect((await limitsOf(agent.key.apiKey)).team).toBeNull();
    const organization = (await send('GET', '/api/organizations', service.adminKey)).body.organizations[0].id;
    const path = `/api/organizations/${organization}/members/${leaver.id}?data=handover&to=${id}`;
    expect((await send('DELETE', path, service.adminKey)).status).toBe(204);
    expect((await limitsOf(agent.key.apiKey)).team).toMatchObject({ limit: 5, remaining: 4 });
  });

  it('is set by administrators alone', async () => {
    const { id } = await team(7);
    expect(codeOf(await set(id, null, leadKey))).toEqual([403, 'forbidden']);
    expect(codeOf(await set(id, 0))).toEqual([400, 'validation_failed']);
    expect((await send('GET', `/api/teams/${id}`, leadKey)).body.requestsPerMinute).toBe(7);
  });
});
