import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LRUCache } from 'lru-cache';
import type { Repository } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { ScopeSet } from '../access/scope-set.js';
import { UsersService } from '../users/users.service.js';
import { AddressList } from './address-list.js';
import { ApiKey } from './api-key.entity.js';

/** How many keys are kept in memory; about 1 KB each. */
const MAX_KEYS = 20_000;
/** How long another process's change may stay unseen here. A change made in this process counts at once. */
const MAX_AGE_MS = 10_000;

/** A key that exists, with its owner: all that a request needs, worked out once. */
export interface KnownKey {
  caller: Caller;
  addresses: AddressList | null;
  /** The key whose grace period begins with the first use of this one. */
  graceOf: string | null;
}

/** Known keys in memory by the hash of the key: one look-up a request, one indexed query the first time. */
@Injectable()
export class KeyRing {
  private readonly known = new LRUCache<string, KnownKey>({ max: MAX_KEYS, ttl: MAX_AGE_MS });
  private readonly loading = new Map<string, Promise<KnownKey | undefined>>();
  /** Counts changes: a row read before a change must not be kept after it. */
  private changes = 0;

  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    users: UsersService,
  ) {
    users.onChange((userId) => this.forget((known) => known.caller.userId === userId));
  }

  /** @param hash base64 SHA-256 of the key @returns nothing where no key has this hash */
  find(hash: string): KnownKey | undefined | Promise<KnownKey | undefined> {
    return this.known.get(hash) ?? this.loadOnce(hash);
  }

  /** Drops a key after its row has changed. */
  forgetKey(keyId: string): void {
    this.forget((known) => known.caller.keyId === keyId);
  }

  private forget(matches: (known: KnownKey) => boolean): void {
    this.changes++;
    this.loading.clear();
    for (const [hash, known] of this.known.entries()) if (matches(known)) this.known.delete(hash);
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
    for (;;) {
      const before = this.changes;
      const row = await this.keys.findOne({
        where: { keyHash: Buffer.from(hash, 'base64') },
        relations: { user: true },
      });
      if (before !== this.changes) continue;
      const known = row ? knownKey(row) : undefined;
      if (known) this.known.set(hash, known);
      return known;
    }
  }
}

function knownKey(row: ApiKey): KnownKey {
  const caller = callerOf(row);
  return { caller, addresses: addressListOf(caller), graceOf: row.graceOf };
}

/** `null`: from anywhere. */
export const addressListOf = ({ keyAddresses }: Caller): AddressList | null =>
  keyAddresses && new AddressList(keyAddresses);

/** Who calls with a key. @param row read together with its owner */
export function callerOf(row: ApiKey): Caller {
  const owner = row.user!;
  return {
    userId: owner.id,
    email: owner.email,
    name: owner.name,
    role: owner.role,
    tier: owner.tier,
    requestsPerMinute: owner.requestsPerMinute,
    keyId: row.id,
    keyName: row.name,
    keyStart: row.start,
    keyExpiresAt: row.expiresAt,
    keyAddresses: row.ipAllowlist,
    keyState: {
      ownScopes: row.scopes,
      enabled: row.enabled,
      revokedAt: row.revokedAt,
      replacedBy: row.replacedBy,
      ownerActive: owner.isActive,
    },
    scopes: ScopeSet.of(owner.role, row.scopes),
  };
}
