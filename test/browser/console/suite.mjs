import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { generateApiKey } from '../../../dist/api-keys/key-format.js';
import { startServiceProcess } from '../../support/service-process.mjs';
import { Mailbox } from './mailbox.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const EMAIL = 'admin@localhost';
const PASSWORD = 'correct horse battery staple';
/** What a browser says on its own of an answer that the console is made for, and of a request that a case or a killed replica cuts off. */
const REFUSAL =
  /the server responded with a status of (4\d\d|50[234])|net::ERR_(FAILED|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|CONNECTION_\w+)/;
/** A machine that is busy with other suites may take this long for what takes less than a second. */
const MOST_MS = 90_000;
const LOOKS = 30;

const serveAlone = (key, settings) => startServiceProcess('dist/server/main.js', key, settings);

/** A running service, a browser, and what all cases of the console need. Nothing between them is mocked. */
export class ConsoleSuite {
  /** What browsers complained of: errors of scripts, and what the policy refused. */
  troubles = [];
  #browser;
  #mailbox;
  #service;
  #admin;
  #executablePath;

  /** @param serve starts the service in place of one process, and says how it is reached and stopped */
  static async start(executablePath, settings = {}, serve = serveAlone) {
    const suite = new ConsoleSuite();
    suite.#executablePath = executablePath;
    suite.#admin = generateApiKey('mcp');
    suite.#mailbox = await Mailbox.open();
    suite.#service = await serve(suite.#admin, {
      SMTP_URL: suite.#mailbox.url,
      // One person uses the screens faster than a person can.
      RATE_LIMIT_PAID: '100000',
      RATE_LIMIT_FREE: '100000',
      RATE_LIMIT_DEVELOPMENT: '100000',
      CONSOLE_LINKS: 'Handbook=https://wiki.example.com/bouncer, Status=/health',
      ...settings,
    });
    // The cookies and passkeys of people belong to a name.
    suite.url = suite.#service.url.replace('127.0.0.1', 'localhost');
    suite.#browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
    await suite.#choosePassword();
    return suite;
  }

  /** Starts another service, with settings of its own. What browsers complain of there is kept here, too. */
  async beside(settings, serve) {
    const other = await ConsoleSuite.start(this.#executablePath, settings, serve);
    other.troubles = this.troubles;
    return other;
  }

  /** The mails that the service has sent, as they came. */
  get mails() {
    return this.#mailbox.mails;
  }

  /** Waits for the first mail to an address. */
  async mailTo(email) {
    const deadline = Date.now() + MOST_MS;
    while (Date.now() < deadline) {
      const mail = this.mails.find((one) => one.includes(`To: ${email}`));
      if (mail) return mail;
      await new Promise((look) => setTimeout(look, 50));
    }
    throw new Error(`No mail came to ${email}`);
  }

  /** Opens a page of a browser of its own, which has no cookies and nothing in its cache. */
  async open({ width = 1280, height = 800, ...context } = {}) {
    const browser = await this.#browser.newContext({
      baseURL: this.url,
      viewport: { width, height },
      locale: 'en-GB',
      permissions: ['clipboard-read', 'clipboard-write'],
      ...context,
    });
    browser.setDefaultTimeout(MOST_MS);
    const page = await browser.newPage();
    page.on('pageerror', ({ message }) => this.troubles.push(message));
    page.on('console', (line) => {
      if (line.type() === 'error' && !REFUSAL.test(line.text())) this.troubles.push(line.text());
    });
    page.on('response', (answer) => {
      if (answer.status() >= 400 && !/\/(api|auth)\//.test(answer.url()))
        this.troubles.push(`${answer.status()} ${answer.url()}`);
    });
    await page.addInitScript(() => {
      globalThis.layoutShift = 0;
      globalThis.movedParts = [];
      new PerformanceObserver((list) => {
        for (const { hadRecentInput, value, sources } of list.getEntries()) {
          if (hadRecentInput) continue;
          globalThis.layoutShift += value;
          globalThis.movedParts.push(...sources.map(({ node }) => node?.textContent ?? 'something'));
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    return page;
  }

  /** Opens an address of the console as a person who is not signed in, signs in, and arrives there. */
  async signIn(path = '/console', { email = EMAIL, ...options } = {}) {
    const page = await this.open(options);
    await page.goto(path);
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/console'));
    await page.locator('main').waitFor();
    return page;
  }

  /** Has a person choose the password that all of them have, by the link in a mail. */
  async choosePasswordOf(email) {
    await this.request('POST', '/auth/request-password-reset', { email });
    const mail = await this.mailTo(email);
    const [, token] = /token=(?:3D)?([\w-]+)/.exec(mail.replaceAll('=\r\n', ''));
    const { status } = await this.request('POST', '/auth/reset-password', { token, newPassword: PASSWORD });
    expectEqual(status, 200);
  }

  /** Calls REST or MCP as a program does, by default with the key of the administrator. */
  async request(method, path, body, key = this.#admin) {
    const answer = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** Calls a tool over MCP. @returns the status of the answer */
  async call(key, name, args = {}) {
    const params = { name, arguments: args };
    return (await this.request('POST', '/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/call', params }, key))
      .status;
  }

  /** @throws Error with what a screen reader or weak eyes would stumble over, in the light or the dark theme */
  async expectAccessible(page) {
    await page.evaluate(AXE);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      if (found.length > 0) throw new Error(`In the ${colorScheme} theme: ${found.join('; ')}`);
    }
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
  }

  /** Reads a page anew until something is there: rows of the audit, and uses of keys, are written in batches. */
  reloadUntil(page, locator) {
    return this.repeatUntil(locator, () => page.reload());
  }

  /** Does something again and again until something is there, and waits a little longer each time. */
  async repeatUntil(locator, act) {
    const isThere = (timeout) =>
      locator
        .first()
        .waitFor({ timeout })
        .then(
          () => true,
          () => false,
        );
    for (let looks = 1; looks <= LOOKS && !(await isThere(looks * 200)); looks++) await act();
    await locator.first().waitFor();
  }

  movedParts(page) {
    return page.evaluate(() => globalThis.movedParts);
  }

  async textOf(download) {
    return readFileSync(await download.path(), 'utf8');
  }

  async stop() {
    await this.#browser.close();
    await this.#service.stop();
    await this.#mailbox.close();
  }

  async #choosePassword() {
    const env = { ...process.env, PUBLIC_URL: this.url, ...this.#service.env };
    // The database may be reached through this process, which must not wait meanwhile.
    const { stdout } = await promisify(execFile)(
      'node',
      ['dist/cli/bouncer.js', 'users', 'link', EMAIL, '--json'],
      { cwd: ROOT, env },
    );
    const page = await this.open();
    await page.goto(JSON.parse(stdout).url);
    await page.locator('input[type=password]').fill(PASSWORD);
    await page.locator('form button').click();
    await page.waitForURL('**/sign-in?done=password*');
    await page.context().close();
  }
}

/** @throws Error where a figure is larger than it may be */
export function expectAtMost(what, figure, most) {
  if (figure > most) throw new Error(`${what}: ${figure}, and at most ${most} are allowed`);
}

export function expectEqual(found, wanted) {
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    throw new Error(`${JSON.stringify(found)} in place of ${JSON.stringify(wanted)}`);
}
