import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { TestService, type TestUser } from './support/test-service.js';
import { TokenIssuer } from './support/token-issuer.js';
import { eventually } from './support/until.js';

describe('Tokens of other issuers', () => {
  let staff: TokenIssuer;
  let entra: TokenIssuer;
  let silent: TokenIssuer;
  let bySubject: TokenIssuer;
  let service: TestService;
  let ada: TestUser;

  beforeAll(async () => {
    [staff, entra, silent, bySubject] = await Promise.all([
      TokenIssuer.start(),
      TokenIssuer.start('RS256'),
      TokenIssuer.start(),
      TokenIssuer.start('EdDSA'),
    ]);
    entra.isOAuthOnly = true;
    const issuers = [
      { issuer: staff.url, domains: ['example.com'], jwksUri: `${staff.url}/jwks` },
      {
        issuer: entra.url,
        audience: ['api://bouncer'],
        domains: ['example.com'],
        userClaim: 'upn',
        scopeClaim: 'roles',
        scopePrefix: 'api://bouncer/',
        scopes: { 'documents.read': 'documents:read', everything: ['documents:read', 'documents:write'] },
        clientClaim: 'appid',
      },
      { issuer: silent.url, domains: ['example.com'] },
      { issuer: bySubject.url, userClaim: 'sub' },
    ];
    service = await TestService.start({
      env: { OAUTH_EXTERNAL_ISSUERS: JSON.stringify(issuers), RATE_LIMIT_FAILED_KEYS: '10000' },
    });
    ada = await service.createUser({ email: 'ada@example.com', name: 'Ada' });
  });
  afterAll(async () => {
    await service.stop();
    await Promise.all([staff, entra, silent, bySubject].map((issuer) => issuer.close()));
  });

  const ours = (claims: Record<string, unknown> = {}) => ({
    aud: `${service.url}/mcp`,
    email: ada.email,
    scope: 'documents:read',
    ...claims,
  });
  const me = (token: string) =>
    service.request('GET', '/api/me', { headers: { authorization: `Bearer ${token}` } });
  const call = (token: string, name: string, args: object = {}) =>
    service.request('POST', '/mcp', {
      headers: { authorization: `Bearer ${token}` },
      body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } },
    });
  const expectRefused = async (token: string, reason: string) => {
    const answer = await me(token);
    expect([answer.status, answer.body.code]).toEqual([401, 'invalid_token']);
    const rows = await service.auditRows('reason IS NOT NULL');
    expect(rows.at(-1)!.reason).toBe(reason);
  };
  const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

  it('lets the person act by the scopes of the token, and no further', async () => {
    const token = await staff.sign(ours());
    const { status, body } = await me(token);
    expect([status, body.user]).toEqual([200, expect.objectContaining({ id: ada.id })]);
    expect((await call(token, 'documents_search', { query: 'anything' })).status).toBe(200);
    const refused = await call(token, 'documents_create', { title: 'No', content: 'x' });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      403,
      expect.stringContaining('error="insufficient_scope"'),
    ]);
  });

  it('makes what the person may by the token itself', async () => {
    const token = await staff.sign(ours({ scope: 'documents:read documents:write' }));
    const made = await call(token, 'documents_create', { title: 'From afar', content: 'x' });
    expect([made.status, made.text]).toEqual([200, expect.stringContaining('From afar')]);
  });

  it('reads the scopes, the person and the client where the issuer puts them', async () => {
    const token = await entra.sign(
      {
        aud: 'api://bouncer',
        upn: 'ADA@example.com',
        client_id: undefined,
        appid: 'their-app',
        roles: ['api://bouncer/everything', 'api://other/documents.read', 'api://bouncer/unknown'],
      },
      { typ: 'JWT' },
    );
    const { status, body } = await me(token);
    expect([status, body.user?.id]).toEqual([200, ada.id]);
    expect(body.scopes).toEqual(['documents:read', 'documents:write']);
    expect((await call(token, 'documents_search', { query: 'anything' })).status).toBe(200);
    const [row] = await service.auditRows("client_id = 'their-app'");
    expect([row!.user_id, row!.outcome]).toEqual([ada.id, 'success']);
  });

  it('finds a person by the subject with which they signed in by the same issuer', async () => {
    const [connection] = await service.query<{ id: string }>(
      `INSERT INTO sso_connections (id, name, kind, issuer) VALUES (gen_random_uuid(), 'Staff', 'oidc', $1) RETURNING id`,
      [bySubject.url],
    );
    const nia = await service.createUser({ email: 'nia@other.example' });
    await service.query(
      `INSERT INTO accounts (account_id, provider_id, user_id, updated_at) VALUES ('nia-1', $1, $2, now())`,
      [connection!.id, nia.id],
    );
    const { status, body } = await me(await bySubject.sign(ours({ sub: 'nia-1', email: ada.email })));
    expect([status, body.user?.id]).toEqual([200, nia.id]);
    await expectRefused(await bySubject.sign(ours({ sub: 'nia-2' })), 'unknown_user');
    await expectRefused(await staff.sign(ours({ sub: 'nia-1', email: nia.email })), 'unknown_user');
  });

  describe('is refused', () => {
    it('for another audience', async () => {
      await expectRefused(await staff.sign(ours({ aud: 'https://other.example.com' })), 'wrong_audience');
      await expectRefused(
        await entra.sign({ aud: service.url, upn: ada.email, appid: 'a' }),
        'wrong_audience',
      );
      await expectRefused(await staff.sign(ours({ aud: undefined })), 'jwt_claim_validation_failed');
    });

    it('with the type of another token', async () => {
      for (const typ of ['oauth-id-jag+jwt', 'logout+jwt', 'dpop+jwt'])
        await expectRefused(await staff.sign(ours(), { typ }), 'wrong_type');
    });

    it('without a signature', async () => {
      const [, payload] = (await staff.sign(ours())).split('.');
      const header = encoded({ alg: 'none', typ: 'at+jwt' });
      await expectRefused(`${header}.${payload}.`, 'jose_alg_not_allowed');
      await expectRefused(`${header}.${payload}.AAAA`, 'jose_alg_not_allowed');
    });

    it('with the public key as a shared secret', async () => {
      const [, payload] = (await staff.sign(ours())).split('.');
      const { jwk, kid } = staff.key;
      const pem = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }).export({
        type: 'spki',
        format: 'pem',
      });
      const signed = `${encoded({ alg: 'HS256', typ: 'at+jwt', kid })}.${payload}`;
      const signature = createHmac('sha256', pem).update(signed).digest('base64url');
      await expectRefused(`${signed}.${signature}`, 'jose_alg_not_allowed');
    });

    it('with the signature of another issuer, and with one of other contents', async () => {
      await expectRefused(
        await silent.sign(ours({ iss: staff.url }), { kid: staff.key.kid }),
        'jws_signature_verification_failed',
      );
      const [header, , signature] = (await staff.sign(ours())).split('.');
      const [, payload] = (await staff.sign(ours({ scope: 'documents:delete' }))).split('.');
      await expectRefused(`${header}.${payload}.${signature}`, 'jws_signature_verification_failed');
    });

    it('after its end, before its beginning, and from the future', async () => {
      await expectRefused(await staff.sign(ours({ exp: inSeconds(-60) })), 'jwt_expired');
      await expectRefused(await staff.sign(ours({ exp: undefined })), 'jwt_claim_validation_failed');
      await expectRefused(await staff.sign(ours({ nbf: inSeconds(60) })), 'jwt_claim_validation_failed');
      await expectRefused(await staff.sign(ours({ iat: inSeconds(60) })), 'issued_in_the_future');
    });

    it('for a person whom the service does not know, or whose address the issuer may not say', async () => {
      await service.createUser({ email: 'eve@evil.example', name: 'Eve' });
      await expectRefused(await staff.sign(ours({ email: 'nobody@example.com' })), 'unknown_user');
      await expectRefused(await staff.sign(ours({ email: 'eve@evil.example' })), 'unknown_user');
      await expectRefused(await staff.sign(ours({ email_verified: false })), 'unknown_user');
      await expectRefused(await staff.sign(ours({ email: undefined })), 'unknown_user');
      await expectRefused(await staff.sign(ours({ email: ['ada@example.com'] })), 'unknown_user');
    });

    it('for a person who is in another organization only', async () => {
      const elsewhere = await service.createUser({ email: 'eli@example.com', name: 'Eli' });
      await service.query('DELETE FROM memberships WHERE user_id = $1', [elsewhere.id]);
      await expectRefused(await staff.sign(ours({ email: elsewhere.email })), 'unknown_user');
    });

    it('for somebody who signed up with an address that was never verified', async () => {
      const pat = await service.createUser({ email: 'pat@example.com', name: 'Pat' });
      await service.query(
        `INSERT INTO accounts (account_id, provider_id, user_id, updated_at) VALUES ('x', 'credential', $1, now())`,
        [pat.id],
      );
      await expectRefused(await staff.sign(ours({ email: pat.email })), 'unknown_user');
    });

    it('when it names no client, or holds what no row can', async () => {
      await expectRefused(await staff.sign(ours({ client_id: undefined })), 'unknown_client');
      await expectRefused(await staff.sign(ours({ client_id: 'a\u0000b' })), 'unknown_client');
      await expectRefused(await staff.sign(ours({ email: 'a\u0000@example.com' })), 'unknown_user');
    });

    it('when it is bound to a certificate, which the service does not see', async () => {
      await expectRefused(await staff.sign(ours({ cnf: { 'x5t#S256': 'abc' } })), 'unsupported_confirmation');
    });

    it('of an issuer that nobody named', async () => {
      await expectRefused(await staff.sign(ours({ iss: 'https://other.example.com' })), 'unknown_issuer');
    });
  });

  it('counts a clock that is some seconds away', async () => {
    const token = await staff.sign(ours({ nbf: inSeconds(4), iat: inSeconds(4) }));
    expect((await me(token)).status).toBe(200);
  });

  it('ignores scopes that no client may hold, and names that it does not know', async () => {
    const token = await staff.sign(ours({ scope: 'keys:write admin users:read documents:read nonsense' }));
    const { status, body } = await me(token);
    expect([status, body.scopes]).toEqual([200, ['documents:read']]);
  });

  it('ends with its person, and with the membership', async () => {
    const [bob, cid] = await Promise.all(
      ['bob@example.com', 'cid@example.com'].map((email) => service.createUser({ email })),
    );
    const [ofBob, ofCid] = await Promise.all([bob!, cid!].map(({ email }) => staff.sign(ours({ email }))));
    expect([(await me(ofBob!)).status, (await me(ofCid!)).status]).toEqual([200, 200]);
    await service.request('PATCH', `/api/users/${bob!.id}`, {
      key: service.adminKey,
      body: { isActive: false },
    });
    const refused = await me(ofBob!);
    expect([refused.status, refused.body.code]).toEqual([403, 'account_inactive']);
    await service.query('DELETE FROM memberships WHERE user_id = $1', [cid!.id]);
    await eventually(
      () => me(ofCid!),
      ({ status }) => status === 401,
    );
  });

  it('makes a row that is checked again where it is written', async () => {
    const token = await staff.sign(ours({ scope: 'documents:read documents:write documents:delete' }));
    const made = await service.request('POST', '/api/documents', {
      headers: { authorization: `Bearer ${token}` },
      body: { title: 'Once', content: 'x' },
    });
    expect([made.status, made.text]).toEqual([201, expect.any(String)]);
  });

  it('is verified with new keys of its issuer, and no longer with old ones', async () => {
    const old = await entra.sign({ aud: 'api://bouncer', upn: ada.email, appid: 'a' });
    await entra.rotate('RS256');
    const fresh = await entra.sign({ aud: 'api://bouncer', upn: ada.email, appid: 'a' });
    await eventually(
      () => me(fresh),
      ({ status }) => status === 200,
    );
    await expectRefused(old, 'jwks_no_matching_key');
  });

  it('does not make the issuer be asked once for each unknown key', async () => {
    const { asked } = staff;
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => me(await staff.sign(ours(), { kid: `unknown-${n}` }))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(401));
    expect(staff.asked - asked).toBeLessThan(5);
  });

  describe('of an issuer that does not answer', () => {
    it('is told to come again, and keeps nobody else waiting', async () => {
      silent.isSilent = true;
      const late = await silent.sign(ours());
      const waiting = me(late);
      expect((await me(await staff.sign(ours()))).status).toBe(200);
      const answer = await waiting;
      expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([
        503,
        'issuer_unavailable',
        '5',
      ]);
      silent.isSilent = false;
      await eventually(
        () => me(late),
        ({ status }) => status === 200,
      );
    });
  });
});

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
