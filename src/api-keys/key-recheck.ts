import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { refusalOf } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import { CallerCheck } from '../access/caller-check.js';
import type { Requester } from '../access/requester.js';
import { SessionCheck } from '../access/session-check.js';
import { TokenCheck } from '../access/token-check.js';
import { shareUser, shareUsers } from '../users/user-locks.js';
import { firstRefusal } from './key-refusals.js';
import { keyById } from './key-read.js';
import { addressListOf, callerOf } from './key-ring.js';
import { invalidKey, refusedKey } from './refused-key.js';

/** Reads keys, and has sessions and tokens read. It reads the database and not the cache, so that the age of a cached key does not add to the interval of checks. */
@Injectable()
export class KeyRecheck extends CallerCheck {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly sessions: SessionCheck,
    private readonly tokens: TokenCheck,
  ) {
    super();
  }

  async recheck(known: Caller, ip: string): Promise<Caller | undefined> {
    if (known.via === 'session') return this.sessions.recheck(known);
    if (known.via === 'token') return this.tokens.recheck(known);
    const caller = await callerBy(known.keyId, this.dataSource.manager);
    return !caller || refusalFrom(caller, ip) ? undefined : caller;
  }

  async present(requester: Requester, manager: EntityManager): Promise<Caller> {
    const { caller: known, ip, scopes } = requester;
    if (known.via === 'session') return this.sessions.present(requester, manager);
    if (known.via === 'token') return this.tokens.present(requester, manager);
    // The key is read by a statement of its own: one that waits for a change still reads what was before it.
    const keeps = manager.queryRunner?.isTransactionActive === true;
    if (keeps) await shareCaller(manager, known);
    let caller = await callerBy(known.keyId, manager);
    // An agent that was handed over meanwhile depends on others.
    if (keeps && caller && caller.owners.some((id) => !known.owners.includes(id))) {
      await shareCaller(manager, caller);
      caller = await callerBy(known.keyId, manager);
    }
    if (!caller) throw invalidKey('unknown_api_key', known);
    const refusal = refusalFrom(caller, ip);
    if (refusal) throw refusedKey(refusal, caller);
    const lacking = refusalOf({ kind: 'scopes', scopes }, caller);
    if (lacking) throw lacking;
    return caller;
  }
}

const shareCaller = (manager: EntityManager, { userId, owners }: Caller): Promise<void> =>
  owners.length === 0 ? shareUser(manager, userId) : shareUsers(manager, [userId, ...owners]);

async function callerBy(keyId: string | null, manager: EntityManager): Promise<Caller | undefined> {
  const row = keyId === null ? undefined : await keyById(manager, keyId);
  return row && callerOf(row);
}

const refusalFrom = (caller: Caller, ip: string) =>
  firstRefusal({ caller, addresses: addressListOf(caller) }, ip);
