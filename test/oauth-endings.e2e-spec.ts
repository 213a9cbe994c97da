import { DataSource } from 'typeorm';
import type { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { OAuthProgram, type Tokens } from './support/oauth-program.js';
import { byPassword, person } from './support/people.js';
import { TestService, type TestUser } from './support/test-service.js';
import { until } from './support/until.js';

const BOTH = 'documents:read documents:write';

describe('What ends by OAuth', () => {
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
  });
  beforeEach(async () => {
    program = await OAuthProgram.register(service.url);
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  const me = (token: string) => service.request('GET', '/api/me', bearer(token));
  const create = (token: string) =>
    service.request('POST', '/api/documents', { ...bearer(token), body: { title: 'x', content: 'x' } });
  const forged = (claims: object) =>
    [{ alg: 'none', typ: 'at+jwt' }, claims, ''].map((part) => (part === '' ? 'x' : encoded(part))).join('.');
  const encoded = (part: object | string) => Buffer.from(JSON.stringify(part)).toString('base64url');

  describe('a person who allows less than before', () => {
    it('takes it from the tokens that are there, and from those that they would give', async () => {
      const { access_token: token, refresh_token: refresh } = await program.connect(atAda, BOTH);
      expect((await create(token)).status).toBe(201);
      await program.consent(
        atAda,
        { scope: BOTH, prompt: 'consent', code_challenge: 'A'.repeat(43) },
        (members) => delete members['scope:documents:write'],
      );
      const refused = await create(token);
      expect([refused.status, refused.body.code]).toEqual([403, 'insufficient_scope']);
      expect((await me(token)).status).toBe(200);
      const renewed = await program.refresh(refresh!);
      expect([renewed.status, renewed.body.error]).toEqual([400, 'invalid_grant']);
    });

    it('takes nothing from what was not asked about', async () => {
      const { access_token: token } = await program.connect(atAda, BOTH);
      await program.connect(atAda, 'documents:read');
      expect((await create(token)).status).toBe(201);
    });
  });

  it('is a grant with all that it gave, also what is made while it ends', async () => {
    for (let round = 0; round < 8; round++) {
      const { refresh_token: refresh } = await program.connect(atAda, BOTH);
      const { body } = await atAda.request('GET', '/api/oauth/grants');
      const { id } = body.grants.find(({ clientId }: { clientId: string }) => clientId === program.clientId);
      const [renewed] = await Promise.all([
        program.refresh(refresh!),
        atAda.request('DELETE', `/api/oauth/grants/${id}`),
      ]);
      const left = await service.query(
        'SELECT id FROM oauth_refresh_tokens WHERE client_id = $1 AND revoked IS NULL',
        [program.clientId],
      );
      expect([renewed.status === 200 || renewed.body.error === 'invalid_grant', left]).toEqual([true, []]);
      await program.connect(atAda, 'documents:read');
      if (renewed.status === 200) {
        const again = await program.refresh((renewed.body as Tokens).refresh_token!);
        expect([again.status, again.body.error]).toEqual([400, 'invalid_grant']);
      }
    }
  });

  it('is a grant that ends between the look at it and the new token, which is told as an ended one', async () => {
    const { refresh_token: refresh } = await program.connect(atAda);
    const waits = async () => {
      const rows = await service.query(
        `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ILIKE 'insert into "oauth_refresh_tokens"%'`,
      );
      return rows.length > 0;
    };
    const dataSource = service.service.app.get(DataSource, { strict: false });
    const asked = await dataSource.transaction(async (manager) => {
      await manager.query('DELETE FROM oauth_consents WHERE client_id = $1', [program.clientId]);
      const renewed = program.refresh(refresh!);
      await until(waits);
      expect(await waits()).toBe(true);
      return { renewed };
    });
    const answer = await asked.renewed;
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
  });

  it('is a grant beside many refreshes, none of which is a failure of the service', async () => {
    for (let round = 0; round < 4; round++) {
      const refreshes: string[] = [];
      for (let n = 0; n < 6; n++) refreshes.push((await program.connect(atAda)).refresh_token!);
      const { body } = await atAda.request('GET', '/api/oauth/grants');
      const { id } = body.grants.find(({ clientId }: { clientId: string }) => clientId === program.clientId);
      const [ended, ...answers] = await Promise.all([
        atAda.request('DELETE', `/api/oauth/grants/${id}`),
        ...refreshes.map((refresh) => program.refresh(refresh)),
      ]);
      expect(ended.status).toBe(204);
      for (const { status, body: answer } of answers)
        expect([status, answer.error]).toEqual(status === 200 ? [200, undefined] : [400, 'invalid_grant']);
    }
  });

  it('is an authorization whose code is sent several times at once', async () => {
    const target = await program.consent(atAda, {
      scope: 'documents:read',
      code_challenge: 'ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA',
    });
    const code = target.searchParams.get('code')!;
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        program.token({
          grant_type: 'authorization_code',
          code,
          code_verifier: 'a'.repeat(43),
          redirect_uri: 'http://127.0.0.1:33333/callback',
        }),
      ),
    );
    const given = answers.filter(({ status }) => status === 200).map(({ body }) => body as Tokens);
    expect(given.length).toBeLessThanOrEqual(1);
    for (const { access_token: token, refresh_token: refresh } of given) {
      await until(async () => (await me(token)).status === 401);
      expect((await me(token)).status).toBe(401);
      expect((await program.refresh(refresh!)).status).toBe(400);
    }
  });

  it('is an authorization whose refresh token is sent several times at once', async () => {
    const { refresh_token: refresh } = await program.connect(atAda);
    const answers = await Promise.all(Array.from({ length: 5 }, () => program.refresh(refresh!)));
    for (const { status, body } of answers)
      if (status === 200) {
        const { access_token: token, refresh_token: next } = body as Tokens;
        await until(async () => (await me(token)).status === 401);
        expect((await me(token)).status).toBe(401);
        expect((await program.refresh(next!)).status).toBe(400);
      }
  });

  describe('a revocation', () => {
    it('with two tokens is refused, and nothing is recorded of what nobody signed', async () => {
      const { access_token: token } = await program.connect(atAda);
      const lie = forged({
        sub: ada.id,
        client_id: program.clientId,
        scope: 'admin',
        org: '00000000-0000-7000-8000-000000000001',
        gid: ada.id,
        jti: 'lie',
        iat: 1,
        exp: 99_999_999_999,
      });
      const body = new URLSearchParams([
        ['client_id', program.clientId],
        ['token', lie],
        ['token', token],
      ]);
      const answer = await fetch(`${service.url}/auth/oauth2/revoke`, { method: 'POST', body });
      expect([answer.status, await answer.json()]).toEqual([
        400,
        expect.objectContaining({ error: 'invalid_request' }),
      ]);
      const alone = await program.post('/auth/oauth2/revoke', { token: lie });
      expect(alone.status).toBe(200);
      expect(await service.query(`SELECT id FROM oauth_ended_tokens WHERE id = 'lie'`)).toEqual([]);
      expect((await me(token)).status).toBe(200);
    });

    it('of a token that the service does not know is done already (RFC 7009, section 2.2)', async () => {
      for (const token of ['nothing', 'a.b.c', 'bouncer_rt_nothing'])
        expect([token, (await program.post('/auth/oauth2/revoke', { token })).status]).toEqual([token, 200]);
    });

    it('that names another client than its credentials do is refused', async () => {
      const { access_token: token } = await program.connect(atAda);
      const headers = { authorization: `Basic ${Buffer.from('other:secret').toString('base64')}` };
      const answer = await program.post('/auth/oauth2/revoke', { token }, headers);
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
      expect((await me(token)).status).toBe(200);
    });
  });

  it('shows nobody: a token that has ended says nothing of its person, under no scheme', async () => {
    const confidential = await OAuthProgram.register(service.url, {
      token_endpoint_auth_method: 'client_secret_post',
    });
    const { access_token: token } = await confidential.connect(atAda, 'openid email documents:read');
    const userInfo = () => service.request('GET', '/auth/oauth2/userinfo', bearer(token));
    const before = await userInfo();
    expect([before.status, before.body.email]).toEqual([200, ada.email]);
    const asked = await confidential.post('/auth/oauth2/introspect', { token });
    expect([asked.status, asked.body.active]).toEqual([200, true]);
    await confidential.post('/auth/oauth2/revoke', { token });
    expect((await userInfo()).status).toBe(401);
    for (const shown of [token, `Bearer ${token}`, `DPoP ${token}`]) {
      const answer = await confidential.post('/auth/oauth2/introspect', { token: shown });
      expect([answer.status, answer.body]).toEqual([200, { active: false }]);
    }
  });

  it.each(['/auth/x/../oauth2/token', '/auth//oauth2/token', '/auth/oauth2/token/', '/auth/%6Fauth2/token'])(
    'leads past no rule: %s is no path',
    async (path) => {
      const answer = await fetch(service.url + path, { method: 'POST', body: new URLSearchParams({}) });
      expect([400, 401, 404]).toContain(answer.status);
      expect(await answer.text()).not.toContain('access_token');
    },
  );
});
