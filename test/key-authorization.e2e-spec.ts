import { Injectable, Module } from '@nestjs/common';
import { Scopes } from '../src/access/access.decorators.js';
import { generateApiKey } from '../src/api-keys/key-format.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { type AuditRow, TestService, type TestUser } from './support/test-service.js';

let ran = 0;

@Injectable()
class CountingTools {
  @Tool({ name: 'counting_run', description: 'Counts how often it ran' })
  @Scopes('documents:delete')
  run() {
    return `${++ran}`;
  }
}

@Module({ providers: [CountingTools] })
class CountingModule {}

// These specs check what the tutorials check by hand with curl, and the audit of each.
describe('An API key', () => {
  let service: TestService;
  let owner: TestUser;
  let reader: { id: string; apiKey: string; start: string };
  let writer: { id: string; apiKey: string };

  beforeAll(async () => {
    service = await TestService.start({ modules: [CountingModule] });
    owner = await service.createUser();
    reader = await service.createKey(owner, ['documents:read']);
    writer = await service.createKey(owner, ['documents:read', 'documents:write', 'documents:delete']);
  });
  afterAll(() => service.stop());

  const rowsOf = (answer: { headers: Headers }): Promise<AuditRow[]> =>
    service.auditRows('request_id = $1', [answer.headers.get('x-request-id')]);

  const documentOf = async (key: string): Promise<string> => {
    const answer = await service.request('POST', '/api/documents', {
      key,
      body: { title: 'Plan', content: 'We plan.' },
    });
    return answer.body.id;
  };

  it('with only read scopes can read, and the audit records who read what', async () => {
    const id = await documentOf(writer.apiKey);
    const answer = await service.call(reader.apiKey, 'documents_get', { id });
    expect(answer.status).toBe(200);
    expect(answer.body.result.structuredContent).toMatchObject({ id, title: 'Plan' });
    expect(await rowsOf(answer)).toMatchObject([
      {
        user_id: owner.id,
        key_id: reader.id,
        key_start: reader.start,
        action: 'tools/call',
        tool: 'documents_get',
        resource: `document:${id}`,
        outcome: 'success',
        reason: null,
        elevated: false,
        scopes: ['documents:read'],
        ip: '127.0.0.1',
        user_agent: 'spec/1.0',
      },
    ]);
  });

  it('with only read scopes cannot delete: the refusal names the missing scope, and nothing is deleted', async () => {
    const id = await documentOf(writer.apiKey);
    const answer = await service.call(reader.apiKey, 'documents_delete', { id });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer error="insufficient_scope", scope="documents:delete", resource_metadata="${service.url}/.well-known/oauth-protected-resource/mcp"`,
    );
    expect(answer.body).toMatchObject({
      jsonrpc: '2.0',
      id: 1,
      error: {
        message: 'Insufficient permissions. Required scope: documents:delete',
        data: { code: 'insufficient_scope', missingScopes: ['documents:delete'] },
      },
    });
    expect(await service.query('SELECT id FROM documents WHERE id = $1', [id])).toHaveLength(1);
    expect(await rowsOf(answer)).toMatchObject([
      {
        user_id: owner.id,
        key_id: reader.id,
        tool: 'documents_delete',
        resource: `document:${id}`,
        outcome: 'denied',
        reason: 'insufficient_scope',
        elevated: true,
        ip: '127.0.0.1',
        user_agent: 'spec/1.0',
      },
    ]);
  });

  it('with only read scopes cannot delete over REST, where the refusal has problem details', async () => {
    const id = await documentOf(writer.apiKey);
    const answer = await service.request('DELETE', `/api/documents/${id}`, { key: reader.apiKey });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      status: 403,
      code: 'insufficient_scope',
      detail: 'Insufficient permissions. Required scope: documents:delete',
      requestId: answer.headers.get('x-request-id'),
    });
    expect(await rowsOf(answer)).toMatchObject([
      { action: 'document.delete', resource: `document:${id}`, outcome: 'denied', user_id: owner.id },
    ]);
  });

  it('without the scope never runs a tool, nor does a request without a key', async () => {
    expect((await service.call(reader.apiKey, 'counting_run')).status).toBe(403);
    expect((await service.call(undefined, 'counting_run')).status).toBe(401);
    expect(ran).toBe(0);
    expect((await service.call(writer.apiKey, 'counting_run')).body.result.content[0].text).toBe('1');
  });

  it('is required: a request without one is answered with 401, with the request id in the JSON-RPC error', async () => {
    const answer = await service.call(undefined, 'documents_list');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer resource_metadata="${service.url}/.well-known/oauth-protected-resource/mcp", scope="read write"`,
    );
    expect(answer.body).toMatchObject({
      jsonrpc: '2.0',
      id: null,
      error: { data: { code: 'missing_api_key' } },
    });
    expect(await rowsOf(answer)).toMatchObject([
      {
        user_id: null,
        key_id: null,
        action: 'mcp',
        tool: null,
        outcome: 'denied',
        reason: 'missing_api_key',
        ip: '127.0.0.1',
      },
    ]);
  });

  it.each([
    ['well-formed but unknown', () => generateApiKey('mcp'), 'unknown_api_key'],
    [
      'mistyped',
      (key: string) => key.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')),
      'malformed_api_key',
    ],
  ])('that is %s is answered with 401', async (_, spoil, reason) => {
    const answer = await service.call(spoil(reader.apiKey), 'documents_list');
    expect(answer.status).toBe(401);
    expect(answer.body.error.data.code).toBe('invalid_api_key');
    expect(await rowsOf(answer)).toMatchObject([
      { user_id: null, action: 'mcp', tool: null, outcome: 'denied', reason },
    ]);
  });

  it('of a deactivated user is answered with 403 at once', async () => {
    const user = await service.createUser();
    const key = await service.createKey(user, ['documents:read']);
    expect((await service.call(key.apiKey, 'documents_list')).status).toBe(200);
    await service.request('PATCH', `/api/users/${user.id}`, {
      key: service.adminKey,
      body: { isActive: false },
    });
    const answer = await service.call(key.apiKey, 'documents_list');
    expect(answer.status).toBe(403);
    expect(answer.body.error.data.code).toBe('account_inactive');
    expect(await rowsOf(answer)).toMatchObject([
      {
        user_id: user.id,
        key_id: key.id,
        action: 'mcp',
        tool: null,
        outcome: 'denied',
        reason: 'account_inactive',
      },
    ]);
  });

  it("gets 404 for another user's document, like for one that does not exist", async () => {
    const id = await documentOf(writer.apiKey);
    const other = await service.createUser();
    const { apiKey } = await service.createKey(other, ['read', 'write', 'delete']);
    const foreign = await service.request('GET', `/api/documents/${id}`, { key: apiKey });
    const missing = await service.request('GET', '/api/documents/01900000-0000-7000-8000-000000000000', {
      key: apiKey,
    });
    expect([foreign.status, missing.status]).toEqual([404, 404]);
    expect({ ...foreign.body, requestId: 0 }).toEqual({ ...missing.body, requestId: 0 });
    expect((await service.request('DELETE', `/api/documents/${id}`, { key: apiKey })).status).toBe(404);
    expect(
      (await service.request('PATCH', `/api/documents/${id}`, { key: apiKey, body: { title: 'x' } })).status,
    ).toBe(404);
    expect(await service.query('SELECT title FROM documents WHERE id = $1', [id])).toEqual([
      { title: 'Plan' },
    ]);
    expect(await rowsOf(foreign)).toMatchObject([
      {
        user_id: other.id,
        action: 'document.get',
        resource: `document:${id}`,
        outcome: 'failure',
        reason: 'not_found',
      },
    ]);
    const tool = await service.call(apiKey, 'documents_get', { id });
    expect(tool.body.result).toMatchObject({ isError: true, content: [{ text: 'Document not found' }] });
    expect(await rowsOf(tool)).toMatchObject([
      { outcome: 'failure', reason: 'not_found', resource: `document:${id}` },
    ]);
  });

  it('sees in tools/list exactly the tools that it may call', async () => {
    const names = async (key: string) =>
      (await service.rpc(key, 'tools/list')).body.result.tools.map((tool: { name: string }) => tool.name);
    expect(await names(reader.apiKey)).toEqual([
      'documents_get',
      'documents_list',
      'documents_search',
      'whoami',
    ]);
    expect(await names(writer.apiKey)).toEqual([
      'counting_run',
      'documents_create',
      'documents_delete',
      'documents_get',
      'documents_list',
      'documents_search',
      'documents_update',
      'whoami',
    ]);
  });
});

