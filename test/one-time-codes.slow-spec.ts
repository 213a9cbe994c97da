import { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { type App, byPassword, person, PASSWORD, withApp } from './support/people.js';
import { Replica } from './support/replica.js';
import { TestService } from './support/test-service.js';

const AUTH_SECRET = 'a-secret-that-both-replicas-are-given';

describe('One-time codes', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let replica: Replica;
  let people = 0;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    const env = { AUTH_SECRET, SMTP_URL: mailbox.url };
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
    const user = await person(service, mailbox, email);
    return { email, user, browser: await byPassword(email, service.url) };
  };
  const enrolled = async () => {
    const somebodyNew = await somebody();
    return { ...somebodyNew, app: await withApp(service, somebodyNew.browser) };
  };
  const totp = (browser: Browser, code: string) =>
    browser.request('POST', '/auth/two-factor/verify-totp', { code });
  const recover = (browser: Browser, code: string) =>
    browser.request('POST', '/auth/two-factor/verify-backup-code', { code });
  const me = (browser: Browser) => browser.request('GET', '/api/me');
  const rowsOf = (userId: string) => service.auditRows(`user_id = $1 AND action LIKE 'identity.%'`, [userId]);

  it('are the second step of a sign-in, and before it there is no session', async () => {
    const { email, user, app } = await enrolled();
    const browser = await byPassword(email, service.url);
    expect([...browser.cookies.keys()]).toEqual(['bouncer.two_factor']);
    expect((await me(browser)).status).toBe(401);
    expect((await browser.request('GET', '/auth/get-session')).text).toBe('null');
    const half = browser.copy();
    half.cookies.set('bouncer_session', browser.cookies.get('bouncer.two_factor')!);
    expect((await me(half)).status).toBe(401);
    expect((await totp(browser, app.code())).status).toBe(200);
    expect((await me(browser)).status).toBe(200);
    const { sessions } = (await browser.request('GET', '/api/sessions')).body as { sessions: any[] };
    expect(sessions.find(({ current }) => current).signedInBy).toEqual(['password', 'totp']);
    const rows = await rowsOf(user.id);
    expect(rows.slice(-2)).toMatchObject([
      { action: 'identity.check_password', outcome: 'success' },
      { action: 'identity.sign_in', outcome: 'success', metadata: { method: 'totp' } },
    ]);
  });

  it('are added with the password, which ends the other sessions and is told by mail', async () => {
    const { email, user, browser } = await somebody();
    const other = await byPassword(email, replica.service.url);
    expect((await me(other)).status).toBe(200);
    const wrong = await browser.request('POST', '/auth/two-factor/enable', { password: `${PASSWORD}!` });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'invalid_password']);
    const app = await withApp(service, browser);
    expect((await me(browser)).status).toBe(200);
    expect((await me(other)).body.code).toBe('invalid_session');
    const mails = await mailbox.waitFor(email, 2);
    expect(mails[1]).toMatchObject({ subject: expect.stringContaining('A second factor was added') });
    const rows = await rowsOf(user.id);
    expect(rows.slice(-3)).toMatchObject([
      { action: 'identity.begin_second_factor', outcome: 'denied', reason: 'invalid_password' },
      { action: 'identity.begin_second_factor', outcome: 'success' },
      { action: 'identity.add_second_factor', outcome: 'success', metadata: { method: 'totp' } },
    ]);
    expectNoSecrets(rows, app);
    const [stored] = await service.query(`SELECT * FROM two_factors WHERE user_id = $1`, [user.id]);
    expectNoSecrets(stored, app);
  });

  it('are taken once', async () => {
    const { email, user, app } = await enrolled();
    const code = app.code();
    expect((await totp(await byPassword(email, service.url), code)).status).toBe(200);
    const again = await totp(await byPassword(email, service.url), code);
    expect([again.status, again.body.code]).toEqual([401, 'code_already_used']);
    const next = await totp(await byPassword(email, service.url), app.code(1));
    expect(next.status).toBe(200);
    const older = await totp(await byPassword(email, service.url), app.code(0));
    expect(older.body.code).toBe('code_already_used');
    const [row] = await service.auditRows(`user_id = $1 AND reason = 'code_already_used'`, [user.id]);
    expect(row).toMatchObject({ action: 'identity.sign_in', outcome: 'denied' });
    expectNoSecrets(await rowsOf(user.id), app);
  });

  it('are taken by one of many who send the same at once to two replicas', async () => {
    const { email, app } = await enrolled();
    const urls = Array.from({ length: 5 }, (_, i) => (i % 2 ? replica.service.url : service.url));
    const browsers = await Promise.all(urls.map((url) => byPassword(email, url)));
    const code = app.code();
    const answers = await Promise.all(browsers.map((browser) => totp(browser, code)));
    expect(answers.map(({ status }) => String(status)).sort()).toEqual(['200', '401', '401', '401', '401']);
  });

  it('cannot be guessed: five tries over all challenges and replicas, then one after each wait', async () => {
    const { email, user, app } = await enrolled();
    const urls = Array.from({ length: 10 }, (_, i) => (i % 2 ? replica.service.url : service.url));
    const browsers = await Promise.all(urls.map((url) => byPassword(email, url)));
    const answers = await Promise.all(browsers.map((browser) => totp(browser, '000000')));
    const codes = answers.map(({ body }) => body.code as string);
    expect(codes.filter((code) => code === 'invalid_code')).toHaveLength(5);
    expect(codes.filter((code) => code === 'second_factor_locked')).toHaveLength(5);
    const right = await totp(await byPassword(email, service.url), app.code());
    expect([right.status, right.body.code]).toEqual([429, 'second_factor_locked']);
    const recovery = await recover(await byPassword(email, service.url), app.recoveryCodes[0]!);
    expect(recovery.status).toBe(429);
    const waits: number[] = [];
    for (let i = 0; i < 3; i++) {
      await service.query('UPDATE two_factors SET locked_until = now() WHERE user_id = $1', [user.id]);
      const wrong = await totp(await byPassword(email, service.url), '000000');
      expect(wrong.body.code).toBe('invalid_code');
      const [row] = await service.query<{ minutes: number }>(
        `SELECT round(extract(epoch FROM locked_until - now()) / 60)::int AS minutes FROM two_factors WHERE user_id = $1`,
        [user.id],
      );
      waits.push(row!.minutes);
    }
    expect(waits).toEqual([2, 4, 8]);
    await service.query('UPDATE two_factors SET locked_until = now() WHERE user_id = $1', [user.id]);
    expect((await totp(await byPassword(email, service.url), app.code())).status).toBe(200);
  });

  it('end a challenge after five tries', async () => {
    const { email, user, app } = await enrolled();
    const browser = await byPassword(email, service.url);
    for (let i = 0; i < 5; i++) {
      expect((await totp(browser, '000000')).body.code).toBe('invalid_code');
      await service.query('UPDATE two_factors SET locked_until = NULL WHERE user_id = $1', [user.id]);
    }
    expect((await totp(browser, app.code())).body.code).toBe('too_many_attempts_request_new_code');
    expect((await me(browser)).status).toBe(401);
  });

  it('have recovery codes, each of which works once', async () => {
    const { email, user, app } = await enrolled();
    const [first, second] = app.recoveryCodes;
    expect((await recover(await byPassword(email, service.url), first!)).status).toBe(200);
    const again = await recover(await byPassword(email, replica.service.url), first!);
    expect([again.status, again.body.code]).toEqual([401, 'invalid_backup_code']);
    const urls = [service.url, replica.service.url, service.url, replica.service.url];
    const browsers = await Promise.all(urls.map((url) => byPassword(email, url)));
    const answers = await Promise.all(browsers.map((browser) => recover(browser, second!)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const mails = await mailbox.waitFor(email, 4);
    expect(mails.filter(({ subject }) => subject?.includes('A recovery code was used'))).toHaveLength(2);
    await replica.flush();
    const rows = await service.auditRows(`user_id = $1 AND action = 'identity.use_recovery_code'`, [user.id]);
    expect(rows.filter(({ outcome }) => outcome === 'success')).toHaveLength(2);
    expectNoSecrets(rows, app);
  });

  it('have new recovery codes for the password, after which the ones before work no more', async () => {
    const { email, app, browser } = await enrolled();
    const made = await browser.request('POST', '/auth/two-factor/generate-backup-codes', {
      password: PASSWORD,
    });
    const { backupCodes } = made.body as { backupCodes: string[] };
    expect((await recover(await byPassword(email, service.url), app.recoveryCodes[0]!)).status).toBe(401);
    expect((await recover(await byPassword(email, service.url), backupCodes[0]!)).status).toBe(200);
  });

  it('are not removed by who has the session but not the password', async () => {
    const { email, user, browser } = await enrolled();
    const thief = browser.copy(replica.service.url);
    for (const body of [{}, { password: `${PASSWORD}!` }]) {
      const answer = await thief.request('POST', '/auth/two-factor/disable', body);
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_password']);
    }
    const removed = await browser.request('POST', '/auth/two-factor/disable', { password: PASSWORD });
    expect([removed.status, (await me(browser)).status]).toEqual([200, 200]);
    expect((await me(thief)).status).toBe(401);
    expect((await me(await byPassword(email, service.url))).status).toBe(200);
    const rows = await service.auditRows(`user_id = $1 AND action = 'identity.remove_second_factor'`, [
      user.id,
    ]);
    expect(rows.map(({ outcome }) => outcome)).toEqual(['denied', 'denied', 'success']);
    const mails = await mailbox.waitFor(email, 3);
    expect(mails.at(-1)!.subject).toContain('A second factor was removed');
  });

  it.each([
    ['verify-totp', 'trustDevice'],
    ['verify-backup-code', 'trustDevice'],
    ['verify-backup-code', 'disableSession'],
  ])('are needed on every device: %s takes no %s', async (path, member) => {
    const { email, app } = await enrolled();
    const browser = await byPassword(email, service.url);
    const code = path === 'verify-totp' ? app.code() : app.recoveryCodes[0]!;
    const answer = await browser.request('POST', `/auth/two-factor/${path}`, { code, [member]: true });
    expect([answer.status, answer.body.code]).toEqual([400, 'unknown_member']);
  });

  it.each(['send-otp', 'verify-otp', 'get-totp-uri'])('have no route %s', async (path) => {
    const { browser } = await enrolled();
    const answer = await browser.request('POST', `/auth/two-factor/${path}`, {
      password: PASSWORD,
      code: '1',
    });
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });

  function expectNoSecrets(rows: unknown, app: App): void {
    const text = JSON.stringify(rows);
    expect(text).not.toContain(PASSWORD);
    for (const code of [app.code(), app.code(1), ...app.recoveryCodes])
      expect(text).not.toContain(`"${code}`);
  }
});
