import { Client, CrossAppAccessProvider, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { byPassword, person } from './support/people.js';
import { Mailbox } from './support/mailbox.js';
import { OAuthProgram } from './support/oauth-program.js';
import { TestService, type TestUser } from './support/test-service.js';
import { TokenIssuer } from './support/token-issuer.js';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

describe('Identity assertions of an issuer', () => {
  let mailbox: Mailbox;
  let company: TokenIssuer;
  let other: TokenIssuer;
  let silent: TokenIssuer;
  let service: TestService;
  let ada: TestUser;
  let program: OAuthProgram;

  beforeAll(async () => {
    [mailbox, company, other, silent] = await Promise.all([
      Mailbox.open(),
      TokenIssuer.start(),
      TokenIssuer.start(),
      TokenIssuer.start(),
    ]);
    const issuers = [
      { issuer: company.url, domains: ['example.com'], idJag: true },
      { issuer: other.url, domains: ['example.com'] },
      { issuer: silent.url, domains: ['example.com'], idJag: true },
    ];
    service = await TestService.start({
      env: {
        SMTP_URL: mailbox.url,
        OAUTH_DCR: 'open',
        OAUTH_EXTERNAL_ISSUERS: JSON.stringify(issuers),
        RATE_LIMIT_FAILED_KEYS: '10000',
      },
    });
    ada = await person(service, mailbox, 'ada@example.com');
    program = await register();
  });
  afterAll(async () => {
    await service.stop();
    await Promise.all([mailbox, company, other, silent].map((one) => one.close()));
  });

  const register = (metadata: Record<string, unknown> = {}) =>
    OAuthProgram.register(service.url, {
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code', 'refresh_token', JWT_BEARER],
      ...metadata,
    });
  const asserted = (
    { clientId }: Pick<OAuthProgram, 'clientId'>,
    claims: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    issuer = company,
  ) =>
    issuer.sign(
      {
        aud: service.url,
        resource: `${service.url}/mcp`,
        client_id: clientId,
        email: ada.email,
        scope: 'documents:read documents:write',
        ...claims,
      },
      { typ: 'oauth-id-jag+jwt', ...header },
    );
  const redeem = (by: OAuthProgram, assertion: string, members: Record<string, string> = {}) =>
    by.token({ grant_type: JWT_BEARER, assertion, ...members });
  const expectRefused = async (assertion: string, reason: string) => {
    const { status, body } = await redeem(program, assertion);
    expect([status, body]).toEqual([
      400,
      { error: 'invalid_grant', error_description: `The assertion is not accepted: ${reason}` },
    ]);
  };
  const me = (token: string) =>
    service.request('GET', '/api/me', { headers: { authorization: `Bearer ${token}` } });
  const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

  it('are announced where clients look for it', async () => {
    const { body } = await service.request('GET', '/.well-known/oauth-authorization-server');
    expect(body).toEqual(
      expect.objectContaining({
        grant_types_supported: expect.arrayContaining([JWT_BEARER]),
        authorization_grant_profiles_supported: ['urn:ietf:params:oauth:grant-profile:id-jag'],
      }),
    );
  });

  it('give a token for the person, of the scopes of the assertion, and none to renew it', async () => {
    const { status, body } = await redeem(program, await asserted(program));
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        token_type: 'Bearer',
        expires_in: 600,
        scope: 'documents:read documents:write',
      }),
    ]);
    expect(body.refresh_token).toBeUndefined();
    const answer = await me(body.access_token);
    expect([answer.status, answer.body.user.id]).toEqual([200, ada.id]);
    const [row] = await service.auditRows(`action = 'oauth.issue' AND outcome = 'success'`);
    expect([row!.user_id, row!.metadata.grantType]).toEqual([ada.id, JWT_BEARER]);
  });

  it('give fewer scopes to a client that asks for fewer, and never more', async () => {
    const narrow = await redeem(program, await asserted(program, { scope: 'read documents:write' }), {
      scope: 'documents:read documents:delete',
    });
    expect([narrow.status, narrow.body.scope]).toEqual([200, 'documents:read']);
    const wide = await redeem(program, await asserted(program, { scope: 'keys:write admin offline_access' }));
    expect([wide.status, wide.body.error]).toEqual([400, 'invalid_scope']);
  });

  it('connect the client of the SDK without asking its person', async () => {
    const known = await register({ token_endpoint_auth_method: 'client_secret_basic' });
    const provider = new CrossAppAccessProvider({
      assertion: () => asserted(known),
      clientId: known.clientId,
      clientSecret: known.secret!,
      expectedIssuer: service.url,
    });
    const client = new Client({ name: 'spec', version: '1.0.0' });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${service.url}/mcp`), { authProvider: provider }),
    );
    const made = await client.callTool({
      name: 'documents_create',
      arguments: { title: 'By assertion', content: 'x' },
    });
    expect(JSON.stringify(made)).toContain('By assertion');
    await client.close();
  });

  it('are taken once', async () => {
    const assertion = await asserted(program);
    const answers = await Promise.all(Array.from({ length: 5 }, () => redeem(program, assertion)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 400, 400, 400, 400]);
    const refused = answers.find(({ status }) => status === 400)!;
    expect(refused.body).toEqual({
      error: 'invalid_grant',
      error_description: 'The assertion was used before',
    });
  });

  it('are for this service, this resource and this client', async () => {
    await expectRefused(await asserted(program, { aud: 'https://other.example.com' }), 'wrong_audience');
    await expectRefused(await asserted(program, { aud: `${service.url}/mcp` }), 'wrong_audience');
    await expectRefused(
      await asserted(program, { aud: [service.url, 'https://other.example.com'] }),
      'malformed_assertion',
    );
    await expectRefused(
      await asserted(program, { resource: 'https://other.example.com/mcp' }),
      'wrong_resource',
    );
    await expectRefused(await asserted({ clientId: 'another' }), 'wrong_client');
  });

  it('are of an issuer that may give them, and are no other kind of token', async () => {
    await expectRefused(await asserted(program, {}, {}, other), 'unknown_issuer');
    await expectRefused(await asserted(program, { iss: 'https://other.example.com' }), 'unknown_issuer');
    await expectRefused(await asserted(program, {}, { typ: 'at+jwt' }), 'wrong_type');
    await expectRefused(await asserted(program, {}, { typ: undefined }), 'wrong_type');
    await expectRefused(
      await asserted(program, { iss: company.url }, { kid: company.key.kid }, other),
      'jws_signature_verification_failed',
    );
    const token = await asserted(program, { aud: `${service.url}/mcp` });
    expect((await me(token)).status).toBe(401);
  });

  it('are short-lived, and have an id', async () => {
    await expectRefused(await asserted(program, { exp: inSeconds(-60) }), 'jwt_expired');
    await expectRefused(await asserted(program, { exp: inSeconds(7_200) }), 'valid_too_long');
    await expectRefused(
      await asserted(program, { iat: inSeconds(60), exp: inSeconds(120) }),
      'issued_in_the_future',
    );
    await expectRefused(await asserted(program, { jti: undefined }), 'malformed_assertion');
    await expectRefused(await asserted(program, { iat: undefined }), 'malformed_assertion');
  });

  it('are for people whom the service knows and who are active', async () => {
    await expectRefused(await asserted(program, { email: 'nobody@example.com' }), 'unknown_user');
    const bob = await service.createUser({ email: 'bob@example.com' });
    await service.request('PATCH', `/api/users/${bob.id}`, {
      key: service.adminKey,
      body: { isActive: false },
    });
    const { status, body } = await redeem(program, await asserted(program, { email: bob.email }));
    expect([status, body.error_description]).toEqual([400, 'The person is not active here']);
  });

  it('are redeemed by clients alone that show who they are', async () => {
    const open = await OAuthProgram.register(service.url, {
      grant_types: ['authorization_code', 'refresh_token', JWT_BEARER],
    });
    const { status, body } = await open.token({ grant_type: JWT_BEARER, assertion: await asserted(open) });
    expect([status, body.error]).toEqual([400, 'invalid_client']);
    const without = await OAuthProgram.register(service.url, {
      token_endpoint_auth_method: 'client_secret_post',
    });
    const refused = await redeem(without, await asserted(without));
    expect([refused.status, refused.body.error]).toEqual([400, 'unauthorized_client']);
  });

  it('give no scope of data to who asks for openid alone', async () => {
    const { status, body } = await redeem(program, await asserted(program), { scope: 'openid' });
    expect([status, body.error]).toEqual([400, 'invalid_scope']);
  });

  it('let in no client that the organization has blocked', async () => {
    const blocked = await register();
    await service.query(
      `INSERT INTO oauth_client_decisions (organization_id, client_id, state)
       SELECT organization_id, $1, 'blocked' FROM memberships WHERE user_id = $2`,
      [blocked.clientId, ada.id],
    );
    const { status, body } = await redeem(blocked, await asserted(blocked));
    expect([status, body.error]).toEqual([400, 'unauthorized_client']);
  });

  describe('make a grant', () => {
    const grantsOf = ({ clientId }: OAuthProgram) =>
      service.query<{ id: string; issuer: string | null; scopes: string[]; issuer_scopes: string[] }>(
        'SELECT id, issuer, scopes, issuer_scopes FROM oauth_consents WHERE client_id = $1',
        [clientId],
      );

    it('that ends its tokens when it is ended, and that the issuer does not make again', async () => {
      const client = await register();
      const { body } = await redeem(client, await asserted(client));
      const late = await asserted(client);
      expect((await me(body.access_token)).status).toBe(200);
      const [grant] = await grantsOf(client);
      expect(grant).toEqual(
        expect.objectContaining({
          issuer: company.url,
          scopes: [],
          issuer_scopes: ['documents:read', 'documents:write'],
        }),
      );
      await service.query('DELETE FROM oauth_consents WHERE id = $1', [grant!.id]);
      for (const assertion of [late, await asserted(client)]) {
        const refused = await redeem(client, assertion);
        expect([refused.status, refused.body]).toEqual([
          400,
          {
            error: 'invalid_grant',
            error_description:
              'The grant was ended; the person has to agree to the client (authorization code)',
          },
        ]);
      }
      expect((await me(body.access_token)).status).toBe(401);
      expect(await grantsOf(client)).toEqual([]);
    });

    it('that the person may make again, after which the issuer is believed again', async () => {
      const client = await register();
      await redeem(client, await asserted(client));
      await service.query('DELETE FROM oauth_consents WHERE client_id = $1', [client.clientId]);
      await client.consent(await byPassword(ada.email, service.url), {
        scope: 'documents:read',
        code_challenge: 'a'.repeat(43),
      });
      const again = await redeem(client, await asserted(client));
      expect([again.status, again.text]).toEqual([200, expect.any(String)]);
    });

    it('by which no code is given without asking the person', async () => {
      const client = await register();
      await redeem(client, await asserted(client));
      const browser = await byPassword(ada.email, service.url);
      const asked = await browser.request(
        'GET',
        client.authorizePath({ scope: 'documents:read', code_challenge: 'a'.repeat(43) }),
      );
      expect(asked.headers.get('location')).toMatch(/^\/auth\/pages\/consent/);
    });
  });

  it('wait for an issuer that does not say its keys', async () => {
    silent.isSilent = true;
    const { status, body, headers } = await redeem(program, await asserted(program, {}, {}, silent));
    expect([status, body.error, headers.get('retry-after')]).toEqual([503, 'temporarily_unavailable', '5']);
  });
});
