import { Browser } from './support/browser.js';
import { OidcIdp } from './support/oidc-idp.js';
import { Replica } from './support/replica.js';
import { type Answer, TestService } from './support/test-service.js';

const SECRET = 'a-secret-of-the-client';
const env = { AUTH_SECRET: 'a-secret-that-both-replicas-are-given' };

describe('The people of a company', () => {
  let idp: OidcIdp;
  let service: TestService;
  let replica: Replica;
  let connection: { id: string; callbackUrl: string };

  beforeAll(async () => {
    idp = await OidcIdp.start();
    service = await TestService.start({ env });
    replica = await Replica.of(service, [], env);
    connection = await connect();
  });
  afterAll(async () => {
    await replica.stop();
    await service.stop();
    await idp.close();
  });

  const manage = (method: string, path: string, body?: unknown, key = service.adminKey) =>
    service.request(method, path, { key, ...(body !== undefined && { body }) });
  const input = (more: object = {}) => ({
    kind: 'oidc',
    name: 'Example Inc.',
    domains: ['example.com'],
    issuer: idp.url,
    clientId: 'bouncer',
    clientSecret: SECRET,
    ...more,
  });

  async function connect(more: object = {}) {
    const { status, body, text } = await manage('POST', '/api/sso/connections', input(more));
    expect([status, text]).toEqual([201, expect.any(String)]);
    return body as { id: string; callbackUrl: string };
  }

  const browser = () => new Browser(service.url);
  const claim = (email: string, more: object = {}) => {
    idp.claims = { sub: `sub-of-${email}`, email, name: 'Somebody', ...more };
  };
  const begin = (person: Browser, body: object = { email: 'ada@example.com' }) =>
    person.request('POST', '/auth/sign-in/sso', { callbackURL: '/console', ...body });

  async function signIn(person: Browser, body?: object, change?: (url: URL) => void): Promise<Answer> {
    const begun = await begin(person, body);
    if (begun.status !== 200) return begun;
    return idp.follow(person, (begun.body as { url: string }).url, change);
  }

  const errorIn = (answer: Answer) => [
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
  const isSignedIn = async (person: Browser) => (await person.request('GET', '/api/me')).status === 200;

  describe('have a connection', () => {
    it('that an administrator makes, whose secret is encrypted and shown to nobody', async () => {
      const listed = await manage('GET', '/api/sso/connections');
      expect(listed.body.connections).toContainEqual(
        expect.objectContaining({
          id: connection.id,
          kind: 'oidc',
          domains: ['example.com'],
          callbackUrl: `${service.url}/auth/sso/callback/${connection.id}`,
        }),
      );
      const [stored] = await service.query<{ client_secret: Buffer }>('SELECT * FROM sso_connections');
      expect(stored!.client_secret.toString('latin1')).not.toContain(SECRET);
      const rows = await service.auditRows(`resource = $1`, [`sso_connection:${connection.id}`]);
      expect(rows).toEqual([
        expect.objectContaining({ action: 'sso_connection.create', outcome: 'success' }),
      ]);
      expect(rows[0]!.metadata).toMatchObject({ changes: { issuer: idp.url, clientId: 'bouncer' } });
      expect(JSON.stringify([rows, listed.body])).not.toContain(SECRET);
    });

    it('whose secret is renewed, by an administrator alone', async () => {
      const path = `/api/sso/connections/${connection.id}`;
      const secretOf = async () =>
        (
          await service.query<{ secret: string }>(
            `SELECT encode(client_secret, 'hex') AS secret FROM sso_connections WHERE id = $1`,
            [connection.id],
          )
        )[0]!.secret;
      const before = await secretOf();
      expect((await manage('PATCH', path, { clientSecret: 'another-secret' })).status).toBe(204);
      expect(await secretOf()).not.toBe(before);
      const [row] = await service.auditRows(`action = 'sso_connection.update' AND resource = $1`, [
        `sso_connection:${connection.id}`,
      ]);
      expect(JSON.stringify(row)).not.toContain('another-secret');
      const missing = await manage('PATCH', '/api/sso/connections/01990f6e-1c2b-7d4e-8f00-3a5b7c9d1e2f', {
        name: 'x',
      });
      expect(missing.status).toBe(404);
    });

    it('that nobody else may make, read or end', async () => {
      const member = await service.createUser({ email: 'member@elsewhere.test', name: 'M' });
      const { apiKey } = await service.createKey(member, ['documents:read']);
      for (const [method, path, body] of [
        ['GET', '/api/sso/connections', undefined],
        ['POST', '/api/sso/connections', input({ domains: ['x.test'] })],
        ['PATCH', `/api/sso/connections/${connection.id}`, { name: 'x' }],
        ['DELETE', `/api/sso/connections/${connection.id}`, undefined],
      ] as const)
        expect((await manage(method, path, body, apiKey)).status).toBe(403);
    });

    it('whose domains no other connection has', async () => {
      const second = await manage(
        'POST',
        '/api/sso/connections',
        input({ domains: ['x.test', 'Example.com'] }),
      );
      expect([second.status, second.body.code]).toEqual([409, 'conflict']);
      expect(await service.query(`SELECT FROM sso_domains WHERE domain = 'x.test'`)).toEqual([]);
    });

    it.each([
      ['no domain', { domains: [] }],
      ['a domain that is none', { domains: ['example'] }],
      ['an issuer by plain HTTP', { issuer: 'http://login.example.com' }],
      ['no client', { clientId: undefined }],
      ['another kind', { kind: 'kerberos' }],
      ['a role', { role: 'admin' }],
    ])('that is refused with %s', async (_, more) => {
      const answer = await manage('POST', '/api/sso/connections', input({ domains: ['bad.test'], ...more }));
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    });
  });

  describe('who sign in by OpenID Connect', () => {
    it('are found by the domain of the address, and get a member’s account', async () => {
      claim('new@example.com', { role: 'admin', roles: ['admin'], tier: 'paid' });
      const person = browser();
      const answer = await signIn(person, { email: 'New@Example.com' });
      expect([answer.status, answer.headers.get('location')]).toEqual([302, '/console']);
      expect(Object.fromEntries(idp.asked)).toMatchObject({
        code_challenge_method: 'S256',
        nonce: expect.stringMatching(/.{16}/),
        redirect_uri: connection.callbackUrl,
        login_hint: 'New@Example.com',
      });
      expect((await person.request('GET', '/api/me')).body).toMatchObject({ user: { role: 'member' } });
      const user = await userOf('new@example.com');
      expect(user).toMatchObject({ role: 'member', email_verified: true });
      const [row] = await service.auditRows(`action = 'identity.sign_in' AND user_id = $1`, [user!.id]);
      expect(row).toMatchObject({
        outcome: 'success',
        via: 'session',
        metadata: { provider: connection.id },
      });
      const [session] = await service.query('SELECT signed_in_by FROM sessions WHERE user_id = $1', [
        user!.id,
      ]);
      expect(session).toEqual({ signed_in_by: 'provider' });
      const accounts = await service.query('SELECT access_token, id_token, refresh_token FROM accounts');
      expect(accounts).toEqual([{ access_token: null, id_token: null, refresh_token: null }]);
    });

    it('come in on every replica as the user that an administrator made', async () => {
      const ada = await service.createUser({ email: 'ada@example.com', name: 'Ada' });
      claim('ada@example.com');
      const person = browser();
      expect(errorIn(await signIn(person, { connection: connection.id }))).toEqual([302, null]);
      const there = await person.copy(replica.service.url).request('GET', '/api/me');
      expect(there.body).toMatchObject({ user: { id: ada.id } });
    });

    it('are refused with an address of another domain', async () => {
      await service.createUser({ email: 'victim@elsewhere.test', name: 'V' });
      for (const email of [
        'victim@elsewhere.test',
        'a@sub.example.com',
        'example.com',
        '@example.com@x.test',
      ]) {
        claim(email);
        const person = browser();
        expect(errorIn(await signIn(person))).toEqual([302, 'unable_to_get_user_info']);
        expect(await isSignedIn(person)).toBe(false);
      }
      const [row] = await service.auditRows(
        `action = 'identity.sign_in' AND reason = 'unable_to_get_user_info'`,
      );
      expect(row).toMatchObject({ outcome: 'denied', user_id: null, metadata: { provider: connection.id } });
    });

    it('take nobody’s account by an address that the provider has not verified', async () => {
      const victim = await service.createUser({ email: 'victim@example.com', name: 'V' });
      claim(victim.email, { email_verified: false });
      expect(errorIn(await signIn(browser()))).toEqual([302, 'account_not_linked']);
      claim('squatter@example.com', { email_verified: false });
      expect(errorIn(await signIn(browser()))).toEqual([302, 'email_not_verified']);
      expect(await userOf('squatter@example.com')).toBeUndefined();
    });

    it('are refused once they are deactivated', async () => {
      const leaver = await service.createUser({ email: 'leaver@example.com', name: 'Leaver' });
      claim(leaver.email);
      expect(errorIn(await signIn(browser()))).toEqual([302, null]);
      await service.query('UPDATE users SET is_active = false WHERE id = $1', [leaver.id]);
      expect(errorIn(await signIn(browser()))).toEqual([302, 'ACCOUNT_INACTIVE']);
    });

    it.each([
      ['state', 'state_mismatch', (url: URL) => url.searchParams.set('state', 'x'.repeat(32))],
      ['issuer', 'issuer_mismatch', (url: URL) => url.searchParams.set('iss', 'https://evil.test')],
    ])('are refused with another %s', async (_, error, change) => {
      claim('new@example.com');
      const person = browser();
      expect(errorIn(await signIn(person, undefined, change))).toEqual([302, error]);
      expect(await isSignedIn(person)).toBe(false);
    });

    it.each([
      ['nonce', { nonce: 'another' }],
      ['audience', { aud: 'another' }],
      ['issuer', { iss: 'https://evil.test' }],
    ])('are refused with a token of another %s', async (_, more) => {
      claim('new@example.com', more);
      expect(errorIn(await signIn(browser()))).toEqual([302, 'unable_to_get_user_info']);
    });

    it('are refused in a browser that did not start the sign-in, and with an answer that was taken', async () => {
      claim('new@example.com');
      const [person, victim] = [browser(), browser()];
      let address = '';
      await signIn(person, undefined, (url) => {
        address = url.pathname + url.search;
      });
      expect(errorIn(await victim.request('GET', address))).toEqual([302, 'state_mismatch']);
      expect(errorIn(await person.request('GET', address))).toEqual([302, 'state_mismatch']);
    });

    it('are refused where another company’s provider answers', async () => {
      const other = await connect({ name: 'Other', domains: ['other.test'] });
      claim('new@example.com');
      const mixed = await signIn(browser(), { connection: other.id }, (url) => {
        url.pathname = new URL(connection.callbackUrl).pathname;
      });
      expect(errorIn(mixed)).toEqual([302, 'state_mismatch']);
      expect(errorIn(await signIn(browser(), { connection: other.id }))).toEqual([
        302,
        'unable_to_get_user_info',
      ]);
    });

    it.each([
      ['an address of no company', { email: 'a@nowhere.test' }, 404, 'no_company'],
      ['an address that is none', { email: 'example.com' }, 404, 'no_company'],
      ['an unknown connection', { connection: 'x' }, 404, 'no_company'],
      ['nothing', {}, 404, 'no_company'],
      [
        'another site afterwards',
        { email: 'a@example.com', callbackURL: '//evil.test' },
        403,
        'invalid_callback_url',
      ],
      ['scopes', { email: 'a@example.com', scopes: ['x'] }, 400, 'unknown_member'],
    ])('cannot begin with %s', async (_, body, status, code) => {
      const answer = await begin(browser(), body);
      expect([answer.status, answer.body.code]).toEqual([status, code]);
    });

    it('are told that the provider is down, and come in once it is up, without a restart', async () => {
      const down = await OidcIdp.start();
      const { port, origin } = new URL(down.url);
      await down.close();
      await connect({ name: 'Down', domains: ['down.test'], issuer: origin });
      const early = await begin(browser(), { email: 'a@down.test' });
      expect([early.status, early.body.code]).toEqual([503, 'provider_unavailable']);
      await down.open(Number(port));
      try {
        down.claims = { sub: '1', email: 'a@down.test' };
        const person = browser();
        const { body } = await begin(person, { email: 'a@down.test' });
        expect(errorIn(await down.follow(person, (body as { url: string }).url))).toEqual([302, null]);
        expect(await isSignedIn(person)).toBe(true);
      } finally {
        await down.close();
      }
    });
  });

  it('need the second factor that is required of them, as by any other provider', async () => {
    const own = await TestService.start({ env: { MFA_REQUIRED: 'all' } });
    try {
      await own.request('POST', '/api/sso/connections', { key: own.adminKey, body: input() });
      claim('new@example.com');
      const person = new Browser(own.url);
      expect((await signIn(person)).status).toBe(302);
      const answer = await person.request('GET', '/api/me');
      expect([answer.status, answer.body.code]).toEqual([403, 'mfa_required']);
    } finally {
      await own.stop();
    }
  });

  it('find their sign-in on pages without script, once a company is connected', async () => {
    const own = await TestService.start();
    try {
      const person = new Browser(own.url);
      const PAGE = '/auth/pages/company';
      expect((await person.request('GET', '/auth/pages/sign-in')).text).not.toContain(PAGE);
      await own.request('POST', '/api/sso/connections', {
        key: own.adminKey,
        body: input({ name: '<b>E</b>' }),
      });
      const shown = await person.request('GET', '/auth/pages/sign-in?next=%2Fconsole');
      expect(shown.text).toContain(
        `<a class="way" href="${PAGE}?next=%2Fconsole">Sign in with your company</a>`,
      );
      expect((await person.request('GET', `${PAGE}?next=%2Fconsole`)).text).toContain('name="email"');
      const unknown = await person.submit(PAGE, { email: 'a@nowhere.test' });
      expect([unknown.status, unknown.text]).toEqual([404, expect.stringContaining('No company signs in')]);
      claim('new@example.com');
      const led = await person.submit(PAGE, { email: 'new@example.com', next: '/console' });
      const address = /^0; url=(.*)$/.exec(led.headers.get('refresh')!)![1]!;
      expect(led.text).toContain(`href="${address.replaceAll('&', '&amp;')}"`);
      expect(led.text).not.toContain('<b>E</b>');
      const back = await idp.follow(person, address);
      expect([back.status, back.headers.get('location')]).toEqual([
        302,
        '/auth/pages/continue?next=%2Fconsole',
      ]);
      const on = await person.request('GET', back.headers.get('location')!);
      expect([on.status, on.headers.get('location')]).toEqual([303, '/console']);
    } finally {
      await own.stop();
    }
  });

  it('have no sign-in and no session of it while their connection is switched off', async () => {
    const off = await connect({ name: 'Off', domains: ['off.test'] });
    const path = `/api/sso/connections/${off.id}`;
    claim('a@off.test');
    const [person, late] = [browser(), browser()];
    const address = { email: 'a@off.test' };
    expect(errorIn(await signIn(person, address))).toEqual([302, null]);
    const begun = await begin(late, address);
    const switched = await manage('PATCH', path, { enabled: false });
    expect([switched.status, switched.headers.get('coherence')]).toEqual([
      204,
      expect.stringMatching(/^replicas=2/),
    ]);
    expect(await isSignedIn(person)).toBe(false);
    const answered = await idp.follow(late, (begun.body as { url: string }).url);
    expect(errorIn(answered)).toEqual([302, 'connection_not_found']);
    expect((await begin(browser(), address)).status).toBe(404);
    expect((await begin(browser(), { connection: off.id })).status).toBe(404);
    const { connections } = (await manage('GET', '/api/sso/connections')).body;
    expect(connections).toContainEqual(expect.objectContaining({ id: off.id, enabled: false }));
    expect((await manage('PATCH', path, { name: 'Still off' })).status).toBe(204);
    expect((await begin(browser(), address)).status).toBe(404);
    expect((await manage('PATCH', path, { enabled: true })).status).toBe(204);
    expect(errorIn(await signIn(person, address))).toEqual([302, null]);
    const rows = await service.auditRows(`action = 'sso_connection.update' AND resource = $1`, [
      `sso_connection:${off.id}`,
    ]);
    expect(rows.map(({ metadata }) => metadata)).toEqual(
      expect.arrayContaining([expect.objectContaining({ changes: { enabled: false } })]),
    );
  });

  it('have no sign-in and no session of it any more once their connection is ended', async () => {
    const ended = await connect({ name: 'Ended', domains: ['ended.test'] });
    claim('a@ended.test');
    const [person, late] = [browser(), browser()];
    expect(errorIn(await signIn(person, { email: 'a@ended.test' }))).toEqual([302, null]);
    const there = person.copy(replica.service.url);
    expect(await isSignedIn(there)).toBe(true);
    const begun = await begin(late, { email: 'a@ended.test' });
    const removed = await manage('DELETE', `/api/sso/connections/${ended.id}`);
    expect([removed.status, removed.headers.get('coherence')]).toEqual([
      204,
      expect.stringMatching(/^replicas=2/),
    ]);
    expect([await isSignedIn(person), await isSignedIn(there)]).toEqual([false, false]);
    const answered = await idp.follow(late, (begun.body as { url: string }).url);
    expect(errorIn(answered)).toEqual([302, 'connection_not_found']);
    expect((await begin(browser(), { email: 'a@ended.test' })).status).toBe(404);
    const [row] = await service.auditRows(`action = 'sso_connection.remove' AND resource = $1`, [
      `sso_connection:${ended.id}`,
    ]);
    expect(row).toMatchObject({ outcome: 'success' });
    expect((await manage('DELETE', `/api/sso/connections/${ended.id}`)).status).toBe(404);
  });
});
