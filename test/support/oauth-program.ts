import { createHash, randomBytes } from 'node:crypto';
import type { Browser } from './browser.js';
import type { Answer } from './test-service.js';

export const CALLBACK = 'http://127.0.0.1:33333/callback';

export interface Tokens {
  access_token: string;
  refresh_token?: string;
  token_type: string;
  expires_in: number;
  scope: string;
}

interface Registration {
  client_id: string;
  client_secret?: string;
}

const FORM = 'application/x-www-form-urlencoded';

const verifierOf = (): string => randomBytes(32).toString('base64url');

export const challengeOf = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url');

/** A program that knows only OAuth, and asks by hand, so that a spec can ask wrongly. */
export class OAuthProgram {
  private constructor(
    readonly url: string,
    readonly clientId: string,
    readonly secret: string | undefined,
  ) {}

  /** Registers a public client (RFC 7591). */
  static async register(url: string, metadata: Record<string, unknown> = {}): Promise<OAuthProgram> {
    const response = await fetch(`${url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'Spec program',
        redirect_uris: [CALLBACK],
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        ...metadata,
      }),
    });
    const text = await response.text();
    assertStatus({ status: response.status, text }, 201);
    const { client_id: id, client_secret: secret } = JSON.parse(text) as Registration;
    return new OAuthProgram(url, id, secret);
  }

  static known(url: string, clientId: string, secret?: string): OAuthProgram {
    return new OAuthProgram(url, clientId, secret);
  }

  /** Returns the path of an authorization request. A parameter that is `undefined` is left out. */
  authorizePath(parameters: Record<string, string | undefined> = {}): string {
    const all: Record<string, string | undefined> = {
      response_type: 'code',
      client_id: this.clientId,
      redirect_uri: CALLBACK,
      code_challenge_method: 'S256',
      state: 'the-state',
      resource: `${this.url}/mcp`,
      ...parameters,
    };
    const given = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
    return `/auth/oauth2/authorize?${new URLSearchParams(given).toString()}`;
  }

  /** Lets a person agree on the page, and returns where the browser is sent to. */
  async consent(
    person: Browser,
    parameters: Record<string, string | undefined>,
    choose: (members: Record<string, string>) => void = () => undefined,
  ): Promise<URL> {
    const asked = await person.request('GET', this.authorizePath(parameters));
    assertStatus(asked, 302);
    const page = asked.headers.get('location')!;
    if (!page.startsWith('/auth/pages/consent')) return new URL(page, this.url);
    const shown = await person.request('GET', page);
    assertStatus(shown, 200);
    const members = membersOf(shown);
    choose(members);
    const decided = await person.submit('/auth/pages/consent', members);
    assertStatus(decided, 303);
    return new URL(decided.headers.get('location')!, this.url);
  }

  /** Goes the whole way to tokens, with the person's consent. */
  async connect(
    person: Browser,
    scope: string | undefined = 'documents:read',
    choose?: (members: Record<string, string>) => void,
  ): Promise<Tokens> {
    const verifier = verifierOf();
    const target = await this.consent(person, { scope, code_challenge: challengeOf(verifier) }, choose);
    const code = target.searchParams.get('code');
    if (code === null) throw new Error(`No code came to ${target.href}`);
    const answer = await this.token({
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: CALLBACK,
    });
    assertStatus(answer, 200);
    return answer.body as Tokens;
  }

  refresh(refreshToken: string, more: Record<string, string> = {}): Promise<Answer> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...more });
  }

  token(members: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    return this.post('/auth/oauth2/token', members, headers);
  }

  /** Sends a form as the client. A secret goes with it where the client has one. */
  async post(
    path: string,
    members: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const body = new URLSearchParams({
      client_id: this.clientId,
      ...(this.secret !== undefined && { client_secret: this.secret }),
      ...members,
    });
    const response = await fetch(this.url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': FORM, ...headers },
      body,
    });
    const text = await response.text();
    let parsed: any;
    try {
      parsed = JSON.parse(text);
    } catch {
      parsed = undefined;
    }
    return { status: response.status, headers: response.headers, text, body: parsed };
  }
}

/** Returns what the form of a page of consent sends when its button "Allow" is pressed. */
export function membersOf({ text }: Pick<Answer, 'text'>): Record<string, string> {
  const members: Record<string, string> = { decision: 'allow' };
  for (const [input] of text.matchAll(/<input[^>]*>/g)) {
    const [, name] = /name="([^"]*)"/.exec(input) ?? [];
    const [, value] = /value="([^"]*)"/.exec(input) ?? [];
    if (name !== undefined) members[name] = decoded(value ?? '');
  }
  return members;
}

const decoded = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

function assertStatus({ status, text }: Pick<Answer, 'status' | 'text'>, expected: number): void {
  expect([status, text]).toEqual([expected, expect.any(String)]);
}
