import { DEFAULT_ORGANIZATION } from '../src/access/principal.js';
import { McpRegistry } from '../src/mcp/registry/mcp-registry.js';
import type { KeyAccess } from '../src/me/key-access.schema.js';
import { TestService, type TestUser } from './support/test-service.js';

const KEYS = '/api/mcp/keys';
const NO_ROW = '01900000-0000-7000-8000-000000000000';

interface Key {
  id: string;
  apiKey: string;
}

describe('What a key can do, and why not', () => {
  let service: TestService;
  let owner: TestUser;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    owner = await service.createUser();
  });

  const asAdmin = async (method: string, path: string, body?: unknown) => {
    const answer = await service.request(method, path, { key: service.adminKey, body });
    if (answer.status >= 300) throw new Error(answer.text);
    return answer.body;
  };
  const effective = (id: string, key = service.adminKey) =>
    service.request<KeyAccess & { code: string }>('GET', `${KEYS}/${id}/effective`, { key });
  const accessOf = async ({ id }: Key) => (await effective(id)).body;
  const keyOf = (...scopes: string[]) => service.createKey(owner, scopes);
  const expire = ({ id }: Key) =>
    service.query(`UPDATE api_keys SET expires_at = now() - interval '1 minute' WHERE id = $1`, [id]);
  const demoted = async (...scopes: string[]) => {
    owner = await service.createUser({ role: 'admin' });
    const key = await keyOf(...scopes);
    await asAdmin('PATCH', `/api/users/${owner.id}`, { role: 'member' });
    return key;
  };

  const keys: [name: string, make: () => Promise<Key>, reasons?: string[]][] = [
    ['read', () => keyOf('read')],
    ['write without read', () => keyOf('write')],
    ['one scope', () => keyOf('documents:delete')],
    ['two scopes', () => keyOf('documents:read', 'documents:write')],
    ['all of a resource', () => keyOf('documents:*')],
    ['management only', () => keyOf('keys:*', 'audit:read')],
    [
      'the scope admin',
      async () => {
        owner = await service.createUser({ role: 'admin' });
        return keyOf('admin');
      },
    ],
    ['an owner who is no admin any more', () => demoted('admin', 'users:read', 'documents:read')],
    ['an owner who lost all that it gave', () => demoted('admin')],
    [
      'an allow list that has the address',
      () => service.createKey(owner, ['read'], { ipAllowlist: ['127.0.0.0/8', '::1'] }),
    ],
    [
      'a replacement beside it',
      async () => {
        const key = await keyOf('read');
        await asAdmin('POST', `${KEYS}/${key.id}/rotate`, { gracePeriodSeconds: 600 });
        return key;
      },
    ],
    [
      'an end that has passed',
      async () => {
        const key = await keyOf('read');
        await expire(key);
        return key;
      },
      ['expired_api_key'],
    ],
    [
      'a revocation',
      async () => {
        const key = await keyOf('read');
        await asAdmin('DELETE', `${KEYS}/${key.id}`);
        return key;
      },
      ['revoked_api_key'],
    ],
    [
      'a switch that is off',
      async () => {
        const key = await keyOf('read');
        await asAdmin('PATCH', `${KEYS}/${key.id}`, { enabled: false });
        return key;
      },
      ['disabled_api_key'],
    ],
    [
      'a deactivated owner',
      async () => {
        const key = await keyOf('read');
        await asAdmin('PATCH', `/api/users/${owner.id}`, { isActive: false });
        return key;
      },
      ['account_inactive'],
    ],
    [
      'an allow list without the address',
      () => service.createKey(owner, ['read'], { ipAllowlist: ['192.0.2.0/24'] }),
      ['ip_not_allowed'],
    ],
    [
      'all of that at once',
      async () => {
        const key = await service.createKey(owner, ['read'], { ipAllowlist: ['192.0.2.0/24'] });
        await asAdmin('PATCH', `${KEYS}/${key.id}`, { enabled: false });
        await asAdmin('DELETE', `${KEYS}/${key.id}`);
        await expire(key);
        await asAdmin('PATCH', `/api/users/${owner.id}`, { isActive: false });
        return key;
      },
      ['revoked_api_key', 'expired_api_key', 'disabled_api_key', 'account_inactive', 'ip_not_allowed'],
    ],
  ];

  it.each(keys)('is reported as it really happens for a key with %s', async (_, make, reasons = []) => {
    const key = await make();
    const access = await accessOf(key);
    expect(access).toMatchObject({ works: reasons.length === 0, reasons });
    expect(access.toolAccess.map(({ name }) => name)).toEqual(
      service.service.app
        .get(McpRegistry, { strict: false })
        .tools.all()
        .map(({ name }) => name),
    );
    expect(access.tools).toEqual(access.toolAccess.flatMap(({ name, allowed }) => (allowed ? [name] : [])));

    const list = await service.rpc(key.apiKey, 'tools/list');
    expect(list.body.result?.tools.map(({ name }: { name: string }) => name) ?? []).toEqual(access.tools);
    for (const { name, allowed, missingScopes } of access.toolAccess) {
      const { status, body } = await service.call(key.apiKey, name);
      expect([name, status === 200]).toEqual([name, allowed]);
      if (access.works) expect([name, body.error?.data.missingScopes ?? []]).toEqual([name, missingScopes]);
    }
    const rows = await service.auditRows("key_id = $1 AND action = 'mcp'", [key.id]);
    expect(new Set(rows.map(({ reason }) => reason))).toEqual(new Set(reasons.slice(0, 1)));

    const me = await service.request<KeyAccess>('GET', '/api/me', { key: key.apiKey });
    expect(me.status === 200).toBe(access.works);
    if (access.works) {
      const { limits: _limits, ...rest } = me.body;
      expect(access).toMatchObject(rest);
      const { limits: _left, ...told } = (await service.call(key.apiKey, 'whoami')).body.result
        .structuredContent;
      expect(told).toEqual(rest);
    }
  });

  it('has the same answer for the key itself and for its administrator, with these members', async () => {
    const key = await service.createKey(owner, ['documents:read'], {
      name: 'Reader',
      ipAllowlist: ['127.0.0.1'],
    });
    expect(await accessOf(key)).toEqual({
      works: true,
      reasons: [],
      user: {
        id: owner.id,
        kind: 'person',
        email: owner.email,
        name: expect.any(String),
        role: 'member',
        tier: 'development',
        isActive: true,
        isOperator: false,
      },
      organization: { id: DEFAULT_ORGANIZATION, name: 'Default' },
      key: {
        id: key.id,
        name: 'Reader',
        start: key.start,
        scopes: ['documents:read'],
        agent: false,
        enabled: true,
        expiresAt: key.expiresAt,
        expired: false,
        revokedAt: null,
        replacedBy: null,
      },
      scopes: ['documents:read'],
      lostScopes: [],
      address: { ip: '127.0.0.1', ipAllowlist: ['127.0.0.1'], inside: true },
      limits: {
        policy: 'development',
        limit: 100000,
        remaining: 100000,
        resetSeconds: 0,
        key: null,
        team: null,
        organization: null,
      },
      tools: ['documents_get', 'documents_list', 'documents_search', 'whoami'],
      toolAccess: expect.arrayContaining([
        { name: 'documents_create', allowed: false, missingScopes: ['documents:write'] },
        { name: 'documents_delete', allowed: false, missingScopes: ['documents:delete'] },
        { name: 'documents_get', allowed: true, missingScopes: [] },
        { name: 'documents_list', allowed: true, missingScopes: [] },
        { name: 'documents_search', allowed: true, missingScopes: [] },
        { name: 'documents_update', allowed: false, missingScopes: ['documents:write'] },
        { name: 'whoami', allowed: true, missingScopes: [] },
      ]),
    });
  });

  it("counts the calls of the key's owner, not of the caller", async () => {
    const key = await service.createKey(await service.createUser({ requestsPerMinute: 10 }), ['read']);
    await service.call(key.apiKey, 'whoami');
    await service.call(key.apiKey, 'whoami');
    const { limits } = await accessOf(key);
    expect(limits).toEqual({
      policy: 'custom',
      limit: 10,
      remaining: 8,
      resetSeconds: expect.any(Number),
      key: null,
      team: null,
      organization: null,
    });
    expect((await accessOf(key)).limits.remaining).toBe(8);
  });

  it('names the scopes that a demoted owner no longer grants, and gives them back with the role', async () => {
    const key = await demoted('admin', 'users:read', 'documents:read');
    const before = await accessOf(key);
    expect(before).toMatchObject({ works: true, scopes: ['documents:read'], user: { role: 'member' } });
    expect(before.lostScopes).toEqual(['admin', 'users:read']);
    expect(before.key!.scopes).toEqual(['admin', 'users:read', 'documents:read']);
    await asAdmin('PATCH', `/api/users/${owner.id}`, { role: 'admin' });
    expect(await accessOf(key)).toMatchObject({
      scopes: ['admin', 'documents:read', 'users:read'],
      lostScopes: [],
      user: { role: 'admin' },
    });
  });

  it('tells what ended or replaced a key', async () => {
    const key = await keyOf('read');
    const next = await asAdmin('POST', `${KEYS}/${key.id}/rotate`, {});
    const access = await accessOf(key);
    expect(access).toMatchObject({ works: false, reasons: ['revoked_api_key'], tools: [] });
    expect(access.key).toMatchObject({ replacedBy: next.id, revokedAt: expect.any(String), expired: false });
    const old = await keyOf('read');
    await expire(old);
    expect((await accessOf(old)).key).toMatchObject({ expired: true, revokedAt: null, replacedBy: null });
  });

  it('says when the allow list excludes the address of the request', async () => {
    const key = await service.createKey(owner, ['read'], { ipAllowlist: ['192.0.2.0/24'] });
    expect((await accessOf(key)).address).toEqual({
      ip: '127.0.0.1',
      ipAllowlist: ['192.0.2.0/24'],
      inside: false,
    });
  });

  it('is shown for all keys of the owner, including ended ones, to a key with keys:read', async () => {
    const manager = await keyOf('keys:read');
    const other = await keyOf('read');
    await asAdmin('DELETE', `${KEYS}/${other.id}`);
    for (const { id } of [manager, other]) {
      const answer = await effective(id, manager.apiKey);
      expect([answer.status, answer.body.key!.id]).toEqual([200, id]);
    }
  });

  it("is answered with 404 for another user's key, like for one that does not exist, even to an auditor", async () => {
    const foreign = await keyOf('read');
    for (const role of ['member', 'auditor']) {
      const { apiKey } = await service.createKey(await service.createUser({ role }), ['keys:*']);
      const answers = [await effective(foreign.id, apiKey), await effective(NO_ROW, apiKey)];
      const [theirs, none] = answers.map(({ status, body: { ...body } }) => ({
        status,
        ...body,
        requestId: '',
      }));
      expect(theirs).toMatchObject({ status: 404, code: 'not_found' });
      expect(theirs).toEqual(none);
    }
  });

  it('is refused to a key without keys:read, even about itself', async () => {
    const key = await keyOf('read', 'write');
    const answer = await effective(key.id, key.apiKey);
    expect([answer.status, answer.body.code]).toEqual([403, 'insufficient_scope']);
  });

  it('never shows the key or its hash', async () => {
    const key = await keyOf('read');
    const { text } = await effective(key.id);
    expect(text).not.toContain(key.apiKey);
    expect(text).not.toMatch(/hash/i);
  });

  it('leaves an audit row that names the key', async () => {
    const key = await keyOf('read');
    await effective(key.id);
    expect(
      await service.auditRows("action = 'api_key.effective' AND resource = $1", [`api_key:${key.id}`]),
    ).toMatchObject([{ outcome: 'success', scopes: ['keys:read'] }]);
  });
});
