import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, type FindOptionsWhere, In } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { CallerCheck } from '../access/caller-check.js';
import type { Requester } from '../access/requester.js';
import { conflict, forbidden } from '../errors/service-error.js';
import { User } from './user.entity.js';

/** Whose rows a change depends on, beside the caller's own. */
export interface Concerned {
  userIds?: readonly string[];
  /** All active admins, where the change may leave none. */
  admins?: true;
}

/** What a change decides by: as of its transaction, and until that ends. */
export interface Change {
  manager: EntityManager;
  caller: Caller;
  /** The users concerned who exist, by id. */
  users: ReadonlyMap<string, User>;
}

/**
 * The one way in which a caller changes keys or users. A guard may go by a key as it was some seconds ago, before another
 * process revoked it, narrowed it or demoted its owner. So each change reads the caller anew in its own transaction, and
 * decides by nothing else.
 *
 * Every change locks the rows of the users whom it depends on, first of all and in one order, and with them all keys of
 * those users: two changes that touch the same user run one after the other, and none waits for another in a circle.
 */
@Injectable()
export class CallerChanges {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly callers: CallerCheck,
  ) {}

  /**
   * @param work what is committed, or not at all
   * @throws what the guards would refuse the caller with now; conflict for a key that was replaced, ServiceError forbidden for an agent's
   */
  run<T>(
    by: Requester,
    { userIds = [], admins }: Concerned,
    work: (change: Change) => Promise<T>,
  ): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      const users = await lockUsers(manager, [by.caller.userId, ...userIds], admins);
      const caller = await this.callers.present(by, manager);
      assertMayChange(caller);
      return work({ manager, caller, users });
    });
  }
}

/**
 * Holds users until the transaction ends, and reads them as they are then. Rows that refer to them can still be added:
 * nobody's documents wait for a change of keys.
 */
export async function lockUsers(
  manager: EntityManager,
  ids: readonly string[],
  admins?: true,
): Promise<Map<string, User>> {
  const where: FindOptionsWhere<User>[] = [{ id: In([...new Set(ids)]) }];
  if (admins) where.push({ role: 'admin', isActive: true });
  const lock = { mode: 'for_no_key_update' } as const;
  const rows = await manager.find(User, { where, order: { id: 'ASC' }, lock });
  return new Map(rows.map((user) => [user.id, user]));
}

/** An agent's key holds no scope for it; this is for handlers of other scopes that get here. */
function assertMayChange({ keyState }: Caller): void {
  if (keyState.agent) throw forbidden('A key for an agent cannot change keys or users');
  if (keyState.replacedBy)
    throw conflict('This key was replaced: change keys and users with the one that replaced it');
}
