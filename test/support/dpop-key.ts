import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

export interface ProofParts {
  method?: string;
  url: string;
  /** The token that the proof is sent with. */
  token?: string;
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  /** Another key that signs. */
  signer?: CryptoKey;
}

/** A key that a program proves to have (RFC 9449), by hand, so that a spec can prove wrongly. */
export class DpopKey {
  private constructor(
    readonly alg: string,
    readonly privateKey: CryptoKey,
    readonly jwk: JWK,
  ) {}

  static async generate(alg = 'ES256'): Promise<DpopKey> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    return new DpopKey(alg, privateKey, await exportJWK(publicKey));
  }

  thumbprint(): Promise<string> {
    return calculateJwkThumbprint(this.jwk);
  }

  proof({
    method = 'GET',
    url,
    token,
    claims,
    header,
    signer = this.privateKey,
  }: ProofParts): Promise<string> {
    return new SignJWT({
      jti: randomUUID(),
      htm: method,
      htu: url,
      iat: Math.floor(Date.now() / 1000),
      ...(token !== undefined && { ath: createHash('sha256').update(token).digest('base64url') }),
      ...claims,
    })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: this.alg, jwk: this.jwk, ...header })
      .sign(signer);
  }
}
