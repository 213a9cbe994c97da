import { Injectable } from '@nestjs/common';
import type { Caller, CallerRequest } from '../../access/caller.js';
import { ProtectedResource } from '../../access/protected-resource.js';
import { invalidProof } from './invalid-proof.js';
import { MAX_AGE_SECONDS, type ProvenRequest, SKEW_SECONDS, verifyProof } from './proof-claims.js';
import { TakenProofs } from './taken-proofs.js';

/** How long a proof is remembered: longer than it counts, because the clocks of replicas differ. */
const REMEMBERED_SECONDS = MAX_AGE_SECONDS + 12 * SKEW_SECONDS;

/** Checks that who sends a token has the key that the token is bound to (RFC 9449, section 7). */
@Injectable()
export class ProofCheck {
  constructor(
    private readonly resource: ProtectedResource,
    private readonly taken: TakenProofs,
  ) {}

  /** @throws ServiceError `invalid_token` */
  async assertProven(
    { method, url, headers: { dpop: proof } }: CallerRequest,
    { token, thumbprint }: Pick<ProvenRequest, 'token' | 'thumbprint'>,
    caller: Caller,
  ): Promise<void> {
    if (typeof proof !== 'string' || proof === '') throw invalidProof('proof_missing', caller);
    const isTarget = (htu: string) => this.isTarget(htu, url);
    const verified = await verifyProof(proof, { method, token, thumbprint, isTarget });
    if (typeof verified === 'string') throw invalidProof(verified, caller);
    const expiresAt = new Date((verified.issuedAt + REMEMBERED_SECONDS) * 1000);
    if (!(await this.taken.take(verified.id, expiresAt))) throw invalidProof('proof_replayed', caller);
  }

  /** The address is one of the service's own, with the path of the request. Queries do not count. */
  private isTarget(htu: string, url: string): boolean {
    if (!URL.canParse(htu)) return false;
    const { origin, pathname } = new URL(htu);
    const path = new URL(origin + url.split('?', 1)[0]!).pathname;
    return (
      (this.resource.isOwn(origin) && pathname === path) || origin + pathname === this.resource.url + path
    );
  }
}
