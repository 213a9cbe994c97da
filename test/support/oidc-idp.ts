import { OAuth2Server } from 'oauth2-mock-server';
import type { Browser } from './browser.js';
import type { Answer } from './test-service.js';

/** A provider of OpenID Connect on this machine, which lets everybody in as the person that a spec says. */
export class OidcIdp {
  private readonly server = new OAuth2Server();
  /** What the provider says of whoever signs in next. */
  claims: Record<string, unknown> = {};
  /** The parameters that the last browser brought. */
  asked = new URLSearchParams();

  static async start(): Promise<OidcIdp> {
    const idp = new OidcIdp();
    const { issuer, service } = idp.server;
    await issuer.keys.generate('RS256');
    service.on('beforeTokenSigning', ({ payload }: { payload: Record<string, unknown> }) =>
      Object.assign(payload, { aud: 'bouncer' }, idp.claims),
    );
    await idp.open();
    return idp;
  }

  get url(): string {
    return this.server.issuer.url!;
  }

  /** Comes up again at the same address. */
  async open(port?: number): Promise<void> {
    await this.server.start(port, 'localhost');
  }

  async close(): Promise<void> {
    await this.server.stop();
  }

  /**
   * Takes a browser to the provider and back.
   * @param change what somebody between makes of the address that the browser comes back to
   */
  async signIn(
    person: Browser,
    { provider = 'oidc', callbackURL = '/', change = (_url: URL): void => {} } = {},
  ): Promise<Answer> {
    const started = await person.request('POST', '/auth/sign-in/social', { provider, callbackURL });
    if (started.status !== 200) return started;
    return this.follow(person, (started.body as { url: string }).url, change);
  }

  /** Takes a browser that was sent to the provider there and back. */
  async follow(person: Browser, url: string, change = (_url: URL): void => {}): Promise<Answer> {
    this.asked = new URL(url).searchParams;
    const answered = await fetch(url, { redirect: 'manual' });
    const back = new URL(answered.headers.get('location')!);
    change(back);
    return person.request('GET', back.pathname + back.search);
  }
}
