import { generateKeyPair } from 'jose';
import { AgentClient, CLIENT_CREDENTIALS } from './support/agent-client.js';
import { type Answer, TestService, type TestUser } from './support/test-service.js';

const SCOPES = ['documents:read', 'documents:write'];

describe('A client of an agent', () => {
  let service: TestService;
  let ada: TestUser;
  let adaKey: string;

  beforeAll(async () => {
    service = await TestService.start({ env: { RATE_LIMIT_FAILED_KEYS: '10000' } });
    ada = await service.createUser({ name: 'Ada' });
    ({ apiKey: adaKey } = await service.createKey(ada, ['read', 'write', 'delete', 'agents:*']));
  });
  afterAll(() => service.stop());

  const agent = async (scopes = SCOPES): Promise<string> => {
    const made = await service.request('POST', '/api/agents', {
      key: adaKey,
      body: { name: 'Reporter', scopes },
    });
    expect([made.status, made.text]).toEqual([201, expect.any(String)]);
    return made.body.id;
  };
  const me = (token: string) =>
    service.request('GET', '/api/me', { headers: { authorization: `Bearer ${token}` } });
  const refusalIn = ({ status, body }: Answer) => [status, body.error];
  const tokenIn = ({ status, text, body }: Answer): string => {
    expect([status, text]).toEqual([200, expect.any(String)]);
    return body.access_token;
  };
  const rowOf = async (answer: Answer) => {
    await service.auditRows();
    const [row] = await service.query('SELECT * FROM audit_events WHERE request_id = $1', [
      answer.headers.get('x-request-id'),
    ]);
    return row;
  };

  describe('with a key of its own (RFC 7523)', () => {
    let agentId: string;
    let client: AgentClient;

    beforeAll(async () => {
      agentId = await agent();
      client = await AgentClient.withKey(service, { agentId, scopes: SCOPES });
    });

    it('gets a token that stands for the agent, and names who owns it in the audit', async () => {
      const issued = await client.own();
      expect([issued.status, issued.body]).toEqual([
        200,
        {
          access_token: expect.any(String),
          token_type: 'Bearer',
          expires_in: 600,
          expires_at: expect.any(Number),
          scope: SCOPES.join(' '),
        },
      ]);
      const answer = await me(issued.body.access_token);
      expect([answer.status, answer.body.user.id, answer.body.scopes]).toEqual([200, agentId, SCOPES]);
      expect(await rowOf(issued)).toMatchObject({
        action: 'oauth.issue',
        user_id: agentId,
        actors: [ada.id, agentId],
        client_id: client.clientId,
        metadata: { grantType: CLIENT_CREDENTIALS, scopes: SCOPES },
      });
      const listed = await service.request('GET', '/api/documents', {
        headers: { authorization: `Bearer ${issued.body.access_token}` },
      });
      expect(await rowOf(listed)).toMatchObject({
        action: 'document.list',
        user_id: agentId,
        actors: [ada.id, agentId],
        client_id: client.clientId,
      });
    });

    it('says who it is once with each assertion', async () => {
      const assertion = await client.assertion();
      tokenIn(await client.own({}, {}, assertion));
      expect(refusalIn(await client.own({}, {}, assertion))).toEqual([400, 'invalid_client']);
    });

    it.each<[string, (url: string) => Record<string, unknown>]>([
      ['for another service', () => ({ aud: 'https://elsewhere.example/token' })],
      ['of another client', () => ({ iss: 'somebody', sub: 'somebody' })],
      ['that is over', () => ({ exp: Math.floor(Date.now() / 1000) - 60 })],
      ['that lasts for an hour', () => ({ exp: Math.floor(Date.now() / 1000) + 3_600 })],
      ['that can be sent again', () => ({ jti: undefined })],
    ])('is refused with an assertion %s', async (_, claims) => {
      const answer = await client.own({}, {}, await client.assertion(claims(service.url)));
      expect(refusalIn(answer)).toEqual([expect.any(Number), 'invalid_client']);
      expect([400, 401]).toContain(answer.status);
    });

    it('is refused with an assertion that another key has signed', async () => {
      const { privateKey } = await generateKeyPair('ES256');
      const answer = await client.own({}, {}, await client.assertion({}, privateKey));
      expect(refusalIn(answer)).toEqual([401, 'invalid_client']);
    });
  });

  describe('with a secret', () => {
    it('gets a token for the scopes that it names', async () => {
      const client = await AgentClient.withSecret(service, { agentId: await agent(), scopes: SCOPES });
      const issued = await client.own({ scope: 'documents:read' });
      expect(issued.body.scope).toBe('documents:read');
      expect((await me(tokenIn(issued))).body.scopes).toEqual(['documents:read']);
    });

    it('is refused with a wrong secret', async () => {
      const client = await AgentClient.withSecret(service, { agentId: await agent(), scopes: SCOPES });
      const answer = await client.own({ client_secret: 'bouncer_cs_wrong' });
      expect(refusalIn(answer)).toEqual([400, 'invalid_client']);
    });
  });

  it('gets no scope that it does not have, and none that the agent does not have', async () => {
    const client = await AgentClient.withSecret(service, {
      agentId: await agent(['documents:read']),
      scopes: SCOPES,
    });
    expect(refusalIn(await client.own({ scope: 'documents:delete' }))).toEqual([400, 'invalid_scope']);
    expect(refusalIn(await client.own({ scope: 'documents:write' }))).toEqual([400, 'invalid_scope']);
    expect((await client.own()).body.scope).toBe('documents:read');
  });

  it('has with a token what the agent has at the call', async () => {
    const agentId = await agent();
    const client = await AgentClient.withSecret(service, { agentId, scopes: SCOPES });
    const token = tokenIn(await client.own());
    expect((await me(token)).body.scopes).toEqual(SCOPES);
    const narrowed = await service.request('PATCH', `/api/agents/${agentId}`, {
      key: adaKey,
      body: { scopes: ['documents:read'] },
    });
    expect([narrowed.status, narrowed.text]).toEqual([200, expect.any(String)]);
    expect((await me(token)).body.scopes).toEqual(['documents:read']);
  });

  it('is refused at once when the agent was retired', async () => {
    const agentId = await agent();
    const client = await AgentClient.withSecret(service, { agentId, scopes: SCOPES });
    const token = tokenIn(await client.own());
    expect((await me(token)).status).toBe(200);
    await service.request('DELETE', `/api/agents/${agentId}`, { key: adaKey });
    expect((await me(token)).status).toBe(401);
    expect(refusalIn(await client.own())).toEqual([400, 'invalid_grant']);
  });

  it('gets no token without an agent, nor before an administrator has approved it', async () => {
    const nobody = await AgentClient.withSecret(service, { agentId: null, scopes: SCOPES });
    const refused = await nobody.own();
    expect([refused.status, refused.body]).toEqual([
      400,
      {
        error: 'unauthorized_client',
        error_description: 'The client belongs to no agent, so it cannot act without a person',
      },
    ]);
    const pending = await AgentClient.withSecret(service, {
      agentId: await agent(),
      scopes: SCOPES,
      isApproved: false,
    });
    expect(refusalIn(await pending.own())).toEqual([400, 'unauthorized_client']);
  });
});
