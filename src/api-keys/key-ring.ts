import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import {
  type Caller,
  isTenant,
  type KeyCaller,
  NO_ACTORS,
  NO_CLIENTS,
  NO_OWNERS,
  NO_TOKENS,
  type TeamLimit,
} from '../access/caller.js';
import { Coherence } from '../coherence/coherence.js';
import { ScopeSet } from '../access/scope-set.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { isDatabaseAway } from '../database/database-errors.js';
import { within } from '../common/timeouts.js';
import { boundsOf, earlier } from '../users/agent-chain.js';
import { UserAccounts } from '../users/user-accounts.js';
import { AddressList } from './address-list.js';
import { type FoundKey, KeyRead } from './key-read.js';

/** The number of keys that are cached, at about 1 KB each. */
const MAX_KEYS = 20_000;
/** The time for which PostgreSQL counts as unavailable after a failed read. */
const AWAY_MS = 10_000;
/** A read fails after this time, because a server that hangs does not report an error. */
const READ_MS = 5_000;
/** The interval at which a read is retried in the background while PostgreSQL is unavailable. */
const RETRY_MS = 1_000;

/** Holds an existing key with its owner, prepared for requests. */
export interface KnownKey {
  caller: KeyCaller;
  addresses: AddressList | null;
  /** The replaced key whose grace period begins at the first use of this one. */
  graceOf: string | null;
}

/** Holds a key with the time of its read by the monotonic clock. */
interface Read {
  known: KnownKey;
  at: number;
}

/**
 * Caches known keys by their hash: a request needs one lookup, and one indexed query the first time.
 *
 * Beside other processes the cache is valid while the lease is, and a change by any of them removes the key. In a single
 * process a key is read again after a while, and while PostgreSQL is unavailable the last read stays valid for as long as
 * the settings allow.
 */
@Injectable()
export class KeyRing {
  private readonly reads = new LRUCache<string, Read>({ max: MAX_KEYS });
  private readonly keys: KeyRead;
  private readonly loading = new Map<string, Promise<KnownKey | undefined>>();
  /** Counts changes, so that a row that was read before a change is not cached after it. */
  private changes = 0;
  /** The time at which a read last found PostgreSQL unavailable, unless a later read succeeded. */
  private awayAt = -Infinity;
  private retriedAt = -Infinity;
  /** The time of the latest read that found a key. */
  private readAt = -Infinity;
  /** Whether the age of a read decides how long it is valid, and not the lease. */
  private readonly trustsAge: boolean;
  private finds = 0;
  private loads = 0;

  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() dataSource: DataSource,
    users: UserAccounts,
    private readonly coherence: Coherence,
  ) {
    this.keys = new KeyRead(dataSource);
    users.onChange((id) =>
      this.forget(
        ({ caller: { userId, owners, organizationId } }) =>
          userId === id || owners.includes(id) || organizationId === id,
      ),
    );
    this.trustsAge = coherence.mode === 'single';
    coherence.onCallersChanged((isConcerned) => this.forget(({ caller }) => isConcerned(caller)));
  }

  /** The number of cached keys, and how often one was looked up and read. */
  state(): { keys: number; finds: number; loads: number } {
    return { keys: this.reads.size, finds: this.finds, loads: this.loads };
  }

  /**
   * @param hash base64 SHA-256 of the key
   * @returns `undefined` when no key has this hash
   * @throws ServiceError `lease_expired`
   */
  find(hash: string): KnownKey | undefined | Promise<KnownKey | undefined> {
    this.finds++;
    const read = this.reads.get(hash);
    const now = performance.now();
    this.coherence.assertLive(now);
    if (!this.trustsAge) return read ? read.known : this.loadOnce(hash);
    if (read && now - read.at < this.settings.apiKeys.maxAgeMs) return read.known;
    if (!read || now - this.awayAt > AWAY_MS || !this.isGoodWhileAway(read)) return this.loadOnce(hash);
    if (now - this.retriedAt >= RETRY_MS) {
      this.retriedAt = now;
      this.loadOnce(hash).catch(() => undefined);
    }
    return read.known;
  }

  /** Whether a key that was read is still accepted while PostgreSQL does not answer. */
  answersWhileAway(now = performance.now()): boolean {
    if (this.reads.size === 0 || !this.coherence.isLive(now)) return false;
    const { maxAgeMs, staleMs } = this.settings.apiKeys;
    return !this.trustsAge || now - this.readAt < Math.max(maxAgeMs, staleMs);
  }

  /** Removes a key from the cache after its row has changed. */
  forgetKey(keyId: string): void {
    this.forget((known) => known.caller.keyId === keyId);
  }

  private forget(matches: (known: KnownKey) => boolean): void {
    this.changes++;
    this.loading.clear();
    for (const [hash, { known }] of this.reads.entries()) if (matches(known)) this.reads.delete(hash);
  }

  private isGoodWhileAway(read: Read): boolean {
    return this.trustsAge && performance.now() - read.at < this.settings.apiKeys.staleMs;
  }

  private loadOnce(hash: string): Promise<KnownKey | undefined> {
    let load = this.loading.get(hash);
    if (!load) {
      load = this.load(hash).finally(() => {
        if (this.loading.get(hash) === load) this.loading.delete(hash);
      });
      this.loading.set(hash, load);
    }
    return load;
  }

  private async load(hash: string): Promise<KnownKey | undefined> {
    try {
      const known = await this.read(hash);
      this.awayAt = -Infinity;
      return known;
    } catch (error) {
      const away = isDatabaseAway(error);
      this.awayAt = away ? performance.now() : -Infinity;
      const last = away ? this.reads.get(hash) : undefined;
      if (last && this.isGoodWhileAway(last)) return last.known;
      throw error;
    }
  }

  private async read(hash: string): Promise<KnownKey | undefined> {
    for (;;) {
      const before = this.changes;
      const at = performance.now();
      this.loads++;
      const row = await within(READ_MS, this.keys.byHash(Buffer.from(hash, 'base64')));
      if (before !== this.changes) continue;
      // The process may have been stopped since the row was read.
      this.coherence.assertLive();
      const known = row ? knownKey(row) : undefined;
      if (known) {
        this.reads.set(hash, { known, at });
        this.readAt = at;
      } else this.reads.delete(hash);
      return known;
    }
  }
}

