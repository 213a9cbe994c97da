import { decodeJwt } from 'jose';
import { DEFAULT_ORGANIZATION } from '../src/access/principal.js';
import { ACCESS_TOKEN, AgentClient, CLIENT_CREDENTIALS, TOKEN_EXCHANGE } from './support/agent-client.js';
import type { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { OAuthProgram } from './support/oauth-program.js';
import { byPassword, person } from './support/people.js';
import { join, keyIn, makeOrganization } from './support/second-organization.js';
import { type Answer, TestService, type TestUser } from './support/test-service.js';
import { eventually } from './support/until.js';

const SCOPES = ['documents:read', 'documents:write'];

interface Agent {
  id: string;
  client: AgentClient;
}

describe('Token exchange (RFC 8693)', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let ada: TestUser;
  let bob: TestUser;
  let atAda: Browser;
  let bobKey: string;
  let program: OAuthProgram;
  /** Of Ada, for reading and writing. */
  let token: string;
  let reporter: Agent;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({
      env: { SMTP_URL: mailbox.url, OAUTH_DCR: 'open', RATE_LIMIT_FAILED_KEYS: '10000' },
    });
    ada = await person(service, mailbox, 'ada@example.com');
    atAda = await byPassword(ada.email, service.url);
    bob = await service.createUser({ name: 'Bob' });
    ({ apiKey: bobKey } = await service.createKey(bob, ['read', 'write', 'delete', 'agents:*']));
    program = await OAuthProgram.register(service.url);
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });
  beforeEach(async () => {
    token = (await program.connect(atAda, SCOPES.join(' '))).access_token;
    reporter = await agent();
  });

  const agent = async (scopes: readonly string[] = SCOPES, own: readonly string[] = []): Promise<Agent> => {
    const made = await service.request('POST', '/api/agents', {
      key: bobKey,
      body: { name: 'Agent', scopes },
    });
    expect([made.status, made.text]).toEqual([201, expect.any(String)]);
    const { id } = made.body as { id: string };
    return { id, client: await AgentClient.withKey(service, { agentId: id, scopes: own }) };
  };
  const me = (bearer: string) =>
    service.request('GET', '/api/me', { headers: { authorization: `Bearer ${bearer}` } });
  const documents = (bearer: string) =>
    service.request('GET', '/api/documents', { headers: { authorization: `Bearer ${bearer}` } });
  const refusalIn = ({ status, body }: Answer) => [status, body.error];
  const tokenIn = ({ status, text, body }: Answer): string => {
    expect([status, text]).toEqual([200, expect.any(String)]);
    return body.access_token;
  };
  const rowOf = async (answer: Pick<Answer, 'headers'>) => {
    await service.auditRows();
    const [row] = await service.query('SELECT * FROM audit_events WHERE request_id = $1', [
      answer.headers.get('x-request-id'),
    ]);
    return row;
  };

  it('gives an agent a token that names the person and the agent, and ends with that of the person', async () => {
    const exchanged = await reporter.client.exchange(token);
    expect([exchanged.status, exchanged.body]).toEqual([
      200,
      {
        access_token: expect.any(String),
        issued_token_type: ACCESS_TOKEN,
        token_type: 'Bearer',
        expires_in: expect.any(Number),
        expires_at: expect.any(Number),
        scope: SCOPES.join(' '),
      },
    ]);
    const before = decodeJwt(token);
    const claims = decodeJwt(exchanged.body.access_token);
    expect(claims).toMatchObject({
      sub: ada.id,
      client_id: reporter.client.clientId,
      aud: before.aud,
      act: { sub: reporter.id },
      org: before.org,
      gid: before.gid,
      fam: before.fam,
    });
    expect(claims.exp).toBeLessThanOrEqual(before.exp!);
    const answer = await me(exchanged.body.access_token);
    expect([answer.status, answer.body.user.id, answer.body.scopes]).toEqual([200, ada.id, SCOPES]);
  });

  it('shows the chain in each row of the audit', async () => {
    const second = await agent();
    const first = tokenIn(await reporter.client.exchange(token));
    const exchanged = await second.client.exchange(first);
    const chain = {
      user_id: ada.id,
      actors: [ada.id, reporter.id, second.id],
      client_id: second.client.clientId,
    };
    expect(await rowOf(exchanged)).toMatchObject({
      action: 'oauth.issue',
      ...chain,
      metadata: {
        grantType: TOKEN_EXCHANGE,
        exchangedFrom: [program.clientId, reporter.client.clientId],
      },
    });
    expect(await rowOf(await documents(tokenIn(exchanged)))).toMatchObject({
      action: 'document.list',
      outcome: 'success',
      ...chain,
    });
  });

  it('is no way to a key, which would outlive the token and name nobody who acts through the agent', async () => {
    const scopes = [...SCOPES, 'agents:create'];
    const maker = await agent(scopes, scopes);
    const behind = await agent(scopes);
    const keys = () => service.query('SELECT id, revoked_at FROM api_keys WHERE user_id = $1', [maker.id]);
    const made = await service.request('POST', '/api/mcp/keys', {
      key: service.adminKey,
      body: { name: 'Key', userId: maker.id, scopes: ['documents:read'] },
    });
    expect([made.status, made.text]).toEqual([201, expect.any(String)]);
    const before = await keys();
    const own = tokenIn(await maker.client.own());
    const exchanged = tokenIn(await behind.client.exchange(own));
    for (const bearer of [own, exchanged])
      for (const [path, body] of [
        [`/api/agents/${maker.id}/rotate`, {}],
        [`/api/agents/${maker.id}/rotate`, { keyId: made.body.id }],
        ['/api/agents', { name: 'Below', scopes: ['documents:read'], withKey: true }],
      ] as const) {
        const headers = { authorization: `Bearer ${bearer}` };
        const { status, body: told } = await service.request('POST', path, { headers, body });
        expect([path, status, told.code]).toEqual([path, 403, 'forbidden']);
      }
    expect(await keys()).toEqual(before);
  });

  it('takes the token of an agent as that of a person', async () => {
    const caller = await agent(SCOPES, SCOPES);
    const own = tokenIn(await caller.client.own());
    const exchanged = tokenIn(await reporter.client.exchange(own));
    expect(decodeJwt(exchanged)).toMatchObject({ sub: caller.id, act: { sub: reporter.id } });
    const answer = await documents(exchanged);
    expect(await rowOf(answer)).toMatchObject({
      user_id: caller.id,
      actors: [bob.id, caller.id, reporter.id],
      client_id: reporter.client.clientId,
    });
    await service.request('DELETE', `/api/agents/${caller.id}`, { key: bobKey });
    expect((await me(exchanged)).status).toBe(401);
  });

  describe('the scopes', () => {
    it('are those that the token and the agent have in common, unless fewer are asked for', async () => {
      const reader = await agent(['documents:read', 'documents:delete']);
      expect((await reader.client.exchange(token)).body.scope).toBe('documents:read');
      const fewer = await reporter.client.exchange(token, { scope: 'documents:read' });
      expect((await me(tokenIn(fewer))).body.scopes).toEqual(['documents:read']);
    });

    it('are never wider than those of the token, of the agent, or of its client', async () => {
      const eraser = await agent(['documents:read', 'documents:delete']);
      const reader = await agent(SCOPES, ['documents:read']);
      for (const [of, scope] of [
        [eraser, 'documents:delete'],
        [eraser, 'documents:write'],
        [reader, 'documents:write'],
        [reporter, 'documents:read documents:delete'],
        [reporter, 'documents:read offline_access'],
        [reporter, 'admin'],
      ] as const)
        expect([scope, ...refusalIn(await of.client.exchange(token, { scope }))]).toEqual([
          scope,
          400,
          'invalid_scope',
        ]);
      const narrow = tokenIn(await reporter.client.exchange(token, { scope: 'documents:read' }));
      const second = await agent();
      expect(refusalIn(await second.client.exchange(narrow, { scope: 'documents:write' }))).toEqual([
        400,
        'invalid_scope',
      ]);
    });

    it('are nothing where the token and the agent share none', async () => {
      const eraser = await agent(['documents:delete']);
      expect(refusalIn(await eraser.client.exchange(token))).toEqual([400, 'invalid_scope']);
    });

    it('are bounded at each call by what each agent of the chain has by then', async () => {
      const second = await agent();
      const first = tokenIn(await reporter.client.exchange(token));
      const last = tokenIn(await second.client.exchange(first));
      expect((await me(last)).body.scopes).toEqual(SCOPES);
      await service.request('PATCH', `/api/agents/${reporter.id}`, {
        key: bobKey,
        body: { scopes: ['documents:read'] },
      });
      expect((await me(last)).body.scopes).toEqual(['documents:read']);
    });
  });

  describe('the new token ends', () => {
    let last: string;
    let second: Agent;

    beforeEach(async () => {
      second = await agent();
      last = tokenIn(await second.client.exchange(tokenIn(await reporter.client.exchange(token))));
    });

    it('when an agent of the chain is retired', async () => {
      await service.request('DELETE', `/api/agents/${reporter.id}`, { key: bobKey });
      expect((await me(last)).status).toBe(401);
    });

    it('when the first token is revoked by its client', async () => {
      await program.post('/auth/oauth2/revoke', { token });
      expect((await me(last)).status).toBe(401);
    });

    it('when the family of the first token ends', async () => {
      const tokens = await program.connect(atAda, 'documents:read');
      const exchanged = tokenIn(await reporter.client.exchange(tokens.access_token));
      expect((await me(exchanged)).status).toBe(200);
      await program.refresh(tokens.refresh_token!);
      await program.refresh(tokens.refresh_token!);
      expect((await me(exchanged)).status).toBe(401);
    });

    it('when the person ends the grant', async () => {
      const other = await OAuthProgram.register(service.url);
      const { access_token: granted } = await other.connect(atAda, 'documents:read');
      const exchanged = tokenIn(await reporter.client.exchange(granted));
      expect((await me(exchanged)).status).toBe(200);
      await service.query('DELETE FROM oauth_consents WHERE client_id = $1', [other.clientId]);
      await eventually(
        () => me(exchanged),
        ({ status }) => status === 401,
      );
    });

    it('when a client of the chain is blocked', async () => {
      await service.query('UPDATE oauth_clients SET disabled = true WHERE client_id = $1', [
        reporter.client.clientId,
      ]);
      await eventually(
        () => me(last),
        ({ status }) => status === 401,
      );
    });

    it('and cannot be renewed', async () => {
      const { body } = await reporter.client.exchange(token);
      expect(body.refresh_token).toBeUndefined();
    });
  });

  describe('the chain', () => {
    it('has three agents at most', async () => {
      let at = token;
      for (let count = 0; count < 3; count++) at = tokenIn(await (await agent()).client.exchange(at));
      const answer = await reporter.client.exchange(at);
      expect([...refusalIn(answer), answer.body.error_description]).toEqual([
        400,
        'invalid_request',
        'At most 3 agents act in one token',
      ]);
    });

    it('has each agent once', async () => {
      const first = tokenIn(await reporter.client.exchange(token));
      expect(refusalIn(await reporter.client.exchange(first))).toEqual([400, 'invalid_request']);
      const back = tokenIn(await (await agent()).client.exchange(first));
      expect(refusalIn(await reporter.client.exchange(back))).toEqual([400, 'invalid_request']);
      const caller = await agent(SCOPES, SCOPES);
      const own = tokenIn(await caller.client.own());
      expect(refusalIn(await caller.client.exchange(own))).toEqual([400, 'invalid_request']);
    });

    it('stays in one organization', async () => {
      const elsewhere = await makeOrganization(service, 'Elsewhere');
      const eve = await service.createUser({ name: 'Eve' });
      await join(service, elsewhere, eve);
      const { apiKey } = await keyIn(service, elsewhere, eve, ['read', 'write', 'agents:*']);
      const made = await service.request('POST', '/api/agents', {
        key: apiKey,
        body: { name: 'Stranger', scopes: SCOPES },
      });
      expect([made.status, made.text]).toEqual([201, expect.any(String)]);
      const stranger = await AgentClient.withKey(service, {
        agentId: made.body.id,
        organizationId: elsewhere,
      });
      expect(decodeJwt(token).org).toBe(DEFAULT_ORGANIZATION);
      const answer = await stranger.exchange(token);
      expect([...refusalIn(answer), answer.body.error_description]).toEqual([
        400,
        'invalid_request',
        'The subject_token is of another organization than the agent',
      ]);
    });
  });

  describe('the request', () => {
    it.each<[string, Record<string, string>, string]>([
      [
        'another type of subject',
        { subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' },
        'invalid_request',
      ],
      [
        'another type of answer',
        { requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
        'invalid_request',
      ],
      ['a subject that is no token', { subject_token: 'x.y.z' }, 'invalid_request'],
      ['an audience elsewhere', { audience: 'https://elsewhere.example' }, 'invalid_target'],
      ['a resource elsewhere', { resource: 'https://elsewhere.example/mcp' }, 'invalid_target'],
      ['an actor without its type', { actor_token: 'x.y.z' }, 'invalid_request'],
      [
        'an actor that is no token',
        { actor_token: 'x.y.z', actor_token_type: ACCESS_TOKEN },
        'invalid_request',
      ],
    ])('is refused for %s', async (_, members, error) => {
      expect(refusalIn(await reporter.client.exchange(token, members))).toEqual([400, error]);
    });

    it('may name this service as its audience, and the token of the agent itself as its actor', async () => {
      const client = await AgentClient.withKey(service, { agentId: reporter.id, scopes: SCOPES });
      const own = tokenIn(await client.own());
      const actor = { actor_token: own, actor_token_type: ACCESS_TOKEN };
      tokenIn(await client.exchange(token, { ...actor, audience: `${service.url}/mcp` }));
      const other = await agent(SCOPES, SCOPES);
      const foreign = { actor_token: tokenIn(await other.client.own()), actor_token_type: ACCESS_TOKEN };
      expect(refusalIn(await client.exchange(token, foreign))).toEqual([400, 'invalid_request']);
    });

    it('is refused for a token that has ended', async () => {
      await program.post('/auth/oauth2/revoke', { token });
      expect(refusalIn(await reporter.client.exchange(token))).toEqual([400, 'invalid_request']);
    });

    it('is refused from a client without an agent, of a retired one, and without the grant type', async () => {
      const nobody = await AgentClient.withSecret(service, { agentId: null });
      expect(refusalIn(await nobody.exchange(token))).toEqual([400, 'unauthorized_client']);
      const other = await AgentClient.withSecret(service, {
        agentId: reporter.id,
        grantTypes: [CLIENT_CREDENTIALS],
      });
      expect(refusalIn(await other.exchange(token))).toEqual([400, 'unauthorized_client']);
      expect(
        refusalIn(
          await program.token({
            grant_type: TOKEN_EXCHANGE,
            subject_token: token,
            subject_token_type: ACCESS_TOKEN,
          }),
        ),
      ).toEqual([400, 'invalid_client']);
      await service.request('DELETE', `/api/agents/${reporter.id}`, { key: bobKey });
      expect(refusalIn(await reporter.client.exchange(token))).toEqual([400, 'invalid_grant']);
    });

    it('leaves a row of the audit when it is refused', async () => {
      const answer = await reporter.client.exchange(token, { scope: 'admin' });
      expect(await rowOf(answer)).toMatchObject({
        action: 'oauth.issue',
        outcome: 'denied',
        reason: 'invalid_scope',
        metadata: { grantType: TOKEN_EXCHANGE },
      });
    });

    it('leaves a row of the audit as well when it could mean two things', async () => {
      const body = new URLSearchParams([
        ['grant_type', TOKEN_EXCHANGE],
        ['client_id', reporter.client.clientId],
        ['scope', 'documents:read'],
        ['scope', 'documents:write'],
      ]);
      const answer = await fetch(`${service.url}/auth/oauth2/token`, { method: 'POST', body });
      expect([answer.status, await answer.json()]).toEqual([
        400,
        expect.objectContaining({ error: 'invalid_request' }),
      ]);
      expect(await rowOf(answer)).toMatchObject({
        action: 'oauth.issue',
        outcome: 'denied',
        reason: 'invalid_request',
        resource: `oauth_client:${reporter.client.clientId}`,
      });
    });
  });

  it('is in the metadata of the authorization server', async () => {
    const { body } = await service.request('GET', '/.well-known/oauth-authorization-server');
    expect(body.grant_types_supported).toEqual(expect.arrayContaining([CLIENT_CREDENTIALS, TOKEN_EXCHANGE]));
    expect(body.token_endpoint_auth_methods_supported).toContain('private_key_jwt');
  });
});
