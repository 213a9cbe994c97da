import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { DEFAULT_ORGANIZATION } from '../../access/principal.js';
import { isAdministrator } from '../../access/roles.js';
import { isUniqueViolation } from '../../database/database-errors.js';
import type { InTransaction } from '../../database/transaction-hook.js';
import { endGrantsOf } from '../../users/end-grants.js';
import { changeUser, insertUser } from '../../users/user-changes.js';
import type { Member } from '../../users/member.js';
import { belongsElsewhere } from '../../users/person-reach.js';
import { UserAccounts } from '../../users/user-accounts.js';
import { lockUsers } from '../../users/user-locks.js';
import { domainOf } from '../federation/own-address.js';
import type { ChangedUser } from './changed-user.js';
import type { ScimConnection } from './scim-connections.js';
import { invalid, ofAdministrator, ScimError, taken, unknownUser } from './scim-error.js';
import type { ScimFilter } from './scim-filter.js';
import { addressOf, type ScimInput } from './scim-input.js';
import { type ProvisionedUser, provisioned, provisionedPage } from './scim-read.js';

/** What is written of the user beside the row of the user itself. */
const LINK = `
  INSERT INTO scim_users (user_id, connection_id, user_name, external_id) VALUES ($1, $2, $3, $4)
  ON CONFLICT (user_id) DO UPDATE
  SET user_name = EXCLUDED.user_name, external_id = EXCLUDED.external_id, deleted_at = NULL, ended_here = false,
      updated_at = now()`;
const UPDATE = `
  UPDATE scim_users SET user_name = coalesce($2, user_name), external_id = CASE WHEN $3 THEN $4 ELSE external_id END,
    ended_here = coalesce($5, ended_here), deleted_at = CASE WHEN $6 THEN now() ELSE deleted_at END, updated_at = now()
  WHERE user_id = $1`;

type Alongside = InTransaction<ChangedUser>;

/**
 * Adds, changes and ends the users of one directory. It reaches those alone that it added, and never gives a role. An
 * administrator is none of its: whoever holds its secret could else lock out those who can end the connection.
 */
