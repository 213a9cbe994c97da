import { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { addPasskey, App, byPasskey, byPassword, PASSWORD, person, withApp } from './support/people.js';
import { SoftwarePasskey } from './support/software-passkey.js';
import { type Answer, TestService } from './support/test-service.js';

const SIGN_IN = '/auth/pages/sign-in';
const SECOND_STEP = '/auth/pages/second-step';
const ACCOUNT = '/auth/pages/account';
const SECURITY = '/auth/pages/security';
const BEGIN = `${SECURITY}/app`;
const CONFIRM = `${BEGIN}/confirm`;
const REMOVE_APP = `${BEGIN}/remove`;
const CODES = `${SECURITY}/recovery-codes`;
const REMOVE_PASSKEY = `${SECURITY}/passkeys/remove`;

const locationOf = ({ status, headers }: Answer) => [status, headers.get('location')];
const errorOf = ({ text }: Answer) => /role="alert">(.+?)<\/p>/.exec(text)?.[1];
const statusOf = ({ text }: Answer) => /role="status">(.+?)<\/p>/.exec(text)?.[1];
const codesIn = ({ text }: Answer) =>
  [...text.matchAll(/<li><code>([\w-]+)<\/code><\/li>/g)].map(([, code]) => code!);
/** What a person scans. */
const uriIn = ({ text }: Answer) => /href="(otpauth:[^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&');
const appIn = (page: Answer) => App.of({ totpURI: uriIn(page), backupCodes: codesIn(page) });

describe('The pages of second factors', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let people = 0;
  /** Is signed in, and changes nothing. */
  let reader: Browser;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({ env: { SMTP_URL: mailbox.url } });
    ({ browser: reader } = await somebody());
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  const somebody = async () => {
    const email = `person-${people++}@example.com`;
    const user = await person(service, mailbox, email);
    return { email, user, browser: await byPassword(email, service.url) };
  };
  /** Forgets the step that was taken, so that a spec does not wait for the next code. */
  const forgetStep = () => service.query('UPDATE two_factors SET last_step = NULL');

  it('lead who is not signed in to the sign-in and back', async () => {
    const nobody = new Browser(service.url);
    const back = [303, `${SIGN_IN}?next=${encodeURIComponent(SECURITY)}`];
    expect(locationOf(await nobody.request('GET', SECURITY))).toEqual(back);
    for (const path of [BEGIN, CONFIRM, REMOVE_APP, CODES, REMOVE_PASSKEY])
      expect(locationOf(await nobody.submit(path, { password: PASSWORD }))).toEqual(back);
  });

  it('add an app by its code, whose recovery codes work from then on', async () => {
    const { email, browser } = await somebody();
    const overview = await browser.request('GET', SECURITY);
    expect(overview.text).toContain('Add an authenticator app');
    expect(overview.headers.get('content-security-policy')).toContain(
      "script-src 'self'; connect-src 'self';",
    );
    const begun = await browser.submit(BEGIN, { password: PASSWORD });
    expect([begun.status, begun.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const uri = new URL(uriIn(begun));
    expect(decodeURIComponent(uri.pathname)).toContain(email);
    const secret = uri.searchParams.get('secret')!;
    expect(/id="secret">([^<]+)</.exec(begun.text)![1]!.replaceAll(' ', '')).toBe(secret);
    expect(begun.text).toMatch(/<svg[^>]* role="img"[^>]* aria-label="QR code/);
    expect(begun.text).not.toMatch(/\sstyle=|<img/);
    const codes = codesIn(begun);
    expect(new Set(codes).size).toBe(10);

    const wrong = await browser.submit(CONFIRM, { code: '000000' });
    expect([wrong.status, errorOf(wrong)]).toEqual([401, 'The code is wrong, or was used already.']);
    for (const hidden of [secret, ...codes]) expect(wrong.text).not.toContain(hidden);
    const code = appIn(begun).code();
    const added = await browser.submit(CONFIRM, { code: `${code.slice(0, 3)} ${code.slice(3)}` });
    expect(locationOf(added)).toEqual([303, `${SECURITY}?done=app`]);
    const after = await browser.request('GET', `${SECURITY}?done=app`);
    expect(statusOf(after)).toContain('app is added');
    for (const hidden of [secret, ...codes]) expect(after.text).not.toContain(hidden);

    await forgetStep();
    const again = new Browser(service.url);
    expect(locationOf(await again.submit(SIGN_IN, { email, password: PASSWORD }))).toEqual([
      303,
      SECOND_STEP,
    ]);
    expect(locationOf(await again.submit(SECOND_STEP, { code: appIn(begun).code() }))).toEqual([
      303,
      ACCOUNT,
    ]);
    const other = new Browser(service.url);
    await other.submit(SIGN_IN, { email, password: PASSWORD });
    const form = { code: codes[0]!, kind: 'recovery' };
    expect(locationOf(await other.submit(SECOND_STEP, form))).toEqual([303, ACCOUNT]);

    const rows = JSON.stringify(await service.auditRows());
    const stored = JSON.stringify(await service.query('SELECT * FROM two_factors'));
    for (const hidden of [secret, code, ...codes, PASSWORD]) {
      expect(rows).not.toContain(hidden);
      if (hidden !== code) expect(stored).not.toContain(hidden);
    }
    const actions = (await service.auditRows(`outcome = 'success'`)).map(({ action }) => action);
    expect(actions).toEqual(
      expect.arrayContaining(['identity.begin_second_factor', 'identity.add_second_factor']),
    );
  });

  it('make new recovery codes, which they show once, and remove the app', async () => {
    const { browser } = await somebody();
    const { recoveryCodes: former } = await withApp(service, browser);
    const made = await browser.submit(CODES, { password: PASSWORD });
    const codes = codesIn(made);
    expect([made.status, codes.length, former.some((code) => codes.includes(code))]).toEqual([
      200,
      10,
      false,
    ]);
    const shown = await browser.request('GET', SECURITY);
    for (const code of codes) expect(shown.text).not.toContain(code);
    const removed = await browser.submit(REMOVE_APP, { password: PASSWORD });
    expect(locationOf(removed)).toEqual([303, `${SECURITY}?done=app-removed`]);
    expect((await browser.request('GET', SECURITY)).text).toContain('Add an authenticator app');
  });

  it.each([
    ['the beginning', BEGIN, false],
    ['new recovery codes', CODES, true],
    ['a removal', REMOVE_APP, true],
  ])('refuse %s by a wrong password, which counts as a guess', async (_, path, needsApp) => {
    const { browser, user } = await somebody();
    if (needsApp) await withApp(service, browser);
    const refused = await browser.submit(path, { password: `${PASSWORD}!` });
    expect([refused.status, errorOf(refused)]).toEqual([400, 'The password is wrong.']);
    expect([codesIn(refused), refused.text.includes('otpauth:')]).toEqual([[], false]);
    const [row] = await service.auditRows(`outcome = 'denied' AND resource = $1`, [`user:${user.id}`]);
    expect(row).toMatchObject({ reason: 'invalid_password' });
  });

  it.each([BEGIN, CONFIRM, REMOVE_APP, CODES, REMOVE_PASSKEY])(
    'refuse a form that another site sends to %s',
    async (path) => {
      for (const origin of ['http://localhost:1', undefined]) {
        const browser = reader.copy();
        browser.origin = origin;
        expect((await browser.submit(path, { password: PASSWORD, code: '123456' })).status).toBe(403);
      }
    },
  );

  it('list passkeys by their names, escaped, and remove one', async () => {
    const { browser, user } = await somebody();
    await addPasskey(browser, new SoftwarePasskey());
    await service.query(`UPDATE passkeys SET name = '<b>Phone</b>' WHERE user_id = $1`, [user.id]);
    const listed = await browser.request('GET', SECURITY);
    expect(listed.text).toContain('&lt;b&gt;Phone&lt;/b&gt;, added 20');
    expect(listed.text).not.toContain('<b>Phone');
    const id = /name="id" value="([\w-]+)"/.exec(listed.text)![1]!;
    const stranger = await somebody();
    expect((await stranger.browser.submit(REMOVE_PASSKEY, { id })).status).toBeGreaterThanOrEqual(400);
    expect((await browser.submit(REMOVE_PASSKEY, { id: 'x' })).status).toBe(404);
    expect(await service.query('SELECT FROM passkeys WHERE id = $1', [id])).toHaveLength(1);
    const removed = await browser.submit(REMOVE_PASSKEY, { id });
    expect(locationOf(removed)).toEqual([303, `${SECURITY}?done=passkey-removed`]);
    expect(await service.query('SELECT FROM passkeys WHERE id = $1', [id])).toEqual([]);
  });

  it('ask who signed in long ago to do so again, before a passkey is removed', async () => {
    const { browser, user } = await somebody();
    const { id } = (await addPasskey(browser, new SoftwarePasskey())).body as { id: string };
    await service.query(`UPDATE sessions SET created_at = now() - interval '11 minutes' WHERE user_id = $1`, [
      user.id,
    ]);
    const sent = await browser.submit(REMOVE_PASSKEY, { id });
    expect(locationOf(sent)).toEqual([303, `${SIGN_IN}?next=${encodeURIComponent(SECURITY)}&done=again`]);
    const page = await browser.request('GET', sent.headers.get('location')!);
    expect(statusOf(page)).toContain('Sign in again');
  });

  it('show a thief of the password nothing to change, where the person has a second factor', async () => {
    const { email, browser } = await somebody();
    await addPasskey(browser, new SoftwarePasskey());
    const thief = await byPassword(email, service.url);
    const page = await thief.request('GET', SECURITY);
    expect(page.text).toContain('Show it first');
    expect(page.text).not.toMatch(/name="password"|data-passkey="add"/);
    const begun = await thief.submit(BEGIN, { password: PASSWORD });
    expect([begun.status, begun.text.includes('otpauth:')]).toEqual([403, false]);
  });

  it('have one script, a file that every browser keeps, and no code beside it', async () => {
    const nobody = new Browser(service.url);
    const page = await nobody.request('GET', SIGN_IN);
    const [, src] = /<script src="([^"]+)" defer><\/script>/.exec(page.text)!;
    expect(page.text.match(/<script/g)).toHaveLength(1);
    expect(page.text).not.toMatch(/\son\w+=/);
    const script = await nobody.request('GET', src!);
    expect([script.status, script.headers.get('content-type')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
    ]);
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('x-content-type-options')).toBe('nosniff');
    const [control] = /<form\s[^>]*data-passkey="sign-in"[^>]*>/.exec(page.text)!;
    expect(control).toMatch(/\shidden\s*>$/);
  });

  it.each(['https://evil.test/', '//evil.test', '/\\evil.test'])(
    'lead no passkey and no code on to %s',
    async (next) => {
      const query = `?next=${encodeURIComponent(next)}`;
      const page = await new Browser(service.url).request('GET', SIGN_IN + query);
      expect(page.text).toContain(`data-next="${ACCOUNT}"`);
      expect((await reader.request('GET', SECURITY + query)).text).not.toContain('evil.test');
      const continued = await reader.request('GET', `/auth/pages/continue${query}`);
      expect(locationOf(continued)).toEqual([303, ACCOUNT]);
    },
  );
});

