import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

interface IssuerKey {
  kid: string;
  alg: string;
  privateKey: CryptoKey;
  jwk: JWK;
}

/** An authorization server of somebody else on this machine. It signs whatever a spec says. */
export class TokenIssuer {
  private readonly server: Server;
  private keys: IssuerKey[] = [];
  /** Holds back its answers, as a machine does that is out of reach. */
  isSilent = false;
  /** Counts how often its keys were asked for. */
  asked = 0;
  /** Tells where its keys are by RFC 8414 alone. */
  isOAuthOnly = false;

  private constructor() {
    this.server = createServer((request, response) => {
      if (this.isSilent) return;
      const answer = this.answerTo(request.url ?? '');
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    });
  }

  static async start(alg = 'ES256'): Promise<TokenIssuer> {
    const issuer = new TokenIssuer();
    await new Promise<void>((resolve) => issuer.server.listen(0, '127.0.0.1', resolve));
    await issuer.rotate(alg);
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get key(): IssuerKey {
    return this.keys[0]!;
  }

  /** Signs with another key from now on, and forgets the old one. */
  async rotate(alg = 'ES256'): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const kid = randomUUID();
    const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
    this.keys = [{ kid, alg, privateKey, jwk }];
  }

  /** Signs a token of a client, valid for five minutes. A claim or a member of the header that is `undefined` is left out. */
  async sign(claims: Record<string, unknown>, header: Record<string, unknown> = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const { kid, alg, privateKey } = this.key;
    return new SignJWT({
      iss: this.url,
      sub: 'somebody',
      client_id: 'their-client',
      iat: now,
      exp: now + 300,
      jti: randomUUID(),
      ...claims,
    })
      .setProtectedHeader(
        JSON.parse(JSON.stringify({ alg, kid, typ: 'at+jwt', ...header })) as { alg: string },
      )
      .sign(privateKey);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answerTo(path: string): object | undefined {
    if (path === '/jwks') {
      this.asked++;
      return { keys: this.keys.map(({ jwk }) => jwk) };
    }
    const isMetadata =
      path === '/.well-known/oauth-authorization-server' ||
      (path === '/.well-known/openid-configuration' && !this.isOAuthOnly);
    return isMetadata ? { issuer: this.url, jwks_uri: `${this.url}/jwks` } : undefined;
  }
}
