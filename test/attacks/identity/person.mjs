// A person with a browser, which keeps cookies and sends the Origin of the page with each change.
import { createHmac } from 'node:crypto';

export const PASSWORD = 'correct horse battery staple';
/** Where the site is served: by a proxy that speaks TLS, in front of services on this machine. */
export const ORIGIN = 'https://people.example.com';
export const COOKIE = '__Host-bouncer_session';
const FORM = 'application/x-www-form-urlencoded';

let networks = 0;
/** An address of the client that no other has: limits of networks are not what is tried. */
export const freshNetwork = () => {
  networks++;
  return `10.${(networks >> 16) & 255}.${(networks >> 8) & 255}.${networks & 255}`;
};

export class Person {
  cookies = new Map();
  network = freshNetwork();

  /** @param client of the service that the proxy asks */
  constructor(client) {
    this.client = client;
  }

  /** What a thief of the cookies has. */
  copy(client = this.client) {
    const other = new Person(client);
    other.cookies = new Map(this.cookies);
    return other;
  }

  get cookieHeader() {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** @param headers one that is `undefined` is not sent */
  async request(method, path, body, headers = {}) {
    const isForm = body instanceof URLSearchParams;
    const all = {
      'x-forwarded-for': this.network,
      'user-agent': 'attacks/1.0',
      ...(this.cookies.size > 0 && { cookie: this.cookieHeader }),
      host: new URL(ORIGIN).host,
      ...(method !== 'GET' && { origin: ORIGIN }),
      ...(isForm && { 'content-type': FORM }),
      ...headers,
    };
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    const answer = await this.client.send(method, path, {
      headers: sent,
      body: isForm ? body.toString() : body,
    });
    for (const text of answer.headers['set-cookie'] ?? []) {
      const pair = text.split(';', 1)[0];
      const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      if (/max-age=0/i.test(text)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  submit(path, members, headers) {
    return this.request('POST', path, new URLSearchParams(members), headers);
  }

  signIn(email, password = PASSWORD, more = {}) {
    return this.request('POST', '/auth/sign-in/email', { email, password, ...more });
  }

  me() {
    return this.request('GET', '/api/me');
  }
}

/** An app with one-time codes, by the address that it is given. */
export class App {
  constructor({ totpURI, backupCodes }) {
    const text = new URL(totpURI).searchParams.get('secret');
    const bits = [...text]
      .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
      .join('');
    this.secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
    this.recoveryCodes = backupCodes;
  }

  code(steps = 0) {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
    const digest = createHmac('sha1', this.secret).update(counter).digest();
    const offset = digest.at(-1) & 15;
    return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
  }
}
