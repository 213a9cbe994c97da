import { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { addPasskey, byPasskey, byPassword, person } from './support/people.js';
import { SoftwarePasskey } from './support/software-passkey.js';
import { TestService } from './support/test-service.js';

describe('Passkeys', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let people = 0;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({ env: { SMTP_URL: mailbox.url } });
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  const somebody = async () => {
    const email = `person-${people++}@example.com`;
    const user = await person(service, mailbox, email);
    return { email, user, browser: await byPassword(email, service.url), passkey: new SoftwarePasskey() };
  };
  const enrolled = async () => {
    const somebodyNew = await somebody();
    const added = await addPasskey(somebodyNew.browser, somebodyNew.passkey);
    expect([added.status, added.text]).toEqual([200, expect.any(String)]);
    return { ...somebodyNew, id: added.body.id as string };
  };
  const me = (browser: Browser) => browser.request('GET', '/api/me');
  const list = (browser: Browser) => browser.request('GET', '/auth/passkey/list-user-passkeys');

  it('sign a person in without a password, as a second factor would', async () => {
    const { email, user, passkey } = await enrolled();
    const browser = new Browser(service.url);
    const answer = await byPasskey(browser, passkey);
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    expect((await me(browser)).body.user).toMatchObject({ email });
    const { sessions } = (await browser.request('GET', '/api/sessions')).body as { sessions: any[] };
    expect(sessions.find(({ current }) => current).signedInBy).toEqual(['passkey']);
    const rows = await service.auditRows(`user_id = $1 AND action = 'identity.add_second_factor'`, [user.id]);
    expect(rows).toMatchObject([{ outcome: 'success', metadata: { method: 'passkey' } }]);
    const mails = await mailbox.waitFor(email, 2);
    expect(mails.at(-1)!.subject).toContain('A second factor was added');
  });

  it('belong to the address of the service, whatever the request says', async () => {
    const { browser, passkey } = await somebody();
    const options = await browser.request('GET', '/auth/passkey/generate-register-options', undefined, {
      'x-forwarded-host': 'evil.example.com',
      'x-forwarded-proto': 'https',
    });
    expect(options.body).toMatchObject({
      rp: { id: 'localhost' },
      authenticatorSelection: { userVerification: 'required', residentKey: 'required' },
    });
    const asked = await browser.request('GET', '/auth/passkey/generate-authenticate-options');
    expect(asked.body).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
    const added = await addPasskey(browser, passkey, { origin: 'https://evil.example.com' });
    expect([added.status, added.body.code]).toEqual([400, 'failed_to_verify_registration']);
    expect((await list(browser)).body).toEqual([]);
  });

  it('are added once, whoever has the same', async () => {
    const { passkey } = await enrolled();
    const { browser } = await somebody();
    const added = await addPasskey(browser, passkey);
    expect([added.status, added.body.code]).toEqual([400, 'previously_registered']);
    expect((await list(browser)).body).toEqual([]);
  });

  it('sign nobody in for another page, without verifying the user, or twice by one answer', async () => {
    const { passkey } = await enrolled();
    const elsewhere = await byPasskey(new Browser(service.url), passkey, {
      origin: 'https://evil.example.com',
    });
    expect([elsewhere.status, elsewhere.body.code]).toEqual([400, 'authentication_failed']);
    const unverified = await byPasskey(new Browser(service.url), passkey, { verifiesUser: false });
    expect([unverified.status, unverified.body.code]).toEqual([401, 'user_not_verified']);
    const browser = new Browser(service.url);
    const { challenge, rpId } = (await browser.request('GET', '/auth/passkey/generate-authenticate-options'))
      .body as { challenge: string; rpId: string };
    const origin = service.url.replace('127.0.0.1', 'localhost');
    const response = passkey.authenticate({ challenge, rpId, origin });
    const [one, other] = [browser.copy(), browser.copy()];
    const send = (from: Browser) => from.request('POST', '/auth/passkey/verify-authentication', { response });
    const statuses = (await Promise.all([send(one), send(other)])).map(({ status }) => String(status));
    expect(statuses.sort()).toEqual(['200', '400']);
    const unknown = await byPasskey(new Browser(service.url), new SoftwarePasskey());
    expect([unknown.status, unknown.body.code]).toEqual([401, 'passkey_not_found']);
  });

  it('are not added where the device did not verify the user', async () => {
    const { browser, passkey } = await somebody();
    const added = await addPasskey(browser, passkey, { verifiesUser: false });
    expect([added.status, added.body.code]).toEqual([401, 'user_not_verified']);
    expect((await list(browser)).body).toEqual([]);
  });

  it('are listed, renamed and removed by their person alone', async () => {
    const [ada, eve] = [await enrolled(), await enrolled()];
    const { id } = ada;
    const rename = (browser: Browser) =>
      browser.request('POST', '/auth/passkey/update-passkey', { id, name: 'Phone' });
    const remove = (browser: Browser, of = id) =>
      browser.request('POST', '/auth/passkey/delete-passkey', { id: of });
    expect([(await rename(eve.browser)).status, (await remove(eve.browser)).status]).toEqual([401, 404]);
    expect((await rename(ada.browser)).status).toBe(200);
    expect((await list(ada.browser)).body).toMatchObject([{ id, name: 'Phone' }]);
    expect((await remove(ada.browser, 'no-id')).status).toBe(404);
    expect((await remove(ada.browser)).status).toBe(200);
    expect((await list(ada.browser)).body).toEqual([]);
    expect((await byPasskey(new Browser(service.url), ada.passkey)).status).toBe(401);
    const mails = await mailbox.waitFor(ada.email, 3);
    expect(mails.at(-1)!.subject).toContain('A second factor was removed');
    const rows = await service.auditRows(`action = 'identity.remove_second_factor' AND user_id = $1`, [
      ada.user.id,
    ]);
    expect(rows.at(-1)).toMatchObject({ outcome: 'success', metadata: { method: 'passkey' } });
  });

  it('are changed only by a session with a second factor, and removed only soon after a sign-in', async () => {
    const { email, browser, passkey, id } = await enrolled();
    const weak = await byPassword(email, service.url);
    const remove = (from: Browser) => from.request('POST', '/auth/passkey/delete-passkey', { id });
    const added = await addPasskey(weak, new SoftwarePasskey());
    const removed = await remove(weak);
    expect([added.body.code, removed.body.code]).toEqual(['mfa_required', 'mfa_required']);
    await service.query(`UPDATE sessions SET created_at = now() - interval '11 minutes'`);
    const stale = await remove(browser);
    expect([stale.status, stale.body.code]).toEqual([403, 'session_not_fresh']);
    expect((await addPasskey(browser, new SoftwarePasskey())).body.code).toBe('session_not_fresh');
    const fresh = new Browser(service.url);
    await byPasskey(fresh, passkey);
    expect((await remove(fresh)).status).toBe(200);
  });
});
