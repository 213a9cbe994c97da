// A program that knows only OAuth, registers itself, and asks as an attacker makes it ask.
import { createHash, randomBytes } from 'node:crypto';
import { notHeld } from '../tries.mjs';
import { freshNetwork, ORIGIN } from '../identity/person.mjs';

export const CALLBACK = 'http://127.0.0.1:33333/callback';
export const RESOURCE = `${ORIGIN}/mcp`;
const FORM = 'application/x-www-form-urlencoded';

export const newVerifier = () => randomBytes(32).toString('base64url');
export const challengeOf = (verifier) => createHash('sha256').update(verifier).digest('base64url');

export class Program {
  /** @param client of the service that it asks */
  static async register(client, metadata = {}) {
    const program = new Program(client);
    const answer = await program.send('/register', {
      client_name: 'Program',
      redirect_uris: [CALLBACK],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      ...metadata,
    });
    if (answer.status !== 201) throw new Error(`not registered: ${answer.text}`);
    program.id = answer.body.client_id;
    return program;
  }

  constructor(client, id) {
    this.client = client;
    this.id = id;
  }

  /** Sends JSON, as a registration is. */
  send(path, body) {
    const headers = { host: new URL(ORIGIN).host, 'x-forwarded-for': freshNetwork() };
    return this.client.send('POST', path, { headers, body });
  }

  /** Sends a form, as the program itself. A member that is `undefined` is left out, and a list is sent as the member several times. */
  post(path, members, headers = {}) {
    const given = Object.entries({ client_id: this.id, ...members }).flatMap(([name, value]) =>
      [value ?? []].flat().map((one) => [name, one]),
    );
    return this.client.send('POST', path, {
      headers: {
        host: new URL(ORIGIN).host,
        'x-forwarded-for': freshNetwork(),
        'content-type': FORM,
        ...headers,
      },
      body: new URLSearchParams(given).toString(),
    });
  }

  token(members, headers) {
    return this.post('/auth/oauth2/token', members, headers);
  }

  exchange({ code, verifier, ...more }) {
    return this.token({
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: CALLBACK,
      ...more,
    });
  }

  refresh(token, more = {}) {
    return this.token({ grant_type: 'refresh_token', refresh_token: token, ...more });
  }

  path(parameters = {}) {
    const all = {
      response_type: 'code',
      client_id: this.id,
      redirect_uri: CALLBACK,
      code_challenge_method: 'S256',
      scope: 'documents:read',
      state: 'state',
      resource: RESOURCE,
      ...parameters,
    };
    const given = Object.entries(all).filter(([, value]) => value !== undefined);
    return `/auth/oauth2/authorize?${new URLSearchParams(given).toString()}`;
  }

  /** Lets a person agree. @returns the code, and the verifier that belongs to it */
  async code(browser, parameters = {}) {
    const verifier = newVerifier();
    const target = await this.agree(browser, { code_challenge: challengeOf(verifier), ...parameters });
    const code = new URL(target).searchParams.get('code');
    if (code === null) throw new Error(`no code: ${target}`);
    return { code, verifier };
  }

  /** @returns where the browser is sent in the end */
  async agree(browser, parameters) {
    const asked = await browser.request('GET', this.path(parameters));
    const { location } = asked.headers;
    if (location === undefined) throw new Error(`not asked: ${asked.status} ${asked.text}`);
    if (!location.startsWith('/auth/pages/consent')) return location;
    const page = await browser.request('GET', location);
    const decided = await browser.submit('/auth/pages/consent', membersOf(page));
    if (decided.status !== 303) throw new Error(`not agreed: ${decided.status} ${decided.text}`);
    return decided.headers.location;
  }

  /** The whole way to tokens. */
  async connect(browser, parameters, headers) {
    const { code, verifier } = await this.code(browser, parameters);
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK };
    const answer = await this.token(form, headers);
    if (answer.status !== 200) throw new Error(`no tokens: ${answer.text}`);
    return answer.body;
  }
}

/** What the form of a page of consent sends by its button "Allow". */
export function membersOf({ text }) {
  const members = { decision: 'allow' };
  for (const [input] of text.matchAll(/<input[^>]*>/g)) {
    const [, name] = /name="([^"]*)"/.exec(input) ?? [];
    const [, value] = /value="([^"]*)"/.exec(input) ?? [];
    if (name !== undefined) members[name] = decoded(value ?? '');
  }
  return members;
}

const decoded = (text) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

/** A try at the token endpoint that gives nothing. */
export function noTokens(answer, error) {
  if (answer.status < 400 || answer.status >= 500) notHeld(`${answer.status} ${answer.text.slice(0, 300)}`);
  if (/"(access|refresh|id)_token":/.test(answer.text))
    notHeld(`gives a token: ${answer.text.slice(0, 200)}`);
  if (error !== undefined && ![error].flat().includes(answer.body?.error))
    notHeld(`${error} was wanted: ${answer.text.slice(0, 300)}`);
}

/** A try after which the browser is not at a place of the attacker, and no code has left. */
export function notLed(answer, place) {
  const location = answer.headers.location ?? '';
  if (location.includes('code=')) notHeld(`a code leaves: ${location.slice(0, 300)}`);
  if (location !== '' && URL.canParse(location, ORIGIN)) {
    const { origin, protocol } = new URL(location, ORIGIN);
    if (origin !== ORIGIN || protocol === 'javascript:')
      if (place(location)) notHeld(`leads to ${location.slice(0, 300)}`);
  }
  if (answer.status >= 500) notHeld(`${answer.status} ${answer.text.slice(0, 300)}`);
}

export const me = (client, token, headers = {}) =>
  client.send('GET', '/api/me', {
    headers: {
      host: new URL(ORIGIN).host,
      'x-forwarded-for': freshNetwork(),
      authorization: `Bearer ${token}`,
      ...headers,
    },
  });
