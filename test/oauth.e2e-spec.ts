import type { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { CALLBACK, challengeOf, OAuthProgram, type Tokens } from './support/oauth-program.js';
import { byPassword, person } from './support/people.js';
import { TestService, type TestUser } from './support/test-service.js';

describe('OAuth', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let ada: TestUser;
  let atAda: Browser;
  let program: OAuthProgram;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({
      env: { SMTP_URL: mailbox.url, OAUTH_DCR: 'open', RATE_LIMIT_FAILED_KEYS: '10000' },
    });
    ada = await person(service, mailbox, 'ada@example.com');
    atAda = await byPassword(ada.email, service.url);
    program = await OAuthProgram.register(service.url);
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  const me = (token: string) =>
    service.request('GET', '/api/me', { headers: { authorization: `Bearer ${token}` } });
  const call = (token: string, name: string, args: object = {}) =>
    service.request('POST', '/mcp', {
      headers: { authorization: `Bearer ${token}` },
      body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } },
    });

  describe('the metadata', () => {
    it('names the authorization server of the service and of the MCP endpoint (RFC 9728)', async () => {
      for (const path of ['', '/mcp']) {
        const answer = await service.request('GET', `/.well-known/oauth-protected-resource${path}`);
        expect([answer.status, answer.body]).toEqual([
          200,
          {
            resource: service.url + path,
            authorization_servers: [service.url],
            scopes_supported: expect.arrayContaining(['documents:read', 'documents:delete', 'read']),
            bearer_methods_supported: ['header'],
            dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'RS256', 'PS256'],
            dpop_bound_access_tokens_required: false,
            resource_name: 'Bouncer',
          },
        ]);
        expect(answer.text).not.toContain('offline_access');
        expect(answer.text).not.toContain('keys:write');
      }
    });

    it('describes the authorization server where clients look for it (RFC 8414)', async () => {
      for (const path of [
        '/.well-known/oauth-authorization-server',
        '/.well-known/openid-configuration',
        '/.well-known/oauth-authorization-server/mcp',
      ]) {
        const answer = await service.request('GET', path);
        expect([path, answer.status, answer.body]).toEqual([
          path,
          200,
          expect.objectContaining({
            issuer: service.url,
            authorization_endpoint: `${service.url}/auth/oauth2/authorize`,
            token_endpoint: `${service.url}/auth/oauth2/token`,
            registration_endpoint: `${service.url}/auth/oauth2/register`,
            code_challenge_methods_supported: ['S256'],
            authorization_response_iss_parameter_supported: true,
          }),
        ]);
      }
    });

    it('tells a request without a token where to get one, and for which scopes', async () => {
      const answer = await service.request('POST', '/mcp', { body: {} });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
        401,
        `Bearer resource_metadata="${service.url}/.well-known/oauth-protected-resource/mcp", scope="read write"`,
      ]);
    });
  });

  describe('a code', () => {
    it('gives a token that calls tools for the person who agreed, and one to renew it', async () => {
      const tokens = await program.connect(atAda, 'documents:read documents:write');
      expect(tokens).toEqual(
        expect.objectContaining({
          token_type: 'Bearer',
          expires_in: 600,
          scope: 'documents:read documents:write offline_access',
          refresh_token: expect.stringMatching(/^bouncer_rt_/),
        }),
      );
      const answer = await call(tokens.access_token, 'documents_create', { title: 'By OAuth', content: 'x' });
      expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('By OAuth')]);
      const { body } = await me(tokens.access_token);
      expect(body.user).toEqual(expect.objectContaining({ id: ada.id }));
    });

    it('is remembered: the person is asked once for the same scopes', async () => {
      await program.connect(atAda, 'documents:read');
      const asked = await atAda.request(
        'GET',
        program.authorizePath({ scope: 'documents:read', code_challenge: challengeOf('a'.repeat(43)) }),
      );
      expect(asked.headers.get('location')).toMatch(
        new RegExp(`^${CALLBACK.replaceAll('.', '\\.')}\\?code=.+&state=the-state&iss=`),
      );
    });

    it('is for the scopes that the person left', async () => {
      const other = await OAuthProgram.register(service.url);
      const { scope, access_token: token } = await other.connect(
        atAda,
        'documents:read documents:write',
        (members) => delete members['scope:documents:write'],
      );
      expect(scope).toBe('documents:read offline_access');
      const answer = await call(token, 'documents_create', { title: 'No', content: 'x' });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
        403,
        `Bearer error="insufficient_scope", scope="documents:read documents:write", resource_metadata="${service.url}/.well-known/oauth-protected-resource/mcp"`,
      ]);
    });

    it('gives nothing where the person refuses', async () => {
      const other = await OAuthProgram.register(service.url);
      const target = await other.consent(
        atAda,
        { scope: 'documents:read', code_challenge: challengeOf('b'.repeat(43)) },
        (members) => (members.decision = 'refuse'),
      );
      expect(Object.fromEntries(target.searchParams)).toEqual(
        expect.objectContaining({ error: 'access_denied', state: 'the-state', iss: service.url }),
      );
    });
  });

  describe('a token', () => {
    let tokens: Tokens;

    beforeEach(async () => {
      tokens = await program.connect(atAda);
    });

    it('is renewed, and the old one to renew it by ends everything when it is used again', async () => {
      const renewed = await program.refresh(tokens.refresh_token!);
      expect([renewed.status, renewed.text]).toEqual([200, expect.any(String)]);
      const { access_token: next } = renewed.body as Tokens;
      expect((await me(next)).status).toBe(200);
      const again = await program.refresh(tokens.refresh_token!);
      expect([again.status, again.body.error]).toEqual([400, 'invalid_grant']);
      expect((await me(next)).status).toBe(401);
      expect((await me(tokens.access_token)).status).toBe(401);
    });

    it('ends when its client revokes it (RFC 7009)', async () => {
      expect((await me(tokens.access_token)).status).toBe(200);
      const answer = await program.post('/auth/oauth2/revoke', { token: tokens.access_token });
      expect([answer.status, answer.headers.get('coherence')]).toEqual([200, expect.any(String)]);
      const refused = await me(tokens.access_token);
      expect([refused.status, refused.body.code]).toEqual([401, 'invalid_token']);
    });

    it('ends with its person', async () => {
      const eve = await person(service, mailbox, 'eve@example.com');
      const { access_token: token } = await program.connect(await byPassword(eve.email, service.url));
      expect((await me(token)).status).toBe(200);
      await service.request('PATCH', `/api/users/${eve.id}`, {
        key: service.adminKey,
        body: { isActive: false },
      });
      const refused = await me(token);
      expect([refused.status, refused.body.code]).toEqual([401, 'invalid_token']);
    });
  });
});
