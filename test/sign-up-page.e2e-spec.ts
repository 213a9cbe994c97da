import { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { type Answer, TestService } from './support/test-service.js';

const PASSWORD = 'correct horse battery staple';
const SIGN_UP = '/auth/pages/sign-up';
const SIGN_IN = '/auth/pages/sign-in';

const title = ({ text }: Answer) => /<title>(.*?) - Bouncer<\/title>/.exec(text)?.[1];
const errorOf = ({ text }: Answer) => /role="alert">(.+?)<\/p>/.exec(text)?.[1];

describe('The page to sign up', () => {
  let mailbox: Mailbox;
  let service: TestService;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({
      env: { SMTP_URL: mailbox.url, SIGN_UP: 'example.com,example.org' },
    });
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  const browser = () => new Browser(service.url);
  const signUp = (email: string, more: Record<string, string> = {}) =>
    browser().submit(SIGN_UP, { name: 'Ada Lovelace', email, password: PASSWORD, ...more });
  const users = (email: string) =>
    service.query<{ id: string }>('SELECT id, name, role, tier, email_verified FROM users WHERE email = $1', [
      email,
    ]);

  it('is linked from the sign-in, and needs no script', async () => {
    expect((await browser().request('GET', SIGN_IN)).text).toContain(`href="${SIGN_UP}"`);
    const page = await browser().request('GET', SIGN_UP);
    expect([page.status, title(page)]).toEqual([200, 'Create an account']);
    expect(page.text).not.toContain('<script');
    for (const [input] of page.text.matchAll(/<input\s[^>]*>/g))
      expect(page.text).toContain(`<label for="${/ id="(\w+)"/.exec(input)![1]!}">`);
  });

  it('makes a member, whatever else is sent, who signs in once the mail is followed', async () => {
    const email = 'ada@example.com';
    const answer = await signUp(email, { role: 'admin', tier: 'unlimited', emailVerified: 'true' });
    expect([answer.status, title(answer)]).toEqual([200, 'Look into your mails']);
    expect(answer.headers.getSetCookie()).toEqual([]);
    const [user] = await users(email);
    expect(user).toMatchObject({
      name: 'Ada Lovelace',
      role: 'member',
      tier: 'development',
      email_verified: false,
    });
    const early = await browser().submit(SIGN_IN, { email, password: PASSWORD });
    expect([early.status, errorOf(early)]).toEqual([403, expect.stringContaining('Confirm your e-mail')]);
    const [mail] = await mailbox.waitFor(email);
    const [url] = /http:\S+/.exec(mail!.text)!;
    expect(new URL(url).origin).toBe(service.url);
    const person = browser();
    const followed = await person.request('GET', url.slice(service.url.length));
    const verified = await person.request('GET', followed.headers.get('location')!);
    expect([verified.status, title(verified)]).toEqual([200, 'Address confirmed']);
    expect((await person.submit(SIGN_IN, { email, password: PASSWORD })).status).toBe(303);
    expect((await person.request('GET', '/api/me')).body.user).toMatchObject({ email, role: 'member' });
    const [row] = await service.auditRows(`action = 'identity.sign_up' AND outcome = 'success'`);
    expect(row).toMatchObject({ user_id: null, resource: null });
    const rows = JSON.stringify(await service.auditRows());
    for (const hidden of [PASSWORD, new URL(url).searchParams.get('token')!])
      expect(rows).not.toContain(hidden);
  });

  it('says the same of a known and of an unknown address, and changes nothing of the known one', async () => {
    const { email } = await service.createUser({ email: 'known@example.com', name: 'Known' });
    const before = await users(email);
    const [known, unknown] = await Promise.all([signUp(email), signUp('unknown@example.com')]);
    expect(known.text).toBe(unknown.text.replaceAll('unknown@example.com', email));
    expect([known.status, unknown.status]).toEqual([200, 200]);
    expect(await users(email)).toEqual(before);
    expect((await browser().submit(SIGN_IN, { email, password: PASSWORD })).status).toBe(401);
    const [mail] = await mailbox.waitFor(email);
    expect([mail!.subject, mail!.text]).toEqual([
      'You have an account already',
      expect.stringContaining(`${service.url}/auth/pages/forgot-password`),
    ]);
    await mailbox.waitFor('unknown@example.com');
  });

  it.each([
    ['an address of another domain', { email: 'ada@elsewhere.test' }, 403, 'Nobody makes an account'],
    ['an address that is none', { email: 'ada' }, 403, 'Nobody makes an account'],
    ['a short password', { password: 'short' }, 400, 'at least 12 characters'],
    ['no name', { name: ' ' }, 400, 'in one line'],
    ['a name of two lines', { name: 'Ada\nBcc: eve@example.com' }, 400, 'in one line'],
    ['a long name', { name: 'a'.repeat(201) }, 400, 'in one line'],
  ])('refuses %s, and keeps what was written but the password', async (_, wrong, status, text) => {
    const answer = await signUp('new@example.com', { ...wrong });
    expect([answer.status, errorOf(answer)]).toEqual([status, expect.stringContaining(text)]);
    expect(answer.text).not.toContain(PASSWORD);
    expect(answer.text).toMatch(/value="(new@example\.com|ada@elsewhere\.test|ada)"/);
    expect(await users('new@example.com')).toEqual([]);
  });

  it('refuses a form of another site', async () => {
    const other = browser();
    other.origin = 'http://localhost:1';
    const form = { name: 'Eve', email: 'eve@example.com', password: PASSWORD };
    expect((await other.submit(SIGN_UP, form)).status).toBe(403);
    expect(await users('eve@example.com')).toEqual([]);
  });

  it('has the rule of names from the route that it uses', async () => {
    const body = { name: 'Ada\nBcc: x', email: 'new@example.com', password: PASSWORD };
    const answer = await browser().request('POST', '/auth/sign-up/email', body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_name']);
  });
});

describe('Where nobody may sign up', () => {
  it('the page is none, and the sign-in does not lead to it', async () => {
    const service = await TestService.start();
    try {
      const person = new Browser(service.url);
      expect((await person.request('GET', SIGN_IN)).text).not.toContain(SIGN_UP);
      const page = await person.request('GET', SIGN_UP);
      expect([page.status, errorOf(page)]).toEqual([404, expect.stringContaining('without an invitation')]);
      const form = { name: 'Ada', email: 'ada@example.com', password: PASSWORD };
      expect((await person.submit(SIGN_UP, form)).status).toBe(404);
      expect(await service.query(`SELECT FROM users WHERE email = 'ada@example.com'`)).toEqual([]);
    } finally {
      await service.stop();
    }
  });
});
