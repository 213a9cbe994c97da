import { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { type Answer, TestService, type TestUser } from './support/test-service.js';
import { PasswordLinks } from '../src/identity/links/password-links.js';

const PASSWORD = 'correct horse battery staple';
const SIGN_IN = '/auth/pages/sign-in';
const FORGOTTEN = '/auth/pages/forgot-password';
const RESET = '/auth/pages/reset-password';
const INVITATION = '/auth/pages/invitation';
const LINK = '/auth/pages/link';
const ACCOUNT = '/auth/pages/account';
/** Passkeys need it. Everything else works without. */
const PASSKEY_SCRIPT = /<script src="\/auth\/pages\/passkeys\.js\?v=[\w-]{16}" defer><\/script>/g;
const OVER = 'This link is not valid any more. Ask for a new one.';

describe('The pages for people', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let ada: TestUser;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({ env: { SMTP_URL: mailbox.url } });
    ada = await service.createUser({ email: 'ada@example.com', name: '<b>Ada</b>' });
    await choosePassword(ada.email);
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  const browser = () => new Browser(service.url);
  const secretIn = (text: string) => /(?:token|secret)=([\w-]+)/.exec(text)![1]!;
  const title = ({ text }: Answer) => /<title>(.*?) - Bouncer<\/title>/.exec(text)?.[1];
  const errorOf = ({ text }: Answer) => /role="alert">(.*?)<\/p>/.exec(text)?.[1];

  async function mailAfter(email: string, work: () => Promise<unknown>) {
    const before = mailbox.mailsTo(email).length;
    await work();
    return (await mailbox.waitFor(email, before + 1)).at(-1)!;
  }

  async function choosePassword(email: string): Promise<void> {
    const mail = await mailAfter(email, () => browser().submit(FORGOTTEN, { email }));
    const set = await browser().submit(RESET, { token: secretIn(mail.text), password: PASSWORD });
    expect([set.status, set.headers.get('location')]).toEqual([303, `${SIGN_IN}?done=password`]);
  }

  async function signedIn(email = ada.email): Promise<Browser> {
    const person = browser();
    const answer = await person.submit(SIGN_IN, { email, password: PASSWORD });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, ACCOUNT]);
    return person;
  }

  const invite = (body: object, key = service.adminKey) =>
    service.request('POST', '/api/invitations', { key, body });

  async function invited(email: string, role = 'member'): Promise<string> {
    const mail = await mailAfter(email, async () => {
      const answer = await invite({ email, name: 'Grace', role });
      expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    });
    return secretIn(mail.text);
  }

  const accept = (secret: string, more: Record<string, string> = {}) =>
    browser().submit(INVITATION, { secret, password: PASSWORD, ...more });

  it.each([
    SIGN_IN,
    FORGOTTEN,
    `${RESET}?token=abc`,
    '/auth/pages/second-step',
    '/auth/pages/second-step?kind=recovery',
    '/auth/pages/verified',
  ])('are usable by everybody, without script, and framed by nobody: %s', async (path) => {
    const page = await browser().request('GET', path);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toMatch(/^<!doctype html>\s*<html lang="en">/);
    expect(title(page)).toMatch(/^\w/);
    expect(page.text.match(/<h1>/g)).toHaveLength(1);
    expect(page.text).toContain('<meta name="viewport" content="width=device-width, initial-scale=1"');
    const inputs = [...page.text.matchAll(/<input\s[^>]*>/g)].map(([input]) => input);
    for (const input of inputs.filter((one) => !one.includes('type="hidden"'))) {
      expect(input).toMatch(/autocomplete="[\w-]+"/);
      expect(page.text).toContain(`<label for="${/ id="(\w+)"/.exec(input)![1]!}">`);
    }
    expect(page.text.replaceAll(PASSKEY_SCRIPT, '')).not.toMatch(/<script|\son\w+=|\sstyle=|https?:/i);
    const policy = page.headers.get('content-security-policy')!;
    const ofScript = path === SIGN_IN ? "script-src 'self'; connect-src 'self'; " : '';
    expect(policy.replace(/'sha256-[\w+/=]+'/, "'sha256-'")).toBe(
      `default-src 'none'; style-src 'sha256-'; ${ofScript}form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    );
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(page.headers.get('referrer-policy')).toBe('same-origin');
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('sign people in by a form, and show who they are, escaped, and where they are signed in', async () => {
    const person = await signedIn();
    const page = await person.request('GET', ACCOUNT);
    expect([page.status, title(page)]).toEqual([200, 'You are signed in']);
    expect(page.text).toContain('&lt;b&gt;Ada&lt;/b&gt;');
    expect(page.text).not.toContain('<b>Ada');
    expect(page.text).toContain('spec/1.0, 127.0.0.1');
  });

  it('say the same of a wrong password and of an unknown address, in words', async () => {
    const wrong = await browser().submit(SIGN_IN, { email: ada.email, password: `${PASSWORD}!` });
    const unknown = await browser().submit(SIGN_IN, { email: 'eve@example.com', password: PASSWORD });
    expect([wrong.status, errorOf(wrong)]).toEqual([401, 'The e-mail address or the password is wrong.']);
    expect(unknown.text.replace('eve@example.com', ada.email)).toBe(wrong.text);
    expect(unknown.status).toBe(401);
    expect(wrong.text).not.toContain(PASSWORD);
  });

  it('say the same of a mail for a known and for an unknown address', async () => {
    const answers = [ada.email, 'eve@example.com'].map((email) => browser().submit(FORGOTTEN, { email }));
    const [known, unknown] = await Promise.all(answers);
    expect([known!.status, title(known!)]).toEqual([200, 'Look into your mails']);
    expect(unknown!.text.replace('eve@example.com', ada.email)).toBe(known!.text);
  });

  it.each([
    ['/console?tab=keys', '/console?tab=keys'],
    ['https://evil.test/', ACCOUNT],
    ['//evil.test', ACCOUNT],
    ['/\\evil.test', ACCOUNT],
  ])('lead on to pages of the service only: next=%s', async (next, location) => {
    const answer = await browser().submit(SIGN_IN, { email: ada.email, password: PASSWORD, next });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, location]);
  });

  it.each([
    ['sign-in', SIGN_IN],
    ['mail for a new password', FORGOTTEN],
    ['new password', RESET],
    ['invitation', INVITATION],
    ['sign-out', '/auth/pages/sign-out'],
    ['end of a session', '/auth/pages/account/end-session'],
  ])('refuse a %s that another site sends, or that says nothing of its page', async (_, path) => {
    const person = await signedIn();
    for (const origin of ['http://localhost:1', undefined]) {
      person.origin = origin;
      const answer = await person.submit(path, { email: ada.email, password: PASSWORD });
      expect(answer.status).toBe(403);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    person.origin = service.url;
    expect((await person.request('GET', ACCOUNT)).status).toBe(200);
  });

  it('take nothing but forms, and each member of one once', async () => {
    const json = await browser().request('POST', SIGN_IN, { email: ada.email, password: PASSWORD });
    expect([json.status, title(json)]).toEqual([415, 'Error: That did not work']);
    const twice = new URLSearchParams([
      ['email', ada.email],
      ['email', 'eve@example.com'],
    ]);
    expect((await browser().request('POST', SIGN_IN, twice)).status).toBe(400);
  });

  it('end another session, and sign out', async () => {
    const [here, there] = [await signedIn(), await signedIn()];
    const { sessions } = (await there.request('GET', '/api/sessions')).body as { sessions: any[] };
    const { id } = sessions.find(({ current }) => current)!;
    expect((await here.request('GET', ACCOUNT)).text).toContain(`name="id" value="${id}"`);
    const ended = await here.submit('/auth/pages/account/end-session', { id });
    expect([ended.status, ended.headers.get('location')]).toEqual([303, ACCOUNT]);
    const after = await there.request('GET', ACCOUNT);
    expect([after.status, after.headers.get('location')]).toEqual([
      303,
      `${SIGN_IN}?next=${encodeURIComponent(ACCOUNT)}`,
    ]);
    expect(await service.auditRows(`action = 'session.end'`)).toEqual([
      expect.objectContaining({ resource: `session:${id}`, user_id: ada.id, via: 'session' }),
    ]);
    const thief = here.copy();
    const out = await here.submit('/auth/pages/sign-out', {});
    expect([out.status, here.cookies.size]).toEqual([303, 0]);
    expect((await thief.request('GET', '/api/me')).status).toBe(401);
    expect((await here.submit('/auth/pages/account/end-session', { id })).status).toBe(303);
  });

  it('end no session of somebody else', async () => {
    const eve = await service.createUser({ email: 'eve2@example.com', name: 'Eve' });
    await choosePassword(eve.email);
    const [person, other] = [await signedIn(), await signedIn(eve.email)];
    const { sessions } = (await person.request('GET', '/api/sessions')).body as { sessions: any[] };
    const { id } = sessions.find(({ current }) => current)!;
    expect((await other.submit('/auth/pages/account/end-session', { id })).status).toBe(404);
    expect((await other.submit('/auth/pages/account/end-session', { id: 'x' })).status).toBe(404);
    expect((await person.request('GET', ACCOUNT)).status).toBe(200);
  });

  it('set a new password once by the link of a mail, which goes to the host of the service alone', async () => {
    const mail = await mailAfter(ada.email, () =>
      browser().request('POST', FORGOTTEN, new URLSearchParams({ email: ada.email }), {
        'x-forwarded-host': 'evil.test',
      }),
    );
    const [url] = /http:\S+/.exec(mail.text)!;
    expect(new URL(url).origin).toBe(service.url);
    const form = await browser().request('GET', url.slice(service.url.length));
    expect([form.status, title(form)]).toEqual([200, 'Choose a new password']);
    const token = secretIn(url);
    const short = await browser().submit(RESET, { token, password: 'short' });
    expect([short.status, errorOf(short)]).toEqual([400, 'A password has at least 12 characters.']);
    expect((await browser().submit(RESET, { token, password: PASSWORD })).status).toBe(303);
    const again = await browser().submit(RESET, { token, password: PASSWORD });
    expect([again.status, errorOf(again)]).toEqual([400, OVER]);
  });

  it('say that a second step took too long, where no sign-in came before it', async () => {
    const answer = await browser().submit('/auth/pages/second-step', { code: '123 456' });
    expect([answer.status >= 400, answer.headers.getSetCookie()]).toEqual([true, []]);
  });

  describe('of an invitation', () => {
    it('make the account that the administrator said, whatever else is sent, and sign in by it', async () => {
      const email = 'grace@example.com';
      const secret = await invited(email, 'auditor');
      const mail = mailbox.mailsTo(email).at(-1)!;
      expect(mail.text).toMatch(
        /^Hello Grace,\n\nAdmin has invited you to Bouncer\..* until \d{4}-\d\d-\d\d \d\d:\d\d UTC:/,
      );
      const page = await browser().request('GET', `${INVITATION}?secret=${secret}`);
      expect([page.status, title(page)]).toEqual([200, 'Accept the invitation']);
      expect(page.text).toContain(`readonly value="${email}"`);
      expect(await service.query('SELECT FROM users WHERE email = $1', [email])).toEqual([]);
      const more = { role: 'admin', email: 'eve@example.com', owner: 'eve@example.com', tier: 'unlimited' };
      expect((await accept(secret, more)).status).toBe(303);
      const [user] = await service.query<{ id: string }>(
        'SELECT id, email, role, tier, email_verified FROM users WHERE email = $1',
        [email],
      );
      expect(user).toMatchObject({ email, role: 'auditor', tier: 'development', email_verified: true });
      const person = await signedIn(email);
      expect((await person.request('GET', '/api/me')).body.user).toMatchObject({ email, role: 'auditor' });
      const [row] = await service.auditRows(`action = 'invitation.accept' AND outcome = 'success'`);
      expect(row).toMatchObject({
        resource: `user:${user!.id}`,
        metadata: { email, role: 'auditor', made: true },
      });
      const rows = JSON.stringify(await service.auditRows());
      for (const hidden of [secret, PASSWORD]) expect(rows).not.toContain(hidden);
    });

    it('work once, also for several at the same time', async () => {
      const secret = await invited('once@example.com');
      const answers = await Promise.all([1, 2, 3, 4].map(() => accept(secret)));
      expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([303, 404, 404, 404]);
      expect(await service.query(`SELECT FROM users WHERE email = 'once@example.com'`)).toHaveLength(1);
      const [row] = await service.auditRows(`action = 'invitation.accept' AND outcome = 'denied'`);
      expect(row).toMatchObject({ reason: 'invitation_not_valid', user_id: null });
    });

    it('work neither after another invitation of the address, nor after they were withdrawn, nor after 7 days', async () => {
      const [former, latter] = [await invited('later@example.com'), await invited('later@example.com')];
      expect([(await accept(former)).status, errorOf(await accept(former))]).toEqual([404, OVER]);
      const listed = await service.request('GET', '/api/invitations', { key: service.adminKey });
      const mine = listed.body.invitations.filter(({ email }: any) => email === 'later@example.com');
      expect(mine).toEqual([expect.objectContaining({ name: 'Grace', role: 'member' })]);
      expect(listed.text).not.toContain(latter);
      const path = `/api/invitations/${mine[0].id}`;
      expect((await service.request('DELETE', path, { key: service.adminKey })).status).toBe(204);
      expect((await service.request('DELETE', path, { key: service.adminKey })).status).toBe(404);
      expect((await accept(latter)).status).toBe(404);
      const old = await invited('old@example.com');
      await service.query(`UPDATE invitations SET expires_at = now() WHERE email = 'old@example.com'`);
      expect((await accept(old)).status).toBe(404);
    });

    it('do not work for somebody who was deactivated, or once their administrator is none any more', async () => {
      const user = await service.createUser({ email: 'gone@example.com', name: 'Gone' });
      const secret = await invited('gone@example.com');
      const set = (id: string, body: object) =>
        service.request('PATCH', `/api/users/${id}`, { key: service.adminKey, body });
      await set(user.id, { isActive: false });
      expect((await accept(secret)).status).toBe(403);
      expect((await invite({ email: 'gone@example.com', name: 'Gone' })).status).toBe(409);
      await set(user.id, { isActive: true });
      expect((await accept(secret)).status).toBe(303);

      const boss = await service.createUser({ email: 'boss@example.com', name: 'Boss', role: 'admin' });
      const { apiKey } = await service.createKey(boss, ['users:write']);
      const mail = await mailAfter('friend@example.com', () =>
        invite({ email: 'friend@example.com', name: 'Friend', role: 'admin' }, apiKey),
      );
      await set(boss.id, { role: 'member' });
      expect((await accept(secretIn(mail.text))).status).toBe(404);
      expect((await invite({ email: 'other@example.com', name: 'Other' }, apiKey)).status).toBe(403);
    });

    it('are not made for somebody who can sign in, or whose role is another one', async () => {
      const signed = await invite({ email: ada.email, name: 'Ada' });
      expect([signed.status, signed.body.code]).toEqual([409, 'conflict']);
      await service.createUser({ email: 'plain@example.com', name: 'Plain' });
      const other = await invite({ email: 'plain@example.com', name: 'Plain', role: 'admin' });
      expect([other.status, other.body.detail]).toEqual([
        409,
        expect.stringContaining('with the role member'),
      ]);
    });

    it('give no role that was taken away from the account meanwhile', async () => {
      const user = await service.createUser({ email: 'down@example.com', name: 'Down', role: 'auditor' });
      const secret = await invited('down@example.com', 'auditor');
      const key = service.adminKey;
      await service.request('PATCH', `/api/users/${user.id}`, { key, body: { role: 'member' } });
      expect((await accept(secret)).status).toBe(404);
    });
  });

  describe('of a one-time link', () => {
    const linkFor = (email: string) =>
      service.service.app.get(PasswordLinks, { strict: false }).issueFor(email, 'users:link');

    it('let an administrator in who has no mail, once, and end the sessions that were', async () => {
      const email = 'local@localhost';
      const { id } = await service.createUser({ email, name: 'Local', role: 'admin' });
      const void1 = await linkFor(email);
      const { path } = await linkFor(email);
      expect((await browser().request('GET', void1.path)).status).toBe(404);
      const page = await browser().request('GET', path);
      expect([page.status, title(page)]).toEqual([200, 'Choose your password']);
      const secret = secretIn(path);
      const uses = await Promise.all(
        [1, 2, 3].map(() => browser().submit(LINK, { secret, password: PASSWORD })),
      );
      expect(uses.map(({ status }) => status).sort((a, b) => a - b)).toEqual([303, 404, 404]);
      const person = await signedIn(email);
      const next = await linkFor(email);
      await browser().submit(LINK, { secret: secretIn(next.path), password: PASSWORD });
      expect((await person.request('GET', '/api/me')).status).toBe(401);
      const rows = await service.auditRows(`action LIKE 'password_link.%' AND outcome = 'success'`);
      expect(rows.map(({ action, resource }) => [action, resource])).toEqual(
        ['create', 'create', 'use', 'create', 'use'].map((what) => [`password_link.${what}`, `user:${id}`]),
      );
      for (const one of [secret, secretIn(next.path)]) {
        expect(JSON.stringify(await service.auditRows())).not.toContain(one);
        const stored = await service.query('SELECT row_to_json(l)::text AS text FROM password_links l');
        expect(JSON.stringify(stored)).not.toContain(one);
      }
    });

    it('is made for no unknown and no deactivated user', async () => {
      await service.createUser({ email: 'off@example.com', name: 'Off', isActive: false });
      await expect(linkFor('off@example.com')).rejects.toThrow('deactivated');
      await expect(linkFor('nobody@example.com')).rejects.toThrow('No user');
    });

    it('does not work an hour later', async () => {
      await service.createUser({ email: 'slow@example.com', name: 'Slow', role: 'admin' });
      const { path } = await linkFor('slow@example.com');
      await service.query('UPDATE password_links SET expires_at = now()');
      const late = await browser().submit(LINK, { secret: secretIn(path), password: PASSWORD });
      expect([late.status, errorOf(late)]).toEqual([404, OVER]);
    });
  });

  it('send at most five mails an hour to an address, and say nothing of it', async () => {
    const { email } = await service.createUser({ email: 'flood@example.com', name: 'Flood' });
    for (let i = 0; i < 7; i++) expect((await browser().submit(FORGOTTEN, { email })).status).toBe(200);
    // A mail to somebody else goes out after those that were added before it.
    const other = await service.createUser({ email: 'calm@example.com', name: 'Calm' });
    await mailAfter(other.email, () => browser().submit(FORGOTTEN, { email: other.email }));
    await mailbox.waitFor(email, 5);
    expect(mailbox.mailsTo(email)).toHaveLength(5);
  });
});

describe('Whoever asks for mails', () => {
  it('is refused after 60 in an hour, whether the addresses are known or not', async () => {
    const service = await TestService.start();
    try {
      const ask = () => new Browser(service.url).submit(FORGOTTEN, { email: 'nobody@example.com' });
      for (let i = 0; i < 60; i++) expect((await ask()).status).toBe(200);
      const refused = await ask();
      expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
      expect(refused.headers.get('content-type')).toContain('text/html');
    } finally {
      await service.stop();
    }
  });
});

describe('The sign-in at a provider', () => {
  it('starts by a link of the page for those that are configured, and for no other', async () => {
    const env = { GOOGLE_CLIENT_ID: 'this-service', GOOGLE_CLIENT_SECRET: 'a-secret-of-google' };
    const service = await TestService.start({ env });
    try {
      const person = new Browser(service.url);
      const page = await person.request('GET', `${SIGN_IN}?next=/console`);
      const [, path] = /href="([^"]+)"\s*>Sign in with Google</.exec(page.text)!;
      expect(page.text).not.toContain('GitHub');
      const sent = await person.request('GET', path!.replaceAll('&amp;', '&'));
      expect(sent.status).toBe(303);
      const location = new URL(sent.headers.get('location')!);
      expect(location.origin).toBe('https://accounts.google.com');
      expect(location.searchParams.get('redirect_uri')).toBe(`${service.url}/auth/callback/google`);
      expect((await person.request('GET', '/auth/pages/provider?provider=github')).status).toBe(404);
    } finally {
      await service.stop();
    }
  });
});
