import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { refusalOf } from '../../access/access-policy.js';
import type { Caller, CallerRequest } from '../../access/caller.js';
import type { Requester } from '../../access/requester.js';
import { type PresentedToken, TokenCheck } from '../../access/token-check.js';
import { knownError } from '../../errors/known-error.js';
import { FailedKeyLimiter } from '../../rate-limit/failed-key.limiter.js';
import { shareUsers } from '../../users/user-locks.js';
import { wrongScheme } from '../dpop/invalid-proof.js';
import { ProofCheck } from '../dpop/proof-check.js';
import { GrantsUsed } from '../grants/grants-used.js';
import { inactiveAccount, invalidToken } from './invalid-token.js';
import { callerOf } from './token-read.js';
import { type KnownToken, TokenRing } from './token-ring.js';
import type { VerifiedToken } from './verified-token.js';

/** Verifies tokens as keys are verified: from memory where the token is known, and by the database where it decides. */
@Injectable()
export class TokenCallers extends TokenCheck {
  constructor(
    private readonly ring: TokenRing,
    private readonly proofs: ProofCheck,
    private readonly failures: FailedKeyLimiter,
    private readonly used: GrantsUsed,
  ) {
    super();
  }

  admit(request: CallerRequest, presented: PresentedToken): Caller | Promise<Caller> {
    let known: KnownToken | Promise<KnownToken>;
    try {
      known = this.ring.find(presented.token);
    } catch (error) {
      return this.failed(request, error);
    }
    if (!(known instanceof Promise)) return this.admitted(request, presented, known);
    return known.then(
      (found) => this.admitted(request, presented, found),
      (error: unknown) => this.failed(request, error),
    );
  }

  async recheck(caller: Caller): Promise<Caller | undefined> {
    const present = await this.presentOf(caller);
    return present?.keyState.ownerActive ? present : undefined;
  }

  async present({ caller: known, scopes }: Requester, manager: EntityManager): Promise<Caller> {
    // The token's rows are read by a statement of their own: one that waits for a change still reads what was before it.
    if (manager.queryRunner?.isTransactionActive)
      await shareUsers(manager, [known.userId, ...known.owners, ...known.actors]);
    const caller = await this.presentOf(known, manager);
    if (!caller) throw invalidToken('ended_token', known);
    if (!caller.keyState.ownerActive) throw inactiveAccount(caller);
    const lacking = refusalOf({ kind: 'scopes', scopes }, caller);
    if (lacking) throw lacking;
    return caller;
  }

  private admitted(
    request: CallerRequest,
    { scheme, token }: PresentedToken,
    { verified, caller }: KnownToken,
  ): Caller | Promise<Caller> {
    const { keyThumbprint: thumbprint } = verified;
    const isBound = thumbprint !== null;
    if (isBound !== (scheme === 'DPoP')) return this.failed(request, wrongScheme(isBound, caller));
    if (!caller.keyState.ownerActive) return this.failed(request, inactiveAccount(caller));
    if (!isBound) return this.usedBy(caller);
    return this.proofs.assertProven(request, { token, thumbprint }, caller).then(
      () => this.usedBy(caller),
      (error: unknown) => this.failed(request, error),
    );
  }

  private usedBy(caller: Caller): Caller {
    if (caller.grantId !== null) this.used.note(caller.grantId);
    return caller;
  }

  private async presentOf(caller: Caller, manager?: EntityManager): Promise<Caller | undefined> {
    const token = tokenOf(caller);
    const found = await this.ring.reads.within(token, manager);
    const present = found && callerOf(token, found);
    return present && !('refused' in present) ? present : undefined;
  }

  /** Counts the failure as one of a key. @throws ServiceError `refusal`, or `rate_limited` after too many failures */
  private failed({ ip }: CallerRequest, error: unknown): Promise<never> {
    const refusal = knownError(error);
    if (!refusal || refusal.status >= 500) throw error;
    return this.failures.refuse(ip, refusal, refusal.options.subject);
  }
}

/** Returns what the token of a caller said, apart from its signature. */
function tokenOf(caller: Caller): VerifiedToken {
  const { userId, kind, organizationId, clientId, tokenIssuer, grantId, tokenIds, earlierClientIds } = caller;
  const { actors, keyState, keyExpiresAt } = caller;
  const isOfClient = grantId === null && kind === 'agent' && earlierClientIds.length === 0;
  return {
    userId: isOfClient ? null : userId,
    organizationId,
    clientId: clientId!,
    issuer: tokenIssuer,
    grantId,
    tokenIds,
    earlierClientIds,
    actors: actors.slice(actors.indexOf(userId) + 1),
    scopes: keyState.ownScopes,
    expiresAt: keyExpiresAt!,
    keyThumbprint: null,
  };
}
