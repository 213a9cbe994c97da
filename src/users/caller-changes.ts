import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { CallerCheck } from '../access/caller-check.js';
import type { Requester } from '../access/requester.js';
import { enterOrganization } from '../database/organization/organization-data.js';
import { conflict, forbidden } from '../errors/service-error.js';
import type { Member } from './member.js';
import { lockUsers } from './user-locks.js';

/** Names the users whose rows a change locks, in addition to the caller's own. */
export interface LockedUsers {
  userIds?: readonly string[];
  /** The organisation as whose members the users are locked and returned; the caller's, if none is named. */
  organizationId?: string;
  /** Locks all active administrators of the organisation, for a change that might leave none. */
  admins?: true;
  /** Lets an agent do it by its own key, for what concerns itself alone and the agents below it. */
  byAgents?: true;
}

/** Holds the data that decides about a change. It is read in the transaction and locked until that ends. */
export interface Change {
  manager: EntityManager;
  caller: Caller;
  /** The locked users that belong to the organisation, by id. */
  users: ReadonlyMap<string, Member>;
}

/**
 * Runs all changes of keys and users by a caller. A guard may use a key that was read some seconds ago, before
 * another process revoked it, reduced its scopes or demoted its owner. Each change therefore reads the caller again
 * in its own transaction, and decides by that alone.
 *
 * A change first locks the rows of the users that it depends on, always in the same order. This also serializes
 * changes of their keys, so that two changes of the same user run one after the other and cannot deadlock.
 */
@Injectable()
export class CallerChanges {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly callers: CallerCheck,
  ) {}

  /**
   * @param work is committed as a whole or not at all
   * @throws the refusal of a caller whose key is no longer valid, conflict for a replaced key, forbidden for an agent's
   */
  transact<T>(
    by: Requester,
    { userIds = [], admins, byAgents, organizationId = by.caller.organizationId }: LockedUsers,
    work: (change: Change) => Promise<T>,
  ): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      await enterOrganization(manager, { organizationId });
      const ids = [by.caller.userId, ...by.caller.owners, ...userIds];
      const users = await lockUsers(manager, organizationId, ids, admins);
      const caller = await this.callers.present(by, manager);
      assertMayChange(caller, byAgents === true);
      return work({ manager, caller, users });
    });
  }
}

/** An agent's key cannot hold the scopes of our own routes. This covers handlers with other scopes. */
function assertMayChange({ keyState, kind }: Caller, byAgents: boolean): void {
  if (keyState.agent && !(byAgents && kind === 'agent'))
    throw forbidden('A key for an agent cannot change keys or users');
  if (keyState.replacedBy)
    throw conflict('This key was replaced: change keys and users with the one that replaced it');
}
