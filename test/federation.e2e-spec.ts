import { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { OidcIdp } from './support/oidc-idp.js';
import { TestService } from './support/test-service.js';

const PASSWORD = 'correct horse battery staple';

describe('People who sign in by a provider', () => {
  let idp: OidcIdp;
  let mailbox: Mailbox;
  let service: TestService;

  beforeAll(async () => {
    idp = await OidcIdp.start();
    mailbox = await Mailbox.open();
    service = await TestService.start({
      env: {
        SIGN_UP: 'example.com',
        SMTP_URL: mailbox.url,
        OIDC_ISSUER: idp.url,
        OIDC_CLIENT_ID: 'bouncer',
        OIDC_CLIENT_SECRET: 'a-secret-of-the-client',
        GOOGLE_CLIENT_ID: 'google-client',
        GOOGLE_CLIENT_SECRET: 'google-secret',
        GITHUB_CLIENT_ID: 'github-client',
        GITHUB_CLIENT_SECRET: 'github-secret',
      },
    });
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
    await idp.close();
  });

  const browser = () => new Browser(service.url);
  const claim = (email: string, more: object = {}) => {
    idp.claims = { sub: `sub-of-${email}`, email, email_verified: true, name: 'Somebody', ...more };
  };
  const errorIn = (answer: { status: number; headers: Headers }) => [
    answer.status,
    new URL(answer.headers.get('location') ?? '/', service.url).searchParams.get('error'),
  ];
  const userOf = async (email: string) =>
    (
      await service.query<{ id: string; role: string; email_verified: boolean }>(
        'SELECT id, role, email_verified FROM users WHERE email = $1',
        [email],
      )
    )[0];

  it('come in as the user that an administrator made, with PKCE and a nonce, and leave a row', async () => {
    const ada = await service.createUser({ email: 'ada@elsewhere.test', name: 'Ada' });
    claim('ada@elsewhere.test');
    const person = browser();
    const answer = await idp.signIn(person, { callbackURL: '/console' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/console']);
    expect(idp.asked.get('code_challenge_method')).toBe('S256');
    expect([idp.asked.get('nonce'), idp.asked.get('scope')]).toEqual([
      expect.stringMatching(/.{16}/),
      'openid email profile',
    ]);
    expect((await person.request('GET', '/api/me')).body).toMatchObject({ user: { id: ada.id } });
    const [row] = await service.auditRows(`action = 'identity.sign_in' AND user_id = $1`, [ada.id]);
    expect(row).toMatchObject({ outcome: 'success', via: 'session', metadata: { provider: 'oidc' } });
    const accounts = await service.query('SELECT access_token, id_token, refresh_token FROM accounts');
    expect(accounts).toEqual([{ access_token: null, id_token: null, refresh_token: null }]);
  });

  it('get an account by SIGN_UP alone, and never a role', async () => {
    claim('new@example.com', { role: 'admin', roles: ['admin'], tier: 'paid', isActive: false });
    const person = browser();
    expect(errorIn(await idp.signIn(person))).toEqual([302, null]);
    expect((await person.request('GET', '/api/me')).status).toBe(200);
    expect(await userOf('new@example.com')).toMatchObject({ role: 'member', email_verified: true });
    claim('new@elsewhere.test');
    expect(errorIn(await idp.signIn(browser()))).toEqual([302, 'SIGN_UP_CLOSED']);
    expect(await userOf('new@elsewhere.test')).toBeUndefined();
    const [row] = await service.auditRows(`action = 'identity.sign_in' AND reason = 'sign_up_closed'`);
    expect(row).toMatchObject({ outcome: 'denied', user_id: null, metadata: { provider: 'oidc' } });
  });

  it.each([
    ['says it is not verified', { email_verified: false }],
    ['does not say that it is verified', { email_verified: undefined }],
  ])('take nobody’s account by an address of which the provider %s', async (_, more) => {
    const victim = await service.createUser({
      email: `victim-${String(more.email_verified)}@example.com`,
      name: 'V',
    });
    claim(victim.email, more);
    const person = browser();
    expect(errorIn(await idp.signIn(person))).toEqual([302, 'account_not_linked']);
    expect((await person.request('GET', '/api/me')).status).toBe(401);
    claim('squatter@example.com', more);
    expect(errorIn(await idp.signIn(person))).toEqual([302, 'email_not_verified']);
    expect(await userOf('squatter@example.com')).toBeUndefined();
  });

  it('do not share an account that somebody else made for their address without verifying it', async () => {
    const email = 'early@example.com';
    const made = await browser().request('POST', '/auth/sign-up/email', {
      email,
      name: 'M',
      password: PASSWORD,
    });
    expect(made.status).toBe(200);
    claim(email);
    expect(errorIn(await idp.signIn(browser()))).toEqual([302, 'account_not_linked']);
    expect(await userOf(email)).toMatchObject({ email_verified: false });
  });

  it('are refused once they are deactivated', async () => {
    const leaver = await service.createUser({ email: 'leaver@example.com', name: 'Leaver' });
    claim(leaver.email);
    expect(errorIn(await idp.signIn(browser()))).toEqual([302, null]);
    await service.query('UPDATE users SET is_active = false WHERE id = $1', [leaver.id]);
    expect(errorIn(await idp.signIn(browser()))).toEqual([302, 'ACCOUNT_INACTIVE']);
  });

  it.each([
    ['state', 'state_mismatch', (url: URL) => url.searchParams.set('state', 'x'.repeat(32))],
    ['issuer', 'issuer_mismatch', (url: URL) => url.searchParams.set('iss', 'https://evil.test')],
  ])('are refused with another %s', async (_, error, change) => {
    claim('new@example.com');
    const person = browser();
    expect(errorIn(await idp.signIn(person, { change }))).toEqual([302, expect.stringMatching(error)]);
    expect((await person.request('GET', '/api/me')).status).toBe(401);
  });

  it('are refused in a browser that did not start the sign-in', async () => {
    claim('new@example.com');
    const [person, victim] = [browser(), browser()];
    let address = '';
    await idp.signIn(person, {
      change: (url) => {
        address = url.pathname + url.search;
        url.searchParams.delete('state');
      },
    });
    expect(errorIn(await victim.request('GET', address))).toEqual([302, 'state_mismatch']);
  });

  it.each([
    ['nonce', { nonce: 'another' }],
    ['audience', { aud: 'another' }],
    ['issuer', { iss: 'https://evil.test' }],
    ['client among several audiences', { aud: ['bouncer', 'another'], azp: 'another' }],
    ['age', { iat: 1, exp: Math.floor(Date.now() / 1000) + 60 }],
  ])('are refused with a token of another %s', async (_, more) => {
    claim('new@example.com', more);
    expect(errorIn(await idp.signIn(browser()))).toEqual([302, 'unable_to_get_user_info']);
  });

  it.each(['https://evil.test/', '//evil.test', '/\\evil.test', 'https://localhost.evil.test/'])(
    'are never sent to %s afterwards',
    async (callbackURL) => {
      const answer = await idp.signIn(browser(), { callbackURL });
      expect([answer.status, answer.body.code]).toEqual([403, 'invalid_callback_url']);
    },
  );

  it.each(['scopes', 'additionalParams', 'idToken', 'requestSignUp', 'role'])(
    'choose no %s',
    async (name) => {
      const body = { provider: 'oidc', callbackURL: '/', [name]: {} };
      const answer = await browser().request('POST', '/auth/sign-in/social', body);
      expect([answer.status, answer.body.code]).toEqual([400, 'unknown_member']);
    },
  );

  it.each([
    ['google', 'https://accounts.google.com', 'google-client'],
    ['github', 'https://github.com', 'github-client'],
  ])('are sent to %s with PKCE', async (provider, origin, client) => {
    const answer = await browser().request('POST', '/auth/sign-in/social', { provider, callbackURL: '/' });
    const url = new URL((answer.body as { url: string }).url);
    expect([url.origin, url.searchParams.get('client_id')]).toEqual([origin, client]);
    expect(url.searchParams.get('code_challenge_method')).toBe('S256');
    expect(url.searchParams.get('redirect_uri')).toBe(`${service.url}/auth/callback/${provider}`);
  });

  it('are told that a provider is down, and come in once it is up, without a restart', async () => {
    const down = await OidcIdp.start();
    const { port, origin } = new URL(down.url);
    await down.close();
    const own = await TestService.start({ env: { OIDC_ISSUER: origin, OIDC_CLIENT_ID: 'bouncer' } });
    try {
      await own.createUser({ email: 'ada@example.com', name: 'Ada' });
      down.claims = { sub: '1', email: 'ada@example.com', email_verified: true };
      const person = new Browser(own.url);
      const early = await down.signIn(person);
      expect([early.status, early.body.code]).toEqual([503, 'provider_unavailable']);
      await down.open(Number(port));
      expect((await down.signIn(person)).status).toBe(302);
      expect((await person.request('GET', '/api/me')).status).toBe(200);
    } finally {
      await own.stop();
      await down.close();
    }
  });
});