@Injectable()
export class ScimUsers {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: UserAccounts,
  ) {}

  /** @throws ScimError 404 */
  async get({ id }: ScimConnection, userId: string): Promise<ProvisionedUser> {
    const found = await provisioned(this.dataSource.manager, id, userId);
    if (!found) throw unknownUser();
    return found;
  }

  list({ id }: ScimConnection, filter: ScimFilter | undefined, startIndex: number, count: number) {
    return provisionedPage(this.dataSource.manager, id, filter, startIndex, count);
  }

  /** Adds a person, or takes over one whom nobody else provisions. @throws ScimError */
  async create(connection: ScimConnection, input: ScimInput, alongside: Alongside): Promise<ProvisionedUser> {
    const email = allowedAddress(connection, input);
    const userName = input.userName ?? email;
    const made = await this.change(async (manager) => {
      const [known] = await manager.query<{ id: string }[]>(
        `SELECT id FROM users WHERE email = $1 AND kind = 'person'`,
        [email],
      );
      const user = known
        ? await this.takeOver(manager, connection, known.id, input, alongside)
        : await insertUser(
            manager,
            DEFAULT_ORGANIZATION,
            { email, name: input.name ?? email, isActive: input.active ?? true },
            alongside,
          );
      await manager.query(LINK, [user.id, connection.id, userName, input.externalId ?? null]);
      if (!user.isActive) await manager.query(UPDATE, [user.id, null, false, null, true, false]);
      return user;
    });
    return this.get(connection, made.id);
  }

  /** @throws ScimError */
  async update(
    connection: ScimConnection,
    userId: string,
    input: ScimInput,
    alongside: Alongside,
  ): Promise<ProvisionedUser> {
    await this.change(async (manager) => {
      const { users, before } = await this.locked(manager, connection, userId);
      if (input.active === true && !before.active && !before.endedHere)
        throw new ScimError(409, 'An administrator deactivated this user');
      const changes = changesOf(connection, before, input);
      const user = await changeUser(manager, DEFAULT_ORGANIZATION, users, userId, changes, alongside);
      const ended = user.isActive ? false : before.active ? true : null;
      const external = input.externalId !== undefined;
      await manager.query(UPDATE, [
        userId,
        input.userName ?? null,
        external,
        input.externalId ?? null,
        ended,
        false,
      ]);
      if (changes.email !== undefined) {
        await manager.query('UPDATE users SET email_verified = false WHERE id = $1', [userId]);
        await endGrantsOf(manager, userId);
      }
      return user;
    });
    return this.get(connection, userId);
  }

  /** Ends a person, whose documents and rows stay. @throws ScimError */
  async remove(connection: ScimConnection, userId: string, alongside: Alongside): Promise<void> {
    await this.change(async (manager) => {
      const { users, before } = await this.locked(manager, connection, userId);
      const user = await changeUser(
        manager,
        DEFAULT_ORGANIZATION,
        users,
        userId,
        { isActive: false },
        alongside,
      );
      await manager.query(UPDATE, [userId, null, false, null, before.active ? true : null, true]);
      return user;
    });
  }

  /** Locks a user of the connection, so that the role that decides is the one of now. @throws ScimError */
  private async locked(manager: EntityManager, connection: ScimConnection, userId: string) {
    const users = await lockUsers(manager, DEFAULT_ORGANIZATION, [userId]);
    const before = await provisioned(manager, connection.id, userId);
    if (!before) throw unknownUser();
    if (await isOutOfReach(manager, users.get(userId))) throw ofAdministrator();
    return { users, before };
  }

  private async takeOver(
    manager: EntityManager,
    connection: ScimConnection,
    id: string,
    input: ScimInput,
    alongside: Alongside,
  ): Promise<ChangedUser> {
    const users = await lockUsers(manager, DEFAULT_ORGANIZATION, [id]);
    const user = users.get(id);
    const [link] = await manager.query<{ connectionId: string; deleted: boolean; endedHere: boolean }[]>(
      `SELECT connection_id AS "connectionId", deleted_at IS NOT NULL AS deleted, ended_here AS "endedHere"
       FROM scim_users WHERE user_id = $1`,
      [id],
    );
    const isFree = link === undefined || (link.connectionId === connection.id && link.deleted);
    if (!user || !isFree || (await isOutOfReach(manager, user))) throw taken('This user is there already');
    if (!user.isActive && !link?.endedHere) throw taken('An administrator deactivated this user');
    return changeUser(
      manager,
      DEFAULT_ORGANIZATION,
      users,
      id,
      { isActive: input.active ?? true, ...(input.name !== undefined && { name: input.name }) },
      alongside,
    );
  }

  private async change(work: (manager: EntityManager) => Promise<ChangedUser>): Promise<ChangedUser> {
    return this.accounts.notifyAfter(() =>
      this.dataSource.transaction(work).catch((error: unknown) => {
        throw isUniqueViolation(error) ? taken('Another user has this userName or e-mail address') : error;
      }),
    );
  }
}

/** An administrator or an operator is none of a directory's, nor is who belongs to another organisation, too. */
async function isOutOfReach(manager: EntityManager, user: Member | undefined): Promise<boolean> {
  if (!user || isAdministrator(user.role) || user.isOperator) return true;
  return belongsElsewhere(manager, DEFAULT_ORGANIZATION, user.id);
}

function allowedAddress({ domains }: ScimConnection, input: ScimInput): string {
  const email = addressOf(input);
  if (!domains.includes(domainOf(email)))
    throw invalid('The address is of another domain than the connection’s');
  return email;
}

function changesOf(connection: ScimConnection, before: ProvisionedUser, input: ScimInput) {
  // A name that is no address of the user stays apart from it.
  const isAddress = before.userName.toLowerCase() === before.email;
  const named = input.email ?? (isAddress ? input.userName : undefined);
  const email = named === undefined ? undefined : allowedAddress(connection, { email: named });
  return {
    ...(email !== undefined && email !== before.email && { email }),
    ...(input.name !== undefined && input.name !== before.name && { name: input.name }),
    ...(input.active !== undefined && input.active !== before.active && { isActive: input.active }),
  };
}
