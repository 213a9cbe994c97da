import { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { addPasskey, byPasskey, byPassword, PASSWORD, person, withApp } from './support/people.js';
import { headOf, sendRaw } from './support/raw-request.js';
import { Replica } from './support/replica.js';
import { SoftwarePasskey } from './support/software-passkey.js';
import { TestService } from './support/test-service.js';

const AUTH_SECRET = 'a-secret-that-both-replicas-are-given';

describe('Administrators who must have a second factor', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let replica: Replica;
  let people = 0;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    const env = { AUTH_SECRET, SMTP_URL: mailbox.url, MFA_REQUIRED: 'admins' };
    service = await TestService.start({ env });
    replica = await Replica.of(service, [], env);
  });
  afterAll(async () => {
    await replica.stop();
    await service.stop();
    await mailbox.close();
  });

  const somebody = async (role: 'member' | 'admin' = 'admin') => {
    const email = `person-${people++}@example.com`;
    const user = await person(service, mailbox, email, role);
    return { email, user, browser: await byPassword(email, service.url) };
  };
  const users = (browser: Browser) => browser.request('GET', '/api/users');

  it('may only add one by a session without, on every replica', async () => {
    const { browser } = await somebody();
    for (const url of [service.url, replica.service.url]) {
      for (const [method, path] of [
        ['GET', '/api/me'],
        ['GET', '/api/users'],
        ['DELETE', '/api/sessions'],
      ] as const) {
        const answer = await browser.copy(url).request(method, path);
        expect([answer.status, answer.body.code]).toEqual([403, 'mfa_required']);
        expect(answer.body.enrolAt).toEqual([
          '/auth/two-factor/enable',
          '/auth/passkey/generate-register-options',
        ]);
      }
      const body = { currentPassword: PASSWORD, newPassword: `${PASSWORD}!`, revokeOtherSessions: true };
      const changed = await browser.copy(url).request('POST', '/auth/change-password', body);
      expect([changed.status, changed.body.code]).toEqual([403, 'mfa_required']);
    }
    const there = browser.copy(replica.service.url);
    await withApp(service, browser);
    expect([(await users(browser)).status, (await users(there)).status]).toEqual([200, 401]);
    expect((await users(browser.copy(replica.service.url))).status).toBe(200);
  });

  it.each(['two-factor/..', 'passkey/.', 'passkey/%2e%2e', 'get-session/../.', 'two-factor/x/../..'])(
    'are not let in by a path through %s',
    async (way) => {
      const { user, browser } = await somebody();
      const body = JSON.stringify({ name: 'Changed' });
      const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      for (const change of ['update-user', '../update-user']) {
        const head = headOf('POST', `/auth/${way}/${change}`, [
          ['Host', new URL(service.url).host],
          ['Origin', service.url],
          ['Cookie', cookie],
          ['Content-Type', 'application/json'],
          ['Content-Length', String(body.length)],
          ['Connection', 'close'],
        ]);
        const sent = sendRaw(service.url, head + body);
        await sent.closed;
        expect(sent.received()).toMatch(/^HTTP\/1.1 40[34]/);
      }
      const [kept] = await service.query('SELECT name FROM users WHERE id = $1', [user.id]);
      expect(kept).not.toEqual({ name: 'Changed' });
    },
  );

  it('may do everything once they added a passkey, and by signing in with it', async () => {
    const { browser } = await somebody();
    const passkey = new SoftwarePasskey();
    expect((await addPasskey(browser, passkey)).status).toBe(200);
    expect((await users(browser)).status).toBe(200);
    const here = new Browser(service.url);
    expect((await byPasskey(here, passkey)).status).toBe(200);
    expect((await users(here)).status).toBe(200);
  });

  it('add no other factor by the password alone, once they have one', async () => {
    const { email, browser } = await somebody();
    await addPasskey(browser, new SoftwarePasskey());
    const thief = await byPassword(email, service.url);
    const begun = await thief.request('POST', '/auth/two-factor/enable', { password: PASSWORD });
    expect([begun.status, begun.body.code]).toEqual([403, 'mfa_required']);
    expect((await users(thief)).body.code).toBe('mfa_required');
  });

  it('do not remove the last one, but one of two', async () => {
    const { browser } = await somebody();
    await withApp(service, browser);
    const disable = () => browser.request('POST', '/auth/two-factor/disable', { password: PASSWORD });
    const refused = await disable();
    expect([refused.status, refused.body.code]).toEqual([403, 'last_second_factor']);
    const { id } = (await addPasskey(browser, new SoftwarePasskey())).body as { id: string };
    expect((await disable()).status).toBe(200);
    const last = await browser.request('POST', '/auth/passkey/delete-passkey', { id });
    expect([last.status, last.body.code]).toEqual([403, 'last_second_factor']);
  });

  it('keep one of two that they remove at the same time on two replicas', async () => {
    for (let i = 0; i < 5; i++) {
      const { user, browser } = await somebody();
      await withApp(service, browser);
      const { id } = (await addPasskey(browser, new SoftwarePasskey())).body as { id: string };
      const [here, there] = [browser.copy(), browser.copy(replica.service.url)];
      const answers = await Promise.all([
        here.request('POST', '/auth/two-factor/disable', { password: PASSWORD }),
        there.request('POST', '/auth/passkey/delete-passkey', { id }),
      ]);
      // The one that comes second has no session any more, or is refused.
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const [left] = await service.query(
        `SELECT (SELECT count(*) FROM two_factors WHERE user_id = $1) + (SELECT count(*) FROM passkeys WHERE user_id = $1) AS count`,
        [user.id],
      );
      expect(left).toEqual({ count: '1' });
    }
    const { user, browser } = await somebody();
    const ids = [];
    for (let i = 0; i < 3; i++)
      ids.push(((await addPasskey(browser, new SoftwarePasskey())).body as { id: string }).id);
    await Promise.all(
      ids.map((id, i) =>
        browser
          .copy(i % 2 ? replica.service.url : service.url)
          .request('POST', '/auth/passkey/delete-passkey', { id }),
      ),
    );
    const left = await service.query('SELECT id FROM passkeys WHERE user_id = $1', [user.id]);
    expect(left).toHaveLength(1);
  });

  it('are those of now: a member who becomes one is asked at once', async () => {
    const { user, browser } = await somebody('member');
    expect((await browser.request('GET', '/api/me')).status).toBe(200);
    const body = { role: 'admin' };
    await service.request('PATCH', `/api/users/${user.id}`, { key: service.adminKey, body });
    expect((await browser.request('GET', '/api/me')).body.code).toBe('mfa_required');
  });

  it('reset the second factors of somebody else, whose sessions end', async () => {
    const [boss, other, member] = [await somebody(), await somebody(), await somebody('member')];
    await withApp(service, boss.browser);
    await withApp(service, other.browser);
    await addPasskey(other.browser, new SoftwarePasskey());
    const there = other.browser.copy(replica.service.url);
    expect((await users(there)).status).toBe(200);
    const path = `/api/users/${other.user.id}/second-factor`;
    expect((await member.browser.request('DELETE', path)).status).toBe(403);
    const own = await boss.browser.request('DELETE', `/api/users/${boss.user.id}/second-factor`);
    expect([own.status, own.body.code]).toEqual([403, 'forbidden']);
    const reset = await boss.browser.request('DELETE', path);
    expect([reset.status, reset.text]).toEqual([204, '']);
    expect((await users(there)).status).toBe(401);
    const again = await byPassword(other.email, service.url);
    expect((await users(again)).body.code).toBe('mfa_required');
    await withApp(service, again);
    expect((await users(again)).status).toBe(200);
    const [row] = await service.auditRows(
      `action = 'user.resetSecondFactor' AND outcome = 'success' AND resource = $1`,
      [`user:${other.user.id}`],
    );
    expect(row).toMatchObject({ user_id: boss.user.id, via: 'session' });
    const mails = await mailbox.waitFor(other.email, 4);
    expect(mails.map(({ subject }) => subject)).toContainEqual(
      expect.stringContaining('Your second factors were reset'),
    );
  });
});
