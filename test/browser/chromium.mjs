import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--remote-debugging-pipe',
];

/** Longer than any page takes on a machine that is busy. */
const LOAD_MS = 90_000;
const CLOSE_MS = 10_000;

/** Drives one page of Chromium by the DevTools protocol, over pipes. */
export class Chromium {
  #child;
  #folder = mkdtempSync(join(tmpdir(), 'bouncer-chromium-'));
  #waiting = new Map();
  #listeners = new Map();
  #last = 0;
  /** What the policy of a page refused. */
  violations = [];
  #session;

  static async open(command) {
    const browser = new Chromium();
    await browser.#start(command);
    return browser;
  }

  async #start(command) {
    const flags = [...FLAGS, `--user-data-dir=${this.#folder}`, 'about:blank'];
    this.#child = spawn(command, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.#child.on('error', (error) => this.#fail(error));
    this.#child.on('exit', () => this.#fail(new Error('Chromium ended')));
    let rest = '';
    this.#child.stdio[4].setEncoding('utf8').on('data', (text) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop();
      for (const message of messages) this.#take(JSON.parse(message));
    });
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    ({ sessionId: this.#session } = await this.send('Target.attachToTarget', { targetId, flatten: true }));
    await this.send('Page.enable');
    await this.send('Log.enable');
    await this.send('WebAuthn.enable');
  }

  send(method, params = {}) {
    const id = ++this.#last;
    const message = { id, method, params, ...(this.#session && { sessionId: this.#session }) };
    this.#child.stdio[3].write(`${JSON.stringify(message)}\0`);
    return new Promise((done, failed) => this.#waiting.set(id, { done, failed }));
  }

  visit(url) {
    return this.loading(() => this.send('Page.navigate', { url }));
  }

  /** Does what leads to another page, and waits until that is there. @throws Error with the text of the page it stays at */
  async loading(act) {
    let timer;
    const loaded = new Promise((done) => this.#listeners.set('Page.loadEventFired', done));
    const late = new Promise((_, failed) => {
      timer = setTimeout(() => failed(new Error('No other page came')), LOAD_MS);
    });
    try {
      await act();
      await Promise.race([loaded, late]);
    } catch (error) {
      throw new Error(`${error.message}; the page says: ${await this.text()}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  text() {
    return this.run(() => document.body.innerText);
  }

  /** Runs a function in the page, and returns what it resolves to. */
  async run(action, ...args) {
    const expression = `(${action})(...${JSON.stringify(args)})`;
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async close() {
    this.#child.removeAllListeners('exit');
    const ended = new Promise((done) => this.#child.once('exit', done));
    // It ends its other processes as well, which would write on into the folder.
    this.#child.stdio[3].write(`${JSON.stringify({ id: ++this.#last, method: 'Browser.close' })}\0`);
    const late = setTimeout(() => this.#child.kill('SIGKILL'), CLOSE_MS);
    await ended;
    clearTimeout(late);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20 });
  }

  #take({ id, result, error, method, params }) {
    this.#listeners.get(method)?.();
    if (method === 'Log.entryAdded' && params.entry.source === 'security')
      this.violations.push(params.entry.text);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.failed(new Error(error.message));
    else waiting?.done(result);
  }

  #fail(error) {
    for (const { failed } of this.#waiting.values()) failed(error);
    this.#waiting.clear();
  }
}
