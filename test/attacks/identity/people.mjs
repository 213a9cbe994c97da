// A site whose people sign in: two services on one PostgreSQL, and the mails that they send.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Client } from '../client.mjs';
import { Site } from '../site.mjs';
import { notHeld } from '../tries.mjs';
import { MailSink, secretIn } from './mail-sink.mjs';
import { App, ORIGIN, PASSWORD, Person } from './person.mjs';

/** What anybody may do, by the tables. */
const POWER = `
  SELECT jsonb_build_object(
    'users', (SELECT jsonb_agg(jsonb_build_array(id, email, name, role, tier, is_active, email_verified, image,
      two_factor_enabled) ORDER BY id) FROM users),
    'accounts', (SELECT jsonb_agg(jsonb_build_array(user_id, provider_id, account_id, password) ORDER BY id) FROM accounts),
    'factors', (SELECT jsonb_agg(jsonb_build_array(user_id, verified) ORDER BY id) FROM two_factors),
    'passkeys', (SELECT jsonb_agg(id ORDER BY id) FROM passkeys),
    'keys', (SELECT jsonb_agg(to_jsonb(k) - ARRAY['last_used_at', 'used_from'] ORDER BY id) FROM api_keys k),
    'invitations', (SELECT jsonb_agg(jsonb_build_array(id, email, role) ORDER BY id) FROM invitations),
    'documents', (SELECT count(*) FROM documents),
    'links', (SELECT jsonb_agg(user_id ORDER BY user_id) FROM password_links)) AS power`;

/** Whom a proxy would let through. That a host is served must not mean that links are made for it. */
const HOSTS = 'people.example.com,evil.example.com,127.0.0.1,localhost';

let people = 0;

export class People {
  /** Runs `work` with people of its own. @param env of both services */
  static async with(env, work) {
    const mails = await MailSink.open();
    try {
      return await Site.with(async (site) => {
        const all = {
          SMTP_URL: mails.url,
          TRUST_PROXY: '127.0.0.1',
          PUBLIC_URL: ORIGIN,
          ALLOWED_HOSTS: HOSTS,
          API_KEY_MAX_PER_USER: '1000',
          ...env,
        };
        const services = [await behindProxy(site, all), await behindProxy(site, all)];
        return work(new People(site, services, mails));
      });
    } finally {
      await mails.close();
    }
  }

  constructor(site, services, mails) {
    this.site = site;
    this.services = services;
    this.mails = mails;
    [this.client, this.other] = services.map(({ client }) => client);
  }

  browser(client = this.client) {
    return new Person(client);
  }

  /** A user as an administrator makes one. */
  async user({ role = 'member', email = `person${++people}@example.com` } = {}) {
    const body = { email, name: email.split('@')[0], role };
    const made = await this.client.send('POST', '/api/users', { key: this.site.adminKey, body });
    if (made.status !== 201) throw new Error(`no user: ${made.text}`);
    return { id: made.body.id, email };
  }

  /** A user who has chosen a password. */
  async person(given) {
    const user = await this.user(given);
    const browser = this.browser();
    const asked = await browser.request('POST', '/auth/request-password-reset', { email: user.email });
    if (asked.status !== 200) throw new Error(`no mail: ${asked.text}`);
    const token = secretIn(await this.mails.text(user.email));
    const chosen = await browser.request('POST', '/auth/reset-password', { token, newPassword: PASSWORD });
    if (chosen.status !== 200) throw new Error(`no password: ${chosen.text}`);
    return user;
  }

  /** A user who has signed in. */
  async signedIn(given) {
    const user = await this.person(given);
    return { ...user, browser: await this.enter(user.email) };
  }

  async enter(email, client = this.client) {
    const browser = this.browser(client);
    const answer = await browser.signIn(email);
    if (answer.status !== 200) throw new Error(`no session: ${answer.text}`);
    return browser;
  }

  /** Adds an app with one-time codes, none of which is taken. */
  async withApp({ id, browser }) {
    const begun = await browser.request('POST', '/auth/two-factor/enable', { password: PASSWORD });
    const app = new App(begun.body);
    const added = await browser.request('POST', '/auth/two-factor/verify-totp', { code: app.code() });
    if (added.status !== 200) throw new Error(`no app: ${added.text}`);
    await this.site.query('UPDATE two_factors SET last_step = NULL WHERE user_id = $1', [id]);
    return app;
  }

  async invite(more = {}) {
    const email = `person${++people}@example.com`;
    const body = { email, name: 'Invited', role: 'member', ...more };
    const made = await this.client.send('POST', '/api/invitations', { key: this.site.adminKey, body });
    if (made.status !== 201) throw new Error(`no invitation: ${made.text}`);
    return { id: made.body.id, email, secret: secretIn(await this.mails.text(email)) };
  }

  async power() {
    return JSON.stringify((await this.site.query(POWER))[0].power);
  }

  /** Runs an attempt after which everybody has the power from before. */
  async unchanged(attempt) {
    const before = await this.power();
    const answer = await attempt();
    const after = await this.power();
    if (after !== before) notHeld(`changed something: ${difference(before, after)} (${answer?.status})`);
    return answer;
  }
}

/** A service that says of itself where the proxy is, and is asked on this machine. */
async function behindProxy(site, env) {
  const port = await freePort();
  const service = await site.start({ ...env, PORT: String(port) });
  service.url = `http://127.0.0.1:${port}`;
  return Object.assign(service, { client: new Client(service.url) });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

function difference(before, after) {
  let at = 0;
  while (before[at] === after[at]) at++;
  return `${before.slice(at, at + 120)} became ${after.slice(at, at + 120)}`;
}

/** A try that is refused by a 4xx. */
export function refused(answer, code) {
  if (answer.status < 400 || answer.status >= 500) notHeld(`${answer.status} ${answer.text.slice(0, 300)}`);
  if (code !== undefined && answer.body?.code !== code)
    notHeld(`${code} was wanted: ${answer.text.slice(0, 300)}`);
}