describe('The rate limit', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ env: { RATE_LIMIT_DEVELOPMENT: '' } });
  });
  afterAll(() => service.stop());

  it('answers the 101st call in a minute, counted over all keys of the user, with 429, headers and the time to wait', async () => {
    const user = await service.createUser();
    const first = await service.createKey(user, ['documents:read']);
    const second = await service.createKey(user, ['documents:read']);
    for (let call = 1; call <= 100; call++) {
      const { apiKey } = call % 2 ? first : second;
      const answer = await service.call(apiKey, 'documents_list');
      expect(answer.status).toBe(200);
      expect(answer.headers.get('ratelimit')).toMatch(new RegExp(`^"development";r=${100 - call};t=\\d+$`));
      expect(answer.headers.get('ratelimit-policy')).toBe('"development";q=100;w=60');
    }
    const refused = await service.call(first.apiKey, 'documents_list');
    expect(refused.status).toBe(429);
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(refused.headers.get('ratelimit')).toBe(`"development";r=0;t=${wait}`);
    expect(refused.body).toMatchObject({
      id: 1,
      error: {
        data: {
          code: 'rate_limited',
          retryAfterSeconds: wait,
          limit: { policy: 'development', requests: 100 },
        },
      },
    });
    expect(await service.auditRows('request_id = $1', [refused.headers.get('x-request-id')])).toMatchObject([
      {
        user_id: user.id,
        key_id: first.id,
        tool: 'documents_list',
        outcome: 'denied',
        reason: 'rate_limited',
      },
    ]);
    const rest = await service.request('GET', '/api/documents', { key: second.apiKey });
    expect(rest.status).toBe(429);
    expect(rest.body).toMatchObject({ code: 'rate_limited', retryAfterSeconds: expect.any(Number) });
    const other = await service.createKey(await service.createUser(), ['documents:read']);
    expect((await service.call(other.apiKey, 'documents_list')).status).toBe(200);
  });
});
