import { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { byPassword, PASSWORD, person } from './support/people.js';
import { Replica } from './support/replica.js';
import { type Answer, TestService } from './support/test-service.js';

const AUTH_SECRET = 'a-secret-that-both-replicas-are-given';
const WRONG = `${PASSWORD}!`;
const FREE = 10;

describe('Whoever tries passwords', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let replica: Replica;
  let people = 0;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    // The specs call from several networks, as a proxy would say.
    const env = { AUTH_SECRET, SMTP_URL: mailbox.url, TRUST_PROXY: '127.0.0.1' };
    service = await TestService.start({ env });
    replica = await Replica.of(service, [], env);
  });
  afterAll(async () => {
    await replica.stop();
    await service.stop();
    await mailbox.close();
  });

  const somebody = async () => {
    const email = `person-${people++}@example.com`;
    return { email, user: await person(service, mailbox, email) };
  };
  const urls = () => [service.url, replica.service.url];
  /** Each from the next replica. */
  const tries = (count: number, email: string, password: string, from = '192.0.2.1') =>
    Promise.all(
      Array.from({ length: count }, (_, index) => signIn(email, password, from, urls()[index % 2])),
    );
  const signIn = (email: string, password: string, from: string, url = service.url) =>
    new Browser(url).request('POST', '/auth/sign-in/email', { email, password }, { 'x-forwarded-for': from });
  const codes = (answers: Answer[]) => answers.map(({ body }) => body.code as string).sort();
  const later = (seconds: number) =>
    service.query('UPDATE password_attempts SET failed_at = failed_at - make_interval(secs => $1)', [
      seconds,
    ]);
  const rowsOf = (userId: string) =>
    service.auditRows(`action = 'identity.sign_in' AND outcome = 'denied' AND user_id = $1`, [userId]);

  it.each(['a known', 'an unknown'])(
    'at %s address makes ten of fifty at once on two replicas, and then one after each wait',
    async (which) => {
      const email = which === 'a known' ? (await somebody()).email : 'nobody@example.com';
      const answers = await tries(50, email, WRONG);
      expect(codes(answers)).toEqual([
        ...Array.from({ length: FREE }, () => 'invalid_email_or_password'),
        ...Array.from({ length: 50 - FREE }, () => 'password_locked'),
      ]);
      const waits: number[] = [];
      for (const seconds of [60, 120, 240, 480, 960, 1_920, 3_600, 3_600]) {
        const refused = await signIn(email, WRONG, '192.0.2.1', replica.service.url);
        expect([refused.status, refused.body.code]).toEqual([429, 'password_locked']);
        expect(refused.headers.get('retry-after')).toBe(String(refused.body.retryAfterSeconds));
        waits.push(refused.body.retryAfterSeconds as number);
        await later(seconds);
        expect(codes(await tries(4, email, WRONG)).slice(0, 2)).toEqual([
          'invalid_email_or_password',
          'password_locked',
        ]);
      }
      const near = [60, 120, 240, 480, 960, 1_920, 3_600, 3_600].map((seconds, index) => {
        const wait = waits[index]!;
        return wait <= seconds && wait > seconds - 30;
      });
      expect(near).toEqual(near.map(() => true));
    },
  );

  it('is told the same at a known and at an unknown address', async () => {
    const { email } = await somebody();
    const seen = async (address: string) => {
      const answers = [];
      for (let i = 0; i < FREE + 2; i++) answers.push(await signIn(address, WRONG, '192.0.2.7'));
      return answers.map(({ status, headers, body }) => [
        status,
        [...headers.keys()].sort(),
        { ...body, requestId: '', detail: body.detail.replace(/\d+/, 'n'), retryAfterSeconds: 0 },
      ]);
    };
    expect(await seen(email)).toEqual(await seen('stranger@example.com'));
  });

  it('is refused with the right one during a wait, which a person who has a session does not notice', async () => {
    const { email } = await somebody();
    const before = await byPassword(email, service.url);
    await tries(FREE, email, WRONG);
    const right = await signIn(email, PASSWORD, '192.0.2.1');
    expect([right.status, right.body.code, right.headers.getSetCookie()]).toEqual([
      429,
      'password_locked',
      [],
    ]);
    for (const url of urls()) expect((await before.copy(url).request('GET', '/api/me')).status).toBe(200);
    await later(60);
    expect((await signIn(email, PASSWORD, '192.0.2.1')).status).toBe(200);
    expect(codes(await tries(FREE, email, WRONG))).toEqual(
      Array.from({ length: FREE }, () => 'invalid_email_or_password'),
    );
  });

  it('keeps nobody out who is elsewhere', async () => {
    const { email } = await somebody();
    await tries(FREE + 1, email, WRONG, '198.51.100.1');
    expect((await signIn(email, PASSWORD, '198.51.100.1')).status).toBe(429);
    expect((await signIn(email, PASSWORD, '203.0.113.1')).status).toBe(200);
  });

  it('from many networks waits as one, and keeps nobody out where that person has signed in or chosen a password', async () => {
    const { email } = await somebody();
    expect((await signIn(email, PASSWORD, '203.0.113.5')).status).toBe(200);
    const networks = Array.from({ length: 12 }, (_, index) => `198.51.100.${index + 10}`);
    const answers: Answer[] = [];
    for (const from of networks) answers.push(...(await tries(FREE, email, WRONG, from)));
    const wrong = answers.filter(({ body }) => body.code === 'invalid_email_or_password');
    expect(wrong).toHaveLength(100);
    const elsewhere = await signIn(email, PASSWORD, '198.51.100.99');
    expect([elsewhere.status, elsewhere.body.code]).toEqual([429, 'password_locked']);
    expect((await signIn(email, PASSWORD, '203.0.113.5')).status).toBe(200);
    // The link of a mail was followed from this machine.
    expect((await signIn(email, PASSWORD, '127.0.0.1')).status).toBe(200);
    for (let wait = 0; wait < 8; wait++) {
      await later(900);
      await signIn(email, WRONG, `198.51.100.${wait + 100}`);
    }
    const capped = await signIn(email, PASSWORD, '198.51.100.99');
    expect(capped.body.retryAfterSeconds).toBeLessThanOrEqual(900);
  });

  it('by the session of somebody else waits too', async () => {
    const { email, user } = await somebody();
    const thief = await byPassword(email, service.url);
    const change = (currentPassword: string) =>
      thief.request('POST', '/auth/change-password', { currentPassword, newPassword: `${PASSWORD}?` });
    for (let i = 0; i < FREE; i++) expect((await change(WRONG)).body.code).toBe('invalid_password');
    const refused = await change(PASSWORD);
    expect([refused.status, refused.body.code]).toEqual([429, 'password_locked']);
    expect(refused.headers.get('retry-after')).toBe(String(refused.body.retryAfterSeconds));
    expect((await thief.request('GET', '/api/me')).body.user.id).toBe(user.id);
  });

  it('uses up no try of a person by a page of another site', async () => {
    const { email } = await somebody();
    for (const [headers, code] of [
      [{ origin: 'https://evil.example.com' }, 'origin_not_allowed'],
      [{ 'sec-fetch-site': 'cross-site' }, 'invalid_origin'],
    ] as [Record<string, string>, string][])
      for (let i = 0; i < FREE + 1; i++) {
        const sent = { 'x-forwarded-for': '192.0.2.9', ...headers };
        const page = new Browser(service.url);
        page.origin = undefined;
        const answer = await page.request('POST', '/auth/sign-in/email', { email, password: WRONG }, sent);
        expect([answer.status, answer.body.code]).toEqual([403, code]);
      }
    expect((await signIn(email, PASSWORD, '192.0.2.9')).status).toBe(200);
  });

  it('is told on the page of the sign-in how long to wait', async () => {
    const { email } = await somebody();
    await tries(FREE, email, WRONG);
    const page = await new Browser(service.url).request(
      'POST',
      '/auth/pages/sign-in',
      new URLSearchParams({ email, password: PASSWORD }),
      { 'x-forwarded-for': '192.0.2.1' },
    );
    expect([page.status, page.text]).toEqual([429, expect.stringMatching(/Retry in \d+ seconds/)]);
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('leaves rows that name whose passwords were tried, and no password', async () => {
    const { email, user } = await somebody();
    await tries(FREE + 1, email, WRONG);
    await replica.flush();
    const rows = await rowsOf(user.id);
    expect(rows.map(({ reason }) => String(reason)).sort()).toEqual([
      ...Array.from({ length: FREE }, () => 'invalid_email_or_password'),
      'password_locked',
    ]);
    expect(rows[0]).toMatchObject({ user_name: email.split('@')[0], resource: `user:${user.id}` });
    expect(JSON.stringify(rows)).not.toContain(PASSWORD);
    const [kept] = await service.query(
      `SELECT string_agg(to_jsonb(a)::text, ' ') AS text FROM password_attempts a`,
    );
    expect(JSON.stringify(kept)).not.toContain('person-');
  });
});

