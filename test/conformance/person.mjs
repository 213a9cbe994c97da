import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { callbackify } from 'node:util';
import { SMTPServer } from 'smtp-server';

const EMAIL = 'ada@example.com';
const PASSWORD = 'correct horse battery staple';

/** Takes the mails of a service. @returns {Promise<{ url: string, next: Promise<string>, close(): Promise<void> }>} */
export async function startMailbox() {
  let take;
  const next = new Promise((taken) => (take = taken));
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, _session, done) => callbackify(async () => take(await text(stream)))(done),
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `smtp://127.0.0.1:${server.server.address().port}`,
    next,
    close: () => new Promise((closed) => server.close(closed)),
  };
}

/** Somebody who uses the pages of a service without a browser. */
export class ConformancePerson {
  #url;
  #cookies = new Map();

  constructor(url) {
    this.#url = url;
  }

  /** Chooses a password by a mail, and signs in with it. */
  async signIn(key, mailbox) {
    const json = { 'x-api-key': key, 'content-type': 'application/json' };
    const body = JSON.stringify({ email: EMAIL, name: 'Ada' });
    const made = await fetch(`${this.#url}/api/users`, { method: 'POST', headers: json, body });
    if (made.status !== 201) throw new Error(await made.text());
    await this.#ask('/auth/pages/forgot-password', { email: EMAIL });
    const [, token] = /token=(?:3D)?([\w-]+)/.exec((await mailbox.next).replaceAll('=\r\n', ''));
    await this.#ask('/auth/pages/reset-password', { token, password: PASSWORD });
    await this.#ask('/auth/pages/sign-in', { email: EMAIL, password: PASSWORD });
    if (this.#cookies.size === 0) throw new Error('The person could not sign in');
  }

  /** Agrees to all that a client asks for, and returns where the client is told. */
  async agree(address) {
    const asked = await this.#ask(pathOf(address));
    const page = await this.#ask(asked.headers.get('location'));
    const members = { decision: 'allow' };
    for (const [input] of (await page.text()).matchAll(/<input[^>]*>/g)) {
      const [, name] = /name="([^"]*)"/.exec(input) ?? [];
      const [, value = ''] = /value="([^"]*)"/.exec(input) ?? [];
      members[name] = value.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    }
    const decided = await this.#ask('/auth/pages/consent', members);
    return decided.headers.get('location');
  }

  async #ask(path, form) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(this.#url + path, {
      redirect: 'manual',
      headers: { cookie, origin: this.#url },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const text of answer.headers.getSetCookie()) {
      const [pair] = text.split(';');
      this.#cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return answer;
  }
}

function pathOf(address) {
  const { pathname, search } = new URL(address);
  return pathname + search;
}
