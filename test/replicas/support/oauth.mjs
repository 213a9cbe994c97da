// A program that comes in by OAuth, with a person who has agreed to it.
import { createHash, randomBytes } from 'node:crypto';

const CALLBACK = 'http://127.0.0.1:33333/callback';
const FORM = 'application/x-www-form-urlencoded';

/** The address of all replicas together. Nobody listens there: what is asked is asked of a replica. */
export const PUBLIC_URL = 'http://localhost:39999';

export class Program {
  /** Registers at one replica. @param metadata of the client that is other than usual */
  static async register({ url }, metadata = {}) {
    const answer = await fetch(`${url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'Load',
        redirect_uris: [CALLBACK],
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        ...metadata,
      }),
    });
    const { client_id: id, client_secret: secret } = await expectStatus(201, answer);
    return Object.assign(new Program(), { id, secret });
  }

  /** Has a person agree at one replica, and exchanges the code at another. @returns the tokens */
  async connect(asked, exchanged, cookie, scope = 'read') {
    const verifier = randomBytes(32).toString('base64url');
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: this.id,
      redirect_uri: CALLBACK,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      scope,
      state: 'state',
    });
    const first = await get(asked, `/auth/oauth2/authorize?${query}`, cookie);
    const target = first.startsWith('/') ? await this.agree(asked, first, cookie) : first;
    const code = new URL(target).searchParams.get('code');
    if (code === null) throw new Error(`No code came to ${target}`);
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK };
    return expectStatus(200, await this.post(exchanged, '/auth/oauth2/token', form));
  }

  async agree({ url }, page, cookie) {
    const query = page.split('?')[1];
    const scopes = new URLSearchParams(query).get('scope').split(' ');
    const members = {
      query,
      decision: 'allow',
      ...Object.fromEntries(scopes.map((scope) => [`scope:${scope}`, 'on'])),
    };
    const answer = await fetch(`${url}/auth/pages/consent`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: PUBLIC_URL, cookie, 'content-type': FORM },
      body: new URLSearchParams(members),
    });
    if (answer.status !== 303)
      throw new Error(`The consent was answered ${answer.status} ${await answer.text()}`);
    return answer.headers.get('location');
  }

  refresh(replica, token) {
    return this.post(replica, '/auth/oauth2/token', { grant_type: 'refresh_token', refresh_token: token });
  }

  /** Asks at the token endpoint of a replica. @returns what it answers @throws Error where it gives nothing */
  async tokens(replica, members, headers) {
    return expectStatus(200, await this.post(replica, '/auth/oauth2/token', members, headers));
  }

  post({ url }, path, members, headers = {}) {
    const all = { client_id: this.id, ...(this.secret && { client_secret: this.secret }), ...members };
    const body = new URLSearchParams(all);
    return fetch(url + path, { method: 'POST', headers: { 'content-type': FORM, ...headers }, body });
  }
}

async function get({ url }, path, cookie) {
  const answer = await fetch(url + path, { redirect: 'manual', headers: { cookie } });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return location;
}

async function expectStatus(status, answer) {
  if (answer.status !== status) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
