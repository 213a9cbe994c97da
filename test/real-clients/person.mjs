// A person in a browser: signs in on the pages of the service, allows what a program asks for, and follows where that leads.
import { appendFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const FORM = 'application/x-www-form-urlencoded';
const PASSWORD = 'correct horse battery staple';
/** What the person leaves to a program that asks for more. */
const ALLOWED = ['documents:read', 'documents:write', 'read', 'write', 'offline_access', 'openid'];

export class Person {
  #cookies = new Map();

  constructor(email) {
    this.email = email;
  }

  /** Chooses a password on the page of a one-time link. */
  async choosePassword(link) {
    const { origin, pathname, searchParams } = new URL(link);
    const answer = await this.#submit(new URL(pathname, origin), {
      secret: searchParams.get('secret'),
      password: PASSWORD,
    });
    if (answer.status !== 303) throw new Error(`${pathname}: ${answer.status} ${await answer.text()}`);
  }

  /**
   * Goes from the address that a program opens to the program's own.
   *
   * @returns {Promise<URL>} the program's address, with its answer
   */
  async allow(asked) {
    let next = new URL(asked);
    const { origin } = next;
    // Sign-in, consent, and the pages between.
    for (let steps = 0; steps < 12 && next.origin === origin; steps++) next = await this.#goOn(next);
    return next;
  }

  async #goOn(url) {
    const shown = await this.#request(url);
    const location = shown.headers.get('location');
    if (location !== null) return new URL(location, url);
    const [, onward] = /^0; url=(.*)$/.exec(shown.headers.get('refresh') ?? '') ?? [];
    if (onward !== undefined) return new URL(onward, url);
    const page = await shown.text();
    if (!page.includes('<form')) throw new Error(`${url.pathname}: ${shown.status} ${page}`);
    const given = { email: this.email, password: PASSWORD, decision: 'allow' };
    const decided = await this.#submit(new URL(url.pathname, url), { ...membersIn(page), ...given });
    const target = decided.headers.get('location');
    if (target === null) throw new Error(`${url.pathname}: ${decided.status} ${await decided.text()}`);
    return new URL(target, url);
  }

  #submit(url, members) {
    const headers = { 'content-type': FORM, origin: url.origin };
    return this.#request(url, { method: 'POST', headers, body: new URLSearchParams(members) });
  }

  async #request(url, { headers, ...more } = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', ...more, headers: { ...headers, cookie } });
    for (const text of answer.headers.getSetCookie()) {
      const [pair] = text.split(';', 1);
      this.#cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return answer;
  }
}

/** What a form of a page sends. */
function membersIn(page) {
  const members = {};
  for (const [input] of page.matchAll(/<input[^>]*>/g)) {
    const [, name] = /name="([^"]*)"/.exec(input) ?? [];
    const [, value] = /value="([^"]*)"/.exec(input) ?? [];
    if (name !== undefined && !isTakenAway(name)) members[name] = decoded(value ?? '');
  }
  return members;
}

const isTakenAway = (name) => name.startsWith('scope:') && !ALLOWED.includes(name.slice('scope:'.length));

const decoded = (text) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

// A program that opens a browser starts this: `node person.mjs <address>`.
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , asked] = process.argv;
  const { PERSON_EMAIL, PERSON_OPENED } = process.env;
  appendFileSync(PERSON_OPENED, `${asked}\n`);
  await fetch(await new Person(PERSON_EMAIL).allow(asked));
}
