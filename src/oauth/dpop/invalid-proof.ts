import type { Caller } from '../../access/caller.js';
import { ServiceError } from '../../errors/service-error.js';

/** The algorithms of proofs (RFC 9449, section 4.3). All of them are asymmetric. */
export const DPOP_ALGORITHMS = ['ES256', 'EdDSA', 'RS256', 'PS256'] as const;

/** What may be wrong with a proof, and what its client is told. */
const PROBLEMS = {
  proof_missing: 'The token is bound to a key; send a proof of it in one header DPoP',
  proof_malformed: 'The proof is no signed JWT with a public key, or a claim is missing',
  proof_algorithm: 'The algorithm of the proof is not accepted',
  proof_signature: 'The signature of the proof is not that of its key',
  proof_method: 'The proof is for another method',
  proof_target: 'The proof is for another address',
  proof_time: 'The proof was made too long ago, or in the future',
  proof_of_other_token: 'The proof is for another token',
  proof_of_other_key: 'The token is bound to another key than that of the proof',
  proof_replayed: 'The proof was sent before; make one for each request',
} as const;

export type ProofProblem = keyof typeof PROBLEMS;

/** Makes the 401 for a proof that is not accepted (RFC 9449, section 7.1). */
export const invalidProof = (problem: ProofProblem, subject: Caller): ServiceError =>
  challenge('invalid_dpop_proof', PROBLEMS[problem], `dpop_${problem}`, subject);

/** Makes the 401 for a token that came by the wrong scheme (RFC 9449, section 7.2). */
export const wrongScheme = (isBound: boolean, subject: Caller): ServiceError =>
  isBound
    ? challenge('invalid_token', 'The token is bound to a key; use the scheme DPoP', 'dpop_bearer', subject)
    : challenge(
        'invalid_token',
        'The token is bound to no key; use the scheme Bearer',
        'dpop_unbound',
        subject,
      );

const challenge = (error: string, description: string, reason: string, subject: Caller): ServiceError =>
  new ServiceError('invalid_token', description, {
    headers: {
      'WWW-Authenticate': `DPoP error="${error}", error_description="${description}", algs="${DPOP_ALGORITHMS.join(' ')}"`,
    },
    reason,
    subject,
  });