describe('A network that tries one password at many accounts', () => {
  const MOST = 5;
  let mailbox: Mailbox;
  let service: TestService;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    const env = { SMTP_URL: mailbox.url, TRUST_PROXY: '127.0.0.1', RATE_LIMIT_FAILED_KEYS: String(MOST) };
    service = await TestService.start({ env });
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  const signIn = (email: string, password: string, from: string) =>
    new Browser(service.url).request(
      'POST',
      '/auth/sign-in/email',
      { email, password },
      { 'x-forwarded-for': from },
    );

  it('makes so many tries a minute as there may be wrong keys, and does not learn which one is right', async () => {
    await person(service, mailbox, 'ada@example.com');
    const wrong = await Promise.all(
      Array.from({ length: 30 }, (_, index) => signIn(`${index}@example.com`, WRONG, '192.0.2.1')),
    );
    const made = wrong.filter(({ body }) => body.code === 'invalid_email_or_password');
    expect([made.length, new Set(wrong.map(({ status }) => status))]).toEqual([MOST, new Set([401, 429])]);
    const right = await signIn('ada@example.com', PASSWORD, '192.0.2.1');
    expect([right.status, right.body.code, right.headers.getSetCookie()]).toEqual([
      429,
      'password_locked',
      [],
    ]);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('keeps nobody out who has signed in from there, or is elsewhere', async () => {
    await person(service, mailbox, 'grace@example.com');
    expect((await signIn('grace@example.com', PASSWORD, '198.51.100.1')).status).toBe(200);
    for (let index = 0; index < MOST; index++) await signIn(`${index}@example.com`, WRONG, '198.51.100.1');
    expect((await signIn('stranger@example.com', PASSWORD, '198.51.100.1')).status).toBe(429);
    expect((await signIn('grace@example.com', PASSWORD, '198.51.100.1')).status).toBe(200);
    expect((await signIn('grace@example.com', PASSWORD, '203.0.113.1')).status).toBe(200);
  });
});
