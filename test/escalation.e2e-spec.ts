import { TestService, type TestUser } from './support/test-service.js';
import { until } from './support/until.js';

const KEYS = '/api/mcp/keys';
const FAR = new Date(Date.now() + 50 * 365 * 24 * 3600 * 1000).toISOString();

// These specs cover what a stolen or misused key must not be able to obtain or leave behind.
describe('A key cannot be widened', () => {
  let service: TestService;
  let owner: TestUser;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    owner = await service.createUser();
  });

  const send = (method: string, path: string, key: string, body?: unknown) =>
    service.request(method, path, { key, body });
  const works = async (key: string) => (await service.request('GET', '/api/me', { key })).status === 200;

  describe('beyond the calls a minute that it is limited to', () => {
    let limited: { id: string; apiKey: string };

    beforeEach(async () => {
      limited = await service.createKey(owner, ['keys:*', 'read'], { requestsPerMinute: 20 });
    });

    it('by a key that it creates, which has the same limit or a lower one', async () => {
      const heirs = [undefined, 20, 1].map(async (requestsPerMinute) => {
        const { body } = await send('POST', KEYS, limited.apiKey, { name: 'Heir', requestsPerMinute });
        return body.requestsPerMinute;
      });
      expect(await Promise.all(heirs)).toEqual([20, 20, 1]);
      for (const requestsPerMinute of [null, 21]) {
        const answer = await send('POST', KEYS, limited.apiKey, { name: 'Heir', requestsPerMinute });
        expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
      }
    });

    it('by changing itself or an unlimited key, or by rotating that one', async () => {
      const free = await service.createKey(owner, ['read']);
      for (const [method, path, body] of [
        ['PATCH', `${KEYS}/${limited.id}`, { requestsPerMinute: null }],
        ['PATCH', `${KEYS}/${limited.id}`, { requestsPerMinute: 21 }],
        ['PATCH', `${KEYS}/${free.id}`, { name: 'Mine' }],
        ['POST', `${KEYS}/${free.id}/rotate`, {}],
      ] as const)
        expect((await send(method, path, limited.apiKey, body)).status).toBe(403);
      expect(await works(free.apiKey)).toBe(true);
    });

    it('by rotating itself or all keys, because the new one has the same limit', async () => {
      const turned = await send('POST', `${KEYS}/${limited.id}/rotate`, limited.apiKey, {});
      expect(turned.body.requestsPerMinute).toBe(20);
      const all = await send('POST', `${KEYS}/rotate`, turned.body.apiKey as string);
      expect(all.body.requestsPerMinute).toBe(20);
    });

    it('but may limit itself further', async () => {
      const path = `${KEYS}/${limited.id}`;
      const answer = await send('PATCH', path, limited.apiKey, { requestsPerMinute: 5 });
      expect([answer.status, answer.body.requestsPerMinute]).toEqual([200, 5]);
    });
  });

  describe('beyond the addresses that it is restricted to', () => {
    let bound: { id: string; apiKey: string };

    beforeEach(async () => {
      bound = await service.createKey(owner, ['keys:*', 'read'], {
        ipAllowlist: ['127.0.0.1', '192.0.2.0/24'],
      });
    });

    it('by a key that it creates, which has the same restriction or a narrower one', async () => {
      expect((await send('POST', KEYS, bound.apiKey, { name: 'Heir' })).body.ipAllowlist).toEqual([
        '127.0.0.1',
        '192.0.2.0/24',
      ]);
      const closer = await send('POST', KEYS, bound.apiKey, { name: 'Heir', ipAllowlist: ['127.0.0.1'] });
      expect(closer.body.ipAllowlist).toEqual(['127.0.0.1']);
      for (const ipAllowlist of [null, ['0.0.0.0/0'], ['127.0.0.1', '::/0']]) {
        const answer = await send('POST', KEYS, bound.apiKey, { name: 'Heir', ipAllowlist });
        expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
      }
    });

    it('by changing itself or an unrestricted key, or by rotating that one', async () => {
      const free = await service.createKey(owner, ['read']);
      expect((await send('PATCH', `${KEYS}/${bound.id}`, bound.apiKey, { ipAllowlist: null })).status).toBe(
        403,
      );
      expect((await send('PATCH', `${KEYS}/${free.id}`, bound.apiKey, { expiresAt: FAR })).status).toBe(403);
      expect((await send('POST', `${KEYS}/${free.id}/rotate`, bound.apiKey, {})).status).toBe(403);
      expect(await works(free.apiKey)).toBe(true);
    });

    it('by rotating all keys, because the new one has the same restriction', async () => {
      await service.createKey(owner, ['read']);
      const answer = await send('POST', `${KEYS}/rotate`, bound.apiKey);
      expect(answer.status).toBe(201);
      expect(answer.body.ipAllowlist).toEqual(['127.0.0.1', '192.0.2.0/24']);
    });
  });

  it('by changing a key of the same owner with more addresses, although it may revoke that one', async () => {
    const narrow = await service.createKey(owner, ['keys:*']);
    const wide = await service.createKey(owner, ['read', 'write', 'delete']);
    await send('PATCH', `${KEYS}/${wide.id}`, service.adminKey, { enabled: false });
    for (const change of [{ enabled: true }, { ipAllowlist: null }, { expiresAt: FAR }]) {
      const answer = await send('PATCH', `${KEYS}/${wide.id}`, narrow.apiKey, change);
      expect([answer.status, answer.body.code]).toEqual([403, 'insufficient_scope']);
    }
    expect(await works(wide.apiKey)).toBe(false);
    expect((await send('DELETE', `${KEYS}/${wide.id}`, narrow.apiKey)).status).toBe(204);
  });

  it('by reviving a key that has expired, or one in the grace period of its replacement', async () => {
    const manager = await service.createKey(owner, ['keys:*', 'read']);
    const expired = await service.createKey(owner, ['read']);
    const replaced = await service.createKey(owner, ['read']);
    await service.query(`UPDATE api_keys SET expires_at = now() - interval '1 hour' WHERE id = $1`, [
      expired.id,
    ]);
    await send('POST', `${KEYS}/${replaced.id}/rotate`, manager.apiKey, { gracePeriodSeconds: 600 });
    for (const { id } of [expired, replaced]) {
      expect((await send('PATCH', `${KEYS}/${id}`, manager.apiKey, { expiresAt: FAR })).status).toBe(409);
    }
  });

  it('by the scopes of a disabled key in a rotation of all keys', async () => {
    const manager = await service.createKey(owner, ['keys:*', 'read']);
    const off = await service.createKey(owner, ['write']);
    await send('PATCH', `${KEYS}/${off.id}`, service.adminKey, { enabled: false });
    const answer = await send('POST', `${KEYS}/rotate`, manager.apiKey);
    expect(answer.body.scopes.toSorted()).toEqual(['keys:*', 'read']);
  });

  it('by creating keys while all of them are rotated, because exactly one is valid afterwards', async () => {
    const stolen = await service.createKey(owner, ['keys:*', 'read']);
    const mine = await service.createKey(owner, ['keys:*', 'read']);
    const made: string[] = [];
    const thieves = Array.from({ length: 8 }, async () => {
      for (let key = 0; key < 1_000; key++) {
        const answer = await send('POST', KEYS, stolen.apiKey, { name: 'Left behind' });
        if (answer.status !== 201) return;
        made.push(answer.body.apiKey);
      }
    });
    await until(() => made.length >= 10);
    const answer = await send('POST', `${KEYS}/rotate`, mine.apiKey);
    await Promise.all(thieves);
    expect(answer.status).toBe(201);
    expect(await Promise.all([...made, stolen.apiKey, mine.apiKey].map(works))).not.toContain(true);
    expect(await works(answer.body.apiKey)).toBe(true);
  });

  it('by two rotations of all keys at once, because one key is left', async () => {
    const keys = await Promise.all([1, 2].map(() => service.createKey(owner, ['keys:*', 'read'])));
    const answers = await Promise.all(keys.map(({ apiKey }) => send('POST', `${KEYS}/rotate`, apiKey)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)[0]).toBe(201);
    const live = await service.query('SELECT id FROM api_keys WHERE user_id = $1 AND revoked_at IS NULL', [
      owner.id,
    ]);
    expect(live).toHaveLength(1);
  });
});

