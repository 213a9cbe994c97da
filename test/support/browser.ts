import type { Answer } from './test-service.js';

const FORM = 'application/x-www-form-urlencoded';

/** Keeps cookies as a browser does, and sends the `Origin` of the page with each change. */
export class Browser {
  readonly cookies = new Map<string, string>();

  constructor(
    readonly url: string,
    /** The page that sends the requests. */
    public origin: string | undefined = url,
  ) {}

  /** Returns what a thief of the cookies would have. */
  copy(url = this.url): Browser {
    const other = new Browser(url, url);
    for (const [name, value] of this.cookies) other.cookies.set(name, value);
    return other;
  }

  async request<T = any>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const isForm = body instanceof URLSearchParams;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(cookie !== '' && { cookie }),
        ...(method !== 'GET' && this.origin !== undefined && { origin: this.origin }),
        ...(body !== undefined && { 'content-type': isForm ? FORM : 'application/json' }),
        'user-agent': 'spec/1.0',
        ...headers,
      },
      ...(body !== undefined && { body: isForm ? body.toString() : JSON.stringify(body) }),
    });
    for (const text of response.headers.getSetCookie()) {
      const [pair = ''] = text.split(';', 1);
      const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      if (/max-age=0/i.test(text)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await response.text();
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      parsed = undefined;
    }
    return { status: response.status, headers: response.headers, text, body: parsed as T };
  }

  /** Sends a form, as a page without script does. */
  submit(path: string, members: Record<string, string>): Promise<Answer> {
    return this.request('POST', path, new URLSearchParams(members));
  }

  signIn(email: string, password: string): Promise<Answer> {
    return this.request('POST', '/auth/sign-in/email', { email, password });
  }
}
