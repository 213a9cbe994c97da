import { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { byPassword, PASSWORD, person, withApp } from './support/people.js';
import { TestService } from './support/test-service.js';

const NEW_PASSWORD = `${PASSWORD} of tomorrow`;

describe('A new password', () => {
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
    await person(service, mailbox, email);
    return email;
  };
  const status = async (browser: Browser) => (await browser.request('GET', '/api/me')).status;
  const change = (browser: Browser, body: object = {}) =>
    browser.request('POST', '/auth/change-password', {
      currentPassword: PASSWORD,
      newPassword: NEW_PASSWORD,
      ...body,
    });

  /** Asks for a mail, and returns the secret of its link. */
  async function linkTo(email: string): Promise<string> {
    const before = mailbox.mailsTo(email).length;
    await new Browser(service.url).request('POST', '/auth/request-password-reset', { email });
    const mail = (await mailbox.waitFor(email, before + 1))[before]!;
    return /token=([\w-]+)/.exec(mail.text)![1]!;
  }

  const reset = async (token: string) => {
    const body = { token, newPassword: NEW_PASSWORD };
    const answer = await new Browser(service.url).request('POST', '/auth/reset-password', body);
    return [answer.status, answer.body.code];
  };

  it.each([{}, { revokeOtherSessions: false }])(
    'ends the other sessions of the person, whatever the request says (%j)',
    async (body) => {
      const email = await somebody();
      const here = await byPassword(email, service.url);
      const there = await byPassword(email, service.url);
      const copied = here.copy();
      expect((await change(here, body)).status).toBe(200);
      expect([await status(here), await status(there), await status(copied)]).toEqual([200, 401, 401]);
    },
  );

  it.each([1, 'text', null, []])('is refused in a body that is %j', async (body) => {
    const browser = await byPassword(await somebody(), service.url);
    const answer = await browser.request('POST', '/auth/change-password', body);
    expect(answer.status).toBe(400);
  });

  it('voids the links of all mails that were sent before', async () => {
    const email = await somebody();
    const [older, newer] = [await linkTo(email), await linkTo(email)];
    expect(await reset(newer)).toEqual([200, undefined]);
    expect(await reset(older)).toEqual([400, 'invalid_token']);
    const other = await somebody();
    const link = await linkTo(other);
    expect((await change(await byPassword(other, service.url))).status).toBe(200);
    expect(await reset(link)).toEqual([400, 'invalid_token']);
  });

  it('ends a sign-in that waits for its second step after the former one', async () => {
    const email = await somebody();
    const app = await withApp(service, await byPassword(email, service.url));
    const waiting = await byPassword(email, service.url);
    expect(await reset(await linkTo(email))).toEqual([200, undefined]);
    const second = await waiting.request('POST', '/auth/two-factor/verify-totp', { code: app.code() });
    expect([second.status, second.body.code]).toEqual([401, 'invalid_two_factor_cookie']);
    expect(await status(waiting)).toBe(401);
  });
});