describe('Somebody who must have a second factor, and has none', () => {
  let mailbox: Mailbox;
  let service: TestService;
  const email = 'boss@example.com';

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({ env: { SMTP_URL: mailbox.url, MFA_REQUIRED: 'admins' } });
    await person(service, mailbox, email, 'admin');
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  it('is led from the sign-in to the page that adds one, and from there to where they wanted', async () => {
    const browser = new Browser(service.url);
    const next = '/console?tab=keys';
    const security = `${SECURITY}?next=${encodeURIComponent(next)}`;
    expect(locationOf(await browser.submit(SIGN_IN, { email, password: PASSWORD, next }))).toEqual([
      303,
      security,
    ]);
    const account = [303, `${SECURITY}?next=${encodeURIComponent(ACCOUNT)}`];
    expect(locationOf(await browser.request('GET', ACCOUNT))).toEqual(account);
    const provider = await browser.request('GET', `/auth/pages/continue?next=${encodeURIComponent(next)}`);
    expect(locationOf(provider)).toEqual([303, security]);

    const page = await browser.request('GET', security);
    expect(page.text).toContain('Your account needs a second factor.');
    expect(page.text).toContain('Sign out');
    expect(page.text).toContain(`name="next" value="${next}"`);
    expect(page.text).toContain(`data-next="${next}"`);
    const begun = await browser.submit(BEGIN, { password: PASSWORD, next });
    expect(begun.text).toContain(`name="next" value="${next}"`);
    const added = await browser.submit(CONFIRM, { code: appIn(begun).code(), next });
    expect(locationOf(added)).toEqual([303, next]);
    expect((await browser.request('GET', '/api/users')).status).toBe(200);
    expect((await browser.request('GET', ACCOUNT)).status).toBe(200);
    const refused = await browser.submit(REMOVE_APP, { password: PASSWORD });
    expect([refused.status, errorOf(refused)]).toEqual([403, expect.stringContaining('Add another one')]);
  });

  it('shows the one that they have, where they signed in without, and goes on', async () => {
    const user = await person(service, mailbox, 'chief@example.com', 'admin');
    const first = await byPassword(user.email, service.url);
    const passkey = new SoftwarePasskey();
    await addPasskey(first, passkey);
    const browser = new Browser(service.url);
    const signedIn = await browser.submit(SIGN_IN, { email: user.email, password: PASSWORD });
    expect(locationOf(signedIn)).toEqual([303, SECURITY]);
    const asked = await browser.request('GET', SECURITY);
    expect(asked.text).toContain('Show it first');
    expect(asked.text).toMatch(/data-passkey="sign-in"\s+data-next="\/auth\/pages\/security"/);
    await byPasskey(browser, passkey);
    expect((await browser.request('GET', ACCOUNT)).status).toBe(200);

    const app = await withApp(service, browser);
    // As a provider signs in, which asks for no code.
    await service.query(`UPDATE sessions SET signed_in_by = 'provider' WHERE user_id = $1`, [user.id]);
    const step = `${SECOND_STEP}?next=${encodeURIComponent(SECURITY)}`;
    expect((await browser.request('GET', SECURITY)).text).toContain(`href="${step}"`);
    const shown = await browser.submit(SECOND_STEP, { code: app.code(), next: SECURITY });
    expect(locationOf(shown)).toEqual([303, SECURITY]);
    expect((await browser.request('GET', ACCOUNT)).status).toBe(200);
  });
});
