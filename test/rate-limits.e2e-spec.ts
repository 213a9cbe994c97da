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
