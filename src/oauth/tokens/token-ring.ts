import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { decodeJwt } from 'jose';
import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import type { Caller } from '../../access/caller.js';
import { Coherence } from '../../coherence/coherence.js';
import { within } from '../../common/timeouts.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import type { KeySubject } from '../../errors/service-error.js';
import { UserAccounts } from '../../users/user-accounts.js';
import { undecidedState } from '../clients/client-decisions.js';
import { invalidToken } from './invalid-token.js';
import { TokenIssuers } from './token-issuers.js';
import { callerOf, TokenRead } from './token-read.js';
import type { VerifiedToken } from './verified-token.js';

/** The number of tokens that are cached, at about 1 KB each. */
const MAX_TOKENS = 20_000;
const READ_MS = 5_000;
/** No token that this service accepts is longer. */
const MAX_LENGTH = 16_384;

/** Holds a token that was verified and whose caller was read. */
export interface KnownToken {
  verified: VerifiedToken;
  caller: Caller;
  /** When it was read, by the monotonic clock. */
  readAt: number;
}

/**
 * Caches tokens by their SHA-256, as the key ring caches keys: a signature is verified once, and the caller is read again after
 * anything has changed that it depends on.
 */
@Injectable()
export class TokenRing {
  private readonly known = new LRUCache<string, KnownToken>({ max: MAX_TOKENS });
  private readonly trustsAge: boolean;
  readonly reads: TokenRead;
  /** Counts changes, so that a caller that was read before a change is not cached after it. */
  private changes = 0;

  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() dataSource: DataSource,
    private readonly issuers: TokenIssuers,
    private readonly coherence: Coherence,
    users: UserAccounts,
  ) {
    this.reads = new TokenRead(dataSource, undecidedState(settings.oauth.registration));
    this.trustsAge = coherence.mode === 'single';
    users.onChange((id) =>
      this.forget(
        ({ userId, owners, actors, organizationId }) =>
          userId === id || organizationId === id || owners.includes(id) || actors.includes(id),
      ),
    );
    coherence.onCallersChanged((isConcerned) => this.forget(isConcerned));
  }

  /** @throws ServiceError `invalid_token`, `issuer_unavailable`, `lease_expired` */
  find(token: string): KnownToken | Promise<KnownToken> {
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.known.get(digest);
    this.coherence.assertLive();
    if (!known) return this.load(digest, token);
    if (known.caller.keyExpiresAt!.getTime() <= Date.now()) {
      this.known.delete(digest);
      throw invalidToken('jwt_expired', known.caller);
    }
    return this.isFresh(known) ? known : this.read(digest, known.verified);
  }

  private isFresh({ readAt }: KnownToken): boolean {
    return !this.trustsAge || performance.now() - readAt < this.settings.apiKeys.maxAgeMs;
  }

  private forget(isConcerned: (caller: Caller) => boolean): void {
    this.changes++;
    for (const [digest, { caller }] of this.known.entries())
      if (isConcerned(caller)) this.known.delete(digest);
  }

  private async load(digest: string, token: string): Promise<KnownToken> {
    const verifier = this.issuers.of(issuerOf(token));
    if (!verifier) throw invalidToken('unknown_issuer');
    return this.read(digest, await verifier.verify(token));
  }

  private async read(digest: string, verified: VerifiedToken): Promise<KnownToken> {
    for (;;) {
      const { changes } = this;
      const readAt = performance.now();
      const found = await within(READ_MS, this.reads.of(verified));
      if (changes !== this.changes) continue;
      this.coherence.assertLive();
      const caller = found ? callerOf(verified, found) : { refused: 'ended_token' };
      if ('refused' in caller) {
        this.known.delete(digest);
        throw invalidToken(caller.refused, subjectOf(verified));
      }
      const known = { verified, caller, readAt };
      this.known.set(digest, known);
      return known;
    }
  }
}

/** Returns whom the audit row of a refused token is about. The signature was good, so the token says it. */
const subjectOf = ({ userId, organizationId, clientId, actors }: VerifiedToken): KeySubject | undefined =>
  userId === null
    ? undefined
    : {
        userId,
        keyId: null,
        keyStart: null,
        via: 'token',
        organizationId,
        clientId,
        actors: [userId, ...actors],
      };

/** Returns the issuer that a token names. Nothing is believed yet. @throws ServiceError `invalid_token` */
function issuerOf(token: string): string {
  if (token.length > MAX_LENGTH) throw invalidToken('malformed_token');
  try {
    return decodeJwt(token).iss ?? '';
  } catch {
    throw invalidToken('malformed_token');
  }
}
