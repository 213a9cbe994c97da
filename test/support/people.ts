import { codeOf } from '../../src/identity/second-factor/totp-steps.js';
import { Browser } from './browser.js';
import type { Mailbox } from './mailbox.js';
import { SoftwarePasskey } from './software-passkey.js';
import type { Answer, TestService, TestUser } from './test-service.js';

export const PASSWORD = 'correct horse battery staple';

/** Makes an account with a password, by the mail that a person asks for. */
export async function person(
  service: TestService,
  mailbox: Mailbox,
  email: string,
  role: 'member' | 'admin' = 'member',
): Promise<TestUser> {
  const user = await service.createUser({ email, name: email.split('@')[0]!, role });
  const browser = new Browser(service.url);
  await browser.request('POST', '/auth/request-password-reset', { email });
  const [mail] = await mailbox.waitFor(email);
  const [, token] = /token=([\w-]+)/.exec(mail!.text)!;
  const chosen = await browser.request('POST', '/auth/reset-password', { token, newPassword: PASSWORD });
  expect([chosen.status, chosen.text]).toEqual([200, expect.any(String)]);
  return user;
}

/** Signs in with the password, as far as that reaches. */
export async function byPassword(email: string, url: string): Promise<Browser> {
  const browser = new Browser(url);
  const answer = await browser.signIn(email, PASSWORD);
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  return browser;
}

/** Shows the codes of an app. */
export class App {
  constructor(
    private readonly secret: string,
    readonly recoveryCodes: string[],
  ) {}

  static of({ totpURI, backupCodes }: { totpURI: string; backupCodes: string[] }): App {
    return new App(fromBase32(new URL(totpURI).searchParams.get('secret')!), backupCodes);
  }

  /** The code of now, or of some steps from now. */
  code(steps = 0): string {
    return codeOf(this.secret, Math.floor(Date.now() / 30_000) + steps);
  }
}

/** Adds an app, and leaves no step of it taken, so that a spec does not wait for the next code. */
export async function withApp(service: TestService, browser: Browser): Promise<App> {
  const begun = await browser.request('POST', '/auth/two-factor/enable', { password: PASSWORD });
  expect([begun.status, begun.text]).toEqual([200, expect.any(String)]);
  const app = App.of(begun.body as never);
  const added = await browser.request('POST', '/auth/two-factor/verify-totp', { code: app.code() });
  expect([added.status, added.text]).toEqual([200, expect.any(String)]);
  await service.query('UPDATE two_factors SET last_step = NULL');
  return app;
}

interface Variation {
  origin?: string;
  verifiesUser?: boolean;
}

const pageOf = (browser: Browser): string => browser.url.replace('127.0.0.1', 'localhost');

export async function addPasskey(
  browser: Browser,
  passkey: SoftwarePasskey,
  { origin, verifiesUser = true }: Variation = {},
): Promise<Answer> {
  const options = await browser.request('GET', '/auth/passkey/generate-register-options');
  if (options.status !== 200) return options;
  const { challenge, rp } = options.body as { challenge: string; rp: { id: string } };
  const page = origin ?? pageOf(browser);
  const response = passkey.register({ challenge, rpId: rp.id, origin: page, verifiesUser });
  return browser.request('POST', '/auth/passkey/verify-registration', { response, name: 'Laptop' });
}

export async function byPasskey(
  browser: Browser,
  passkey: SoftwarePasskey,
  { origin, verifiesUser = true }: Variation = {},
): Promise<Answer> {
  const options = await browser.request('GET', '/auth/passkey/generate-authenticate-options');
  const { challenge, rpId } = options.body as { challenge: string; rpId: string };
  const response = passkey.authenticate({
    challenge,
    rpId,
    origin: origin ?? pageOf(browser),
    verifiesUser,
  });
  return browser.request('POST', '/auth/passkey/verify-authentication', { response });
}

function fromBase32(text: string): string {
  const bits = [...text]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2))).toString();
}
