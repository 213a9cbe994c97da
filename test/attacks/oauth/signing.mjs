// Keys and what they sign, so that an attack can sign whatever it likes.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { createHash, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const seconds = () => Math.floor(Date.now() / 1000);

/** A member that is `undefined` is left out. */
const given = (members) => JSON.parse(JSON.stringify(members));

/** Signs what `SignJWT` would not. */
export const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A key that a program proves to have (RFC 9449). */
export class ProofKey {
  static async make(alg = 'ES256', options = {}) {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, ...options });
    return Object.assign(new ProofKey(), { alg, privateKey, jwk: await exportJWK(publicKey) });
  }

  /** @param parts of the proof that are other than they should be */
  proof(url, { method = 'GET', token, claims = {}, header = {}, key = this.privateKey } = {}) {
    return new SignJWT(given(this.claims(url, { method, token, claims })))
      .setProtectedHeader(given({ ...this.header(), ...header }))
      .sign(key);
  }

  claims(url, { method, token, claims }) {
    const ath = token && createHash('sha256').update(token).digest('base64url');
    return { jti: randomUUID(), htm: method, htu: url, iat: seconds(), ath, ...claims };
  }

  header() {
    return { typ: 'dpop+jwt', alg: this.alg, jwk: this.jwk };
  }

  secretJwk() {
    return exportJWK(this.privateKey);
  }
}

/** An authorization server of somebody else, which says its keys and signs whatever is wanted. */
export class Issuer {
  static async open() {
    const issuer = new Issuer();
    issuer.server = createServer((request, reply) => {
      const answer = {
        '/.well-known/openid-configuration': { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` },
        '/jwks': { keys: [issuer.jwk] },
      }[request.url];
      reply.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
      reply.end(JSON.stringify(answer ?? {}));
    }).listen(0, '127.0.0.1');
    await once(issuer.server, 'listening');
    issuer.url = `http://127.0.0.1:${issuer.server.address().port}`;
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    issuer.key = privateKey;
    issuer.jwk = { ...(await exportJWK(publicKey)), kid: randomUUID(), alg: 'ES256', use: 'sig' };
    return issuer;
  }

  /** An identity assertion (ID-JAG) of five minutes. */
  assertion(claims, header = {}, key = this.key) {
    return new SignJWT(given(this.claims(claims)))
      .setProtectedHeader(given({ ...this.header(), ...header }))
      .sign(key);
  }

  claims(claims) {
    const now = seconds();
    return { iss: this.url, sub: 'somebody', iat: now, exp: now + 300, jti: randomUUID(), ...claims };
  }

  header() {
    return { alg: 'ES256', kid: this.jwk.kid, typ: 'oauth-id-jag+jwt' };
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Adds a key to those that a service signs with. @returns what signs access tokens as the service does */
export async function asService(people, issuer) {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const kid = randomUUID();
  await people.site.query(
    `INSERT INTO oauth_signing_keys (id, public_key, private_key, created_at) VALUES ($1, $2, '', now() - interval '1 year')`,
    [kid, JSON.stringify(await exportJWK(publicKey))],
  );
  return (claims, header = {}) =>
    new SignJWT(given({ iss: issuer, aud: `${issuer}/mcp`, iat: seconds(), exp: seconds() + 300, ...claims }))
      .setProtectedHeader(given({ alg: 'ES256', typ: 'at+jwt', kid, ...header }))
      .sign(privateKey);
}