function knownKey(row: FoundKey): KnownKey {
  const caller = callerOf(row);
  return { caller, addresses: addressListOf(caller), graceOf: row.graceOf };
}

/** Returns the addresses that the caller's key may be used from. `null` allows every address. */
export const addressListOf = ({ keyAddresses }: Caller): AddressList | null =>
  keyAddresses && new AddressList(keyAddresses);

/** A team shares its own number of calls with its agents. */
const ownLimitOf = ({ id, kind, requestsPerMinute }: FoundKey['user']): TeamLimit | null =>
  kind === 'team' && requestsPerMinute !== null ? { teamId: id, requestsPerMinute } : null;

/** Returns the caller that a key stands for. @param row read together with its owner */
export function callerOf(row: FoundKey): KeyCaller {
  const { user: owner, organizationId } = row;
  const { isOperator } = owner;
  const bounds = row.chain ? boundsOf(row.chain) : undefined;
  const agent = row.agent || owner.kind !== 'person';
  return {
    userId: owner.id,
    kind: owner.kind,
    owners: bounds?.owners ?? NO_OWNERS,
    actors: bounds ? [...bounds.owners.toReversed(), owner.id] : NO_ACTORS,
    organizationId,
    organizationName: row.organizationName,
    isOperator,
    email: owner.email,
    name: owner.name,
    role: owner.role,
    tier: owner.tier,
    requestsPerMinute: owner.requestsPerMinute,
    teamLimit: bounds ? bounds.teamLimit : ownLimitOf(owner),
    organizationRequestsPerMinute: row.organizationRequestsPerMinute,
    via: 'key',
    keyId: row.id,
    keyName: row.name,
    keyStart: row.start,
    sessionId: null,
    clientId: null,
    tokenIssuer: null,
    grantId: null,
    tokenIds: NO_TOKENS,
    earlierClientIds: NO_CLIENTS,
    keyExpiresAt: bounds ? earlier(row.expiresAt, bounds.endsAt) : row.expiresAt,
    keyRequestsPerMinute: row.requestsPerMinute,
    keyAddresses: row.ipAllowlist,
    keyState: {
      ownScopes: row.scopes,
      agent,
      lifeSeconds: row.lifeSeconds,
      enabled: row.enabled,
      revokedAt: row.revokedAt,
      replacedBy: row.replacedBy,
      ownerActive: owner.isActive && bounds?.isActive !== false,
      retired: bounds?.isRetired === true,
    },
    scopes: ScopeSet.of(owner.role, row.scopes, {
      agent,
      ...(bounds && { within: bounds.within }),
      tenant: isTenant({ organizationId, isOperator }),
    }),
  };
}
