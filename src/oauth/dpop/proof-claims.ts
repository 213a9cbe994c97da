import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, decodeProtectedHeader, errors, importJWK, type JWK, jwtVerify } from 'jose';
import * as z from 'zod';
import { DPOP_ALGORITHMS, type ProofProblem } from './invalid-proof.js';

/** How old a proof may be, and how far the clock of its client may be ahead. */
export const MAX_AGE_SECONDS = 60;
export const SKEW_SECONDS = 5;

const MAX_LENGTH = 8_192;
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** The members of keys that are secret (RFC 7518, section 6). */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const text = z.string().min(1);
const claims = z.object({
  jti: text.max(512),
  htm: text,
  htu: text.max(4_096),
  iat: z.number(),
  ath: text.optional(),
});

/** What the request is that a proof has to be for. */
export interface ProvenRequest {
  method: string;
  token: string;
  /** The thumbprint of the key that the token is bound to. */
  thumbprint: string;
  /** Returns whether an address is that of the request. */
  isTarget: (htu: string) => boolean;
}

/** A proof that was verified, but for whether it was sent before. */
export interface Proof {
  /** What is taken once. */
  id: string;
  issuedAt: number;
}

/** Verifies a proof of possession (RFC 9449, section 4.3). */
export async function verifyProof(
  proof: string,
  { method, token, thumbprint, isTarget }: ProvenRequest,
  now = Date.now() / 1000,
): Promise<Proof | ProofProblem> {
  const signed = await signedBy(proof);
  if (typeof signed === 'string') return signed;
  const { jti, htm, htu, iat, ath } = signed.claims;
  if (htm !== method) return 'proof_method';
  if (!isTarget(htu)) return 'proof_target';
  if (iat > now + SKEW_SECONDS || iat < now - MAX_AGE_SECONDS - SKEW_SECONDS) return 'proof_time';
  if (ath !== createHash('sha256').update(token).digest('base64url')) return 'proof_of_other_token';
  if ((await calculateJwkThumbprint(signed.jwk)) !== thumbprint) return 'proof_of_other_key';
  return { id: JSON.stringify([thumbprint, jti]), issuedAt: iat };
}

async function signedBy(proof: string): Promise<{ jwk: JWK; claims: z.infer<typeof claims> } | ProofProblem> {
  if (proof.length > MAX_LENGTH || !COMPACT.test(proof)) return 'proof_malformed';
  try {
    const { alg, jwk } = decodeProtectedHeader(proof);
    if (!DPOP_ALGORITHMS.some((known) => known === alg)) return 'proof_algorithm';
    if (!isPublic(jwk)) return 'proof_malformed';
    const key = await importJWK(jwk, alg);
    const { payload } = await jwtVerify(proof, key, { typ: 'dpop+jwt', algorithms: [...DPOP_ALGORITHMS] });
    const parsed = claims.safeParse(payload);
    return parsed.success ? { jwk, claims: parsed.data } : 'proof_malformed';
  } catch (error) {
    return error instanceof errors.JWSSignatureVerificationFailed ? 'proof_signature' : 'proof_malformed';
  }
}

const isPublic = (jwk: unknown): jwk is JWK =>
  typeof jwk === 'object' && jwk !== null && !SECRET_MEMBERS.some((member) => Object.hasOwn(jwk, member));
