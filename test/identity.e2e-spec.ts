import { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { Replica } from './support/replica.js';
import { TestService, type TestUser } from './support/test-service.js';
import { eventually } from './support/until.js';

const PASSWORD = 'correct horse battery staple';
const AUTH_SECRET = 'a-secret-that-both-replicas-are-given';

describe('People who sign in', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let replica: Replica;
  let ada: TestUser;
  let admin: TestUser;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    const env = { AUTH_SECRET, SMTP_URL: mailbox.url };
    service = await TestService.start({ env });
    replica = await Replica.of(service, [], env);
    ada = await service.createUser({ email: 'ada@example.com', name: 'Ada' });
    admin = await service.createUser({ email: 'boss@example.com', name: 'Boss', role: 'admin' });
    for (const { email } of [ada, admin]) await choosePassword(email);
  });
  afterAll(async () => {
    await replica.stop();
    await service.stop();
    await mailbox.close();
  });

  const browser = (url = service.url) => new Browser(url);

  /** Follows the mail that a person asks for. */
  async function choosePassword(email: string, password = PASSWORD): Promise<void> {
    const before = mailbox.mailsTo(email).length;
    const asked = await browser().request('POST', '/auth/request-password-reset', { email });
    expect(asked.status).toBe(200);
    const mail = await eventually(
      () => Promise.resolve(mailbox.mailsTo(email)[before]),
      (found) => found !== undefined,
    );
    const [, token] = /token=([\w-]+)/.exec(mail!.text)!;
    const chosen = await browser().request('POST', '/auth/reset-password', { token, newPassword: password });
    expect([chosen.status, chosen.text]).toEqual([200, '{"status":true}']);
  }

  async function signedIn(email = ada.email, url = service.url): Promise<Browser> {
    const person = browser(url);
    const answer = await person.signIn(email, PASSWORD);
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    return person;
  }

  it('get a session whose cookie no script reads and no other site sends', async () => {
    const answer = await browser().signIn(ada.email, PASSWORD);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^bouncer_session=[^;]+; Max-Age=86400; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
  });

  it('call REST by the session, with the scopes of their role and an audit row that names no key', async () => {
    const person = await signedIn();
    const me = await person.request('GET', '/api/me');
    expect(me.status).toBe(200);
    expect(me.body).toMatchObject({ user: { id: ada.id, role: 'member' }, key: null });
    const listed = await person.request('GET', '/api/documents');
    expect([listed.status, (await person.request('GET', '/api/users')).status]).toEqual([200, 403]);
    const [row] = await service.auditRows(`action = 'document.list' AND user_id = $1`, [ada.id]);
    expect(row).toMatchObject({ via: 'session', key_id: null, key_start: null, outcome: 'success' });
  });

  it('may do everything as administrators', async () => {
    const person = await signedIn(admin.email);
    expect((await person.request('GET', '/api/users')).status).toBe(200);
    const made = await person.request('POST', '/api/users', { email: 'new@example.com', name: 'New' });
    expect([made.status, made.text]).toEqual([201, expect.any(String)]);
    const key = await person.request('POST', '/api/mcp/keys', { name: 'Mine', scopes: ['documents:read'] });
    expect([key.status, key.text]).toEqual([201, expect.any(String)]);
  });

  it('are not told by a wrong password whether the account exists', async () => {
    const wrong = await browser().signIn(ada.email, `${PASSWORD}!`);
    const unknown = await browser().signIn('nobody@example.com', PASSWORD);
    expect(wrong.headers.get('content-type')).toContain('application/problem+json');
    expect([wrong.status, wrong.body.code]).toEqual([401, 'invalid_email_or_password']);
    expect({ ...unknown.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' });
    const rows = await service.auditRows(`action = 'identity.sign_in' AND outcome = 'denied'`);
    const reason = 'invalid_email_or_password';
    expect(rows).toMatchObject([
      { reason, user_id: ada.id, user_name: 'Ada' },
      { reason, user_id: null },
    ]);
    expect(JSON.stringify(rows)).not.toContain(PASSWORD);
  });

  it('leave a row when they sign in', async () => {
    await signedIn();
    const rows = await service.auditRows(`action = 'identity.sign_in' AND outcome = 'success'`);
    expect(rows.at(-1)).toMatchObject({ user_id: ada.id, user_name: 'Ada', via: 'session' });
  });

  it('change nothing for another site that their browser visits', async () => {
    const person = await signedIn();
    for (const origin of ['http://localhost:1', undefined]) {
      person.origin = origin;
      const answer = await person.request('DELETE', '/api/sessions');
      expect([answer.status, answer.body.code]).toEqual([403, 'csrf_refused']);
    }
    const { port } = new URL(service.url);
    for (const origin of [`http://localhost:${port}`, 'null', undefined])
      for (const path of ['/auth/sign-out', '/auth/revoke-sessions', '/auth/update-user']) {
        person.origin = origin;
        const answer = await person.request('POST', path, {});
        const code = origin === 'null' ? 'origin_not_allowed' : 'csrf_refused';
        expect([answer.status, answer.body.code]).toEqual([403, code]);
      }
    const same = await person.request('DELETE', '/api/sessions', undefined, {
      'sec-fetch-site': 'same-origin',
    });
    expect(same.status).toBe(204);
  });

  it.each(['/.//evil.test', '/a/..//evil.test', '//evil.test', 'https://evil.test/', 'javascript:alert(1)'])(
    'are not led to %s by a link that looks like one of a mail',
    async (target) => {
      const query = `callbackURL=${encodeURIComponent(target)}`;
      for (const path of [`/auth/verify-email?token=x&${query}`, `/auth/reset-password/x?${query}`]) {
        const answer = await browser().request('GET', path);
        expect([answer.status, answer.body.code]).toEqual([400, 'foreign_address']);
      }
    },
  );

  it.each(['/\u20ac', '/\u2028', '/a?x=\u65e5'])(
    'are told that %j is no address, whether or not the password is right, and get no session',
    async (callbackURL) => {
      const sessions = () => service.query('SELECT count(*) FROM sessions');
      const before = await sessions();
      for (const password of [PASSWORD, 'another password entirely']) {
        const answer = await browser().request('POST', '/auth/sign-in/email', {
          email: ada.email,
          password,
          callbackURL,
        });
        expect([answer.status, answer.body.code]).toEqual([400, 'foreign_address']);
      }
      expect(await sessions()).toEqual(before);
    },
  );

  it('do not reach MCP by a session', async () => {
    const person = await signedIn();
    const answer = await person.request('POST', '/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expect(answer.status).toBe(401);
  });

  it('call by the key where a request has a key and a session', async () => {
    const person = await signedIn();
    const { apiKey } = await service.createKey(admin, ['users:read']);
    const both = await person.request('GET', '/api/users', undefined, { authorization: `Bearer ${apiKey}` });
    const wrong = await person.request('GET', '/api/documents', undefined, { authorization: 'Bearer mcp_x' });
    expect([both.status, wrong.status]).toEqual([200, 401]);
  });

  it.each([
    ['an unknown signature', (value: string) => `${value.slice(0, 20)}A${value.slice(21)}`],
    ['no signature', (value: string) => value.split('.')[0]!],
    ['broken encoding', () => '%E0%A4%A'],
  ])('are refused with a cookie of %s', async (_, change) => {
    const person = await signedIn();
    person.cookies.set('bouncer_session', change(person.cookies.get('bouncer_session')!));
    const answer = await person.request('GET', '/api/me');
    expect([answer.status, answer.body.code]).toEqual([401, 'invalid_session']);
  });

  it('see their sessions, and end one on every replica before the answer comes', async () => {
    const [here, there] = [await signedIn(), (await signedIn()).copy(replica.service.url)];
    expect((await there.request('GET', '/api/me')).status).toBe(200);
    const { sessions } = (await here.request('GET', '/api/sessions')).body as { sessions: any[] };
    const other = sessions.find(({ current }) => !current);
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    const ids = (await there.request('GET', '/api/sessions')).body.sessions as {
      id: string;
      current: boolean;
    }[];
    const target = ids.find(({ current }) => current)!.id;
    expect(other).toMatchObject({ userId: ada.id, ip: '127.0.0.1', userAgent: 'spec/1.0' });
    const ended = await here.request('DELETE', `/api/sessions/${target}`);
    expect([ended.status, ended.headers.get('coherence')]).toEqual([
      204,
      expect.stringMatching(/^replicas=2/),
    ]);
    const after = await there.request('GET', '/api/me');
    expect([after.status, after.body.code]).toEqual([401, 'invalid_session']);
    const [row] = await service.auditRows(`action = 'session.end'`);
    expect(row).toMatchObject({ resource: `session:${target}`, user_id: ada.id, via: 'session' });
  });

  it('end no session of another user, unless they are administrators', async () => {
    const person = await signedIn();
    const { sessions } = (await person.request('GET', '/api/sessions')).body as { sessions: any[] };
    const { id } = sessions.find(({ current }) => current)!;
    const other = await service.createUser({ email: 'eve@example.com', name: 'Eve' });
    await choosePassword(other.email);
    const eve = await signedIn(other.email);
    expect((await eve.request('DELETE', `/api/sessions/${id}`)).status).toBe(404);
    expect((await eve.request('DELETE', `/api/sessions/${id}?userId=${ada.id}`)).status).toBe(403);
    expect((await eve.request('GET', `/api/sessions?userId=${ada.id}`)).status).toBe(403);
    const boss = await signedIn(admin.email);
    expect((await boss.request('DELETE', `/api/sessions/${id}?userId=${ada.id}`)).status).toBe(204);
    expect((await person.request('GET', '/api/me')).status).toBe(401);
  });

  it('sign out on every replica', async () => {
    const person = await signedIn();
    const thief = person.copy(replica.service.url);
    expect((await thief.request('GET', '/api/me')).status).toBe(200);
    const out = await person.request('POST', '/auth/sign-out', {});
    expect([out.status, person.cookies.size]).toEqual([200, 0]);
    expect((await thief.request('GET', '/api/me')).status).toBe(401);
  });

  it('have no power once they are deactivated, on any replica, and no session when they come back', async () => {
    const leaver = await service.createUser({ email: 'leaver@example.com', name: 'Leaver' });
    await choosePassword(leaver.email);
    const person = await signedIn(leaver.email);
    const there = person.copy(replica.service.url);
    expect((await there.request('GET', '/api/me')).status).toBe(200);
    const key = service.adminKey;
    const set = (isActive: boolean) =>
      service.request('PATCH', `/api/users/${leaver.id}`, { key, body: { isActive } });
    expect((await set(false)).status).toBe(200);
    expect((await there.request('GET', '/api/me')).status).toBe(401);
    expect((await person.request('GET', '/api/me')).status).toBe(401);
    const again = await browser().signIn(leaver.email, PASSWORD);
    expect([again.status, again.body.code]).toEqual([403, 'account_inactive']);
    await set(true);
    expect((await person.request('GET', '/api/me')).status).toBe(401);
    expect((await browser().signIn(leaver.email, PASSWORD)).status).toBe(200);
  });

  it('lose the power of a role at once when they are demoted', async () => {
    const second = await service.createUser({ email: 'second@example.com', name: 'Second', role: 'admin' });
    await choosePassword(second.email);
    const person = (await signedIn(second.email)).copy(replica.service.url);
    expect((await person.request('GET', '/api/users')).status).toBe(200);
    await service.request('PATCH', `/api/users/${second.id}`, {
      key: service.adminKey,
      body: { role: 'member' },
    });
    expect((await person.request('GET', '/api/users')).status).toBe(403);
  });

  it('lose every session when they choose a new password', async () => {
    const person = await signedIn();
    await choosePassword(ada.email);
    expect((await person.request('GET', '/api/me')).status).toBe(401);
  });

  it.each([
    ['idle for too long', `last_seen_at = now() - interval '61 minutes'`],
    ['older than a session may be', `expires_at = now() - interval '1 second'`],
  ])('sign in again after a session was %s, on every replica', async (_, change) => {
    const person = await signedIn();
    await service.query(`UPDATE sessions SET ${change} WHERE user_id = $1`, [ada.id]);
    for (const url of [service.url, replica.service.url]) {
      const answer = await person.copy(url).request('GET', '/api/me');
      expect([answer.status, answer.body.code]).toEqual([401, 'invalid_session']);
    }
    expect((await person.request('GET', '/auth/get-session')).text).toBe('null');
  });

  it('cannot sign up while that is closed, and nobody chooses a role', async () => {
    const body = { email: 'mallory@example.com', name: 'Mallory', password: PASSWORD };
    const answer = await browser().request('POST', '/auth/sign-up/email', body);
    expect([answer.status, answer.body.code]).toEqual([403, 'sign_up_closed']);
    expect(await service.query('SELECT FROM users WHERE email = $1', [body.email])).toEqual([]);
  });

  it('count as one user for the limits', async () => {
    const poor = await service.createUser({ email: 'poor@example.com', requestsPerMinute: 2, name: 'Poor' });
    await choosePassword(poor.email);
    const person = await signedIn(poor.email);
    const codes: number[] = [];
    for (let i = 0; i < 3; i++) codes.push((await person.request('GET', '/api/me')).status);
    expect(codes).toEqual([200, 200, 429]);
  });
});

describe('Sign-up', () => {
  it.each([
    ['example.com', 'new@example.com', true],
    ['example.com', 'new@elsewhere.test', false],
    ['open', 'new@elsewhere.test', true],
  ])(
    'with SIGN_UP=%s makes an account of %s: %s, whose address is verified first',
    async (SIGN_UP, email, may) => {
      const mailbox = await Mailbox.open();
      const service = await TestService.start({ env: { SIGN_UP, SMTP_URL: mailbox.url } });
      try {
        const person = new Browser(service.url);
        const body = { email, name: 'New', password: PASSWORD };
        const escalated = await person.request('POST', '/auth/sign-up/email', { ...body, role: 'admin' });
        expect([escalated.status, escalated.body.code]).toEqual([400, 'unknown_member']);
        const made = await person.request('POST', '/auth/sign-up/email', body);
        expect(made.status).toBe(may ? 200 : 403);
        if (!may) return;
        expect(await service.query('SELECT role, tier FROM users WHERE email = $1', [email])).toEqual([
          { role: 'member', tier: 'development' },
        ]);
        const early = await person.signIn(email, PASSWORD);
        expect([early.status, early.body.code]).toEqual([403, 'email_not_verified']);
        const mail = await eventually(
          () => Promise.resolve(mailbox.mailsTo(email)[0]),
          (found) => found !== undefined,
        );
        const link = new URL(/http:\S+/.exec(mail!.text)![0]);
        expect(link.origin).toBe(service.url);
        // Whoever signs up with somebody else's address says nothing to that person by a name.
        expect(mail!.text).toMatch(/^Hello,\n/);
        expect(mail!.text).not.toContain(body.name);
        await person.request('GET', link.pathname + link.search);
        expect((await person.signIn(email, PASSWORD)).status).toBe(200);
      } finally {
        await service.stop();
        await mailbox.close();
      }
    },
  );
});