describe('The request of a caller', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ env: { RATE_LIMIT_FAILED_KEYS: '5' } });
  });
  afterAll(() => service.stop());

  it('cannot hide the use of a revoked key behind a flood of wrong ones', async () => {
    const key = await service.createKey(await service.createUser(), ['read']);
    await service.request('DELETE', `/api/mcp/keys/${key.id}`, { key: service.adminKey });
    for (let i = 0; i < 10; i++) await service.call('mcp_wrong', 'whoami');
    expect((await service.call(key.apiKey, 'whoami')).status).toBe(429);
    expect(await service.auditRows('key_id = $1', [key.id])).toMatchObject([
      { outcome: 'denied', reason: 'rate_limited' },
    ]);
  });

  it('cannot forge a line of the log or of a row', async () => {
    const { apiKey } = await service.createKey(await service.createUser(), ['read']);
    const answer = await service.call(apiKey, 'x\n\u001b[32mLOG success\r\u2028documents_delete');
    const [row] = await service.auditRows('request_id = $1', [answer.headers.get('x-request-id')]);
    expect(row!.tool).toBe('x\uFFFD\uFFFD[32mLOG success\uFFFD\uFFFDdocuments_delete');
  });

  it('names one row by one name, however its id is written', async () => {
    const { apiKey } = await service.createKey(await service.createUser(), ['read', 'write']);
    const body = { title: 'T', content: 'c' };
    const { id } = (await service.request('POST', '/api/documents', { key: apiKey, body })).body;
    await service.request('GET', `/api/documents/${id.toUpperCase()}`, { key: apiKey });
    await service.call(apiKey, 'documents_get', { id: id.toUpperCase() });
    expect(await service.auditRows('resource = $1', [`document:${id}`])).toHaveLength(3);
  });

  it('is refused with the status of the refusal even when the SDK would answer it', async () => {
    const { apiKey } = await service.createKey(await service.createUser(), ['documents:read']);
    const params = { name: 'documents_delete', arguments: { id: 'x' }, unusual: 1 };
    const answer = await service.rpc(apiKey, 'tools/call', params);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('www-authenticate')).toContain('documents:delete');
    expect(await service.auditRows('request_id = $1', [answer.headers.get('x-request-id')])).toMatchObject([
      { tool: 'documents_delete', resource: 'document:x', outcome: 'denied' },
    ]);
  });

  it('costs nothing when it is a batch over the limit', async () => {
    const user = await service.createUser({ requestsPerMinute: 10 });
    const { apiKey } = await service.createKey(user, ['read']);
    const one = { jsonrpc: '2.0', method: 'tools/call', params: { name: 'whoami' } };
    const body = Array.from({ length: 11 }, (_, id) => ({ ...one, id }));
    expect((await service.request('POST', '/mcp', { key: apiKey, body })).status).toBe(429);
    expect((await service.call(apiKey, 'whoami')).headers.get('ratelimit')).toMatch(/;r=9;/);
  });

  it('cannot delay other callers with an expensive search', async () => {
    const owner = await service.createKey(await service.createUser({ tier: 'unlimited' }), ['read', 'write']);
    const other = await service.createKey(await service.createUser(), ['read']);
    const body = { title: 'Heavy', content: 'foo bar baz qux '.repeat(31_000) };
    for (let i = 0; i < 6; i++) await service.request('POST', '/api/documents', { key: owner.apiKey, body });
    const query = 'foo bar baz qux '.repeat(8).trim();
    // Twice as many as are served at a time.
    const heavy = Array.from({ length: 12 }, () =>
      service.request('POST', '/api/documents/search', { key: owner.apiKey, body: { query, limit: 50 } }),
    );
    const others = await Promise.all(
      Array.from({ length: 10 }, () => service.request('GET', '/api/documents', { key: other.apiKey })),
    );
    expect(others.map(({ status }) => status)).toEqual(others.map(() => 200));
    expect((await service.request('GET', '/health/ready')).status).toBe(200);
    for (const { status } of await Promise.all(heavy)) expect(status).toBe(200);
  });
});
