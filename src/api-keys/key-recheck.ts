import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { refusalOf } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import { CallerCheck } from '../access/caller-check.js';
import type { Requester } from '../access/requester.js';
import { shareUser } from '../users/user-locks.js';
import { ApiKey } from './api-key.entity.js';
import { firstRefusal } from './key-refusals.js';
import { addressListOf, callerOf } from './key-ring.js';
import { invalidKey, refusedKey } from './refused-key.js';

/** Reads the database and not the cache, so that the age of a cached key does not add to the interval of checks. */
@Injectable()
export class KeyRecheck extends CallerCheck {
  constructor(@InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>) {
    super();
  }

  async recheck({ keyId }: Caller, ip: string): Promise<Caller | undefined> {
    const caller = await callerBy(keyId, this.keys.manager);
    return !caller || refusalFrom(caller, ip) ? undefined : caller;
  }

  async present({ caller: known, ip, scopes }: Requester, manager: EntityManager): Promise<Caller> {
    // The key is read by a statement of its own: one that waits for a change still reads what was before it.
    if (manager.queryRunner?.isTransactionActive) await shareUser(manager, known.userId);
    const caller = await callerBy(known.keyId, manager);
    if (!caller) throw invalidKey('unknown_api_key', known);
    const refusal = refusalFrom(caller, ip);
    if (refusal) throw refusedKey(refusal, caller);
    const lacking = refusalOf({ kind: 'scopes', scopes }, caller);
    if (lacking) throw lacking;
    return caller;
  }
}

/** Reads a key with its owner. */
async function callerBy(keyId: string, manager: EntityManager): Promise<Caller | undefined> {
  const row = await manager
    .createQueryBuilder(ApiKey, 'k')
    .innerJoinAndSelect('k.user', 'u')
    .where('k.id = :keyId', { keyId })
    .getOne();
  return row ? callerOf(row) : undefined;
}

const refusalFrom = (caller: Caller, ip: string) =>
  firstRefusal({ caller, addresses: addressListOf(caller) }, ip);
