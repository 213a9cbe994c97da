import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { assertScopes } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import { DEFAULT_ORGANIZATION } from '../access/principal.js';
import type { Requester } from '../access/requester.js';
import { isAdministrator, type Role } from '../access/roles.js';
import { afterId, type Page, pageOf } from '../database/page.js';
import type { InTransaction } from '../database/transaction-hook.js';
import { conflict, forbidden, notFound } from '../errors/service-error.js';
import { CallerChanges } from '../users/caller-changes.js';
import { type Member, membersBefore } from '../users/member.js';
import { assertMayActFor, assertOperatorLeft } from '../users/person-reach.js';
import { assertAdminLeft } from '../users/user-changes.js';
import { UserAccounts } from '../users/user-accounts.js';
import type { LeavingQuery, MembersQuery } from './dto/member.dto.js';
import { heirOf, type Left, settleOwned } from './leaving.js';
import { endMembership, writeMembership } from './membership-rows.js';
import { OrganizationsService } from './organizations.service.js';
import { OwnedData } from './owned-data.js';

/**
 * Gives access to who belongs to an organisation. Its administrators change roles and remove members; an operator also adds
 * people of other organisations. Only an owner or an operator makes owners, and changes or removes them.
 */
@Injectable()
export class MembersService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly changes: CallerChanges,
    private readonly organizations: OrganizationsService,
    private readonly owned: OwnedData,
    private readonly accounts: UserAccounts,
  ) {}

  /** @throws insufficientScope without `organizations:read`, notFound, forbidden for who does not administrate it */
  async list(caller: Caller, organizationId: string, query: MembersQuery): Promise<Page<Member>> {
    assertScopes(caller, 'organizations:read');
    const { manager } = this.dataSource;
    await this.organizations.assertAdministrates(manager, caller, organizationId);
    const limit = query.limit ?? 50;
    const rows = await membersBefore(manager, organizationId, {
      before: afterId(query.cursor),
      role: query.role,
      limit: limit + 1,
    });
    return pageOf(rows, limit);
  }

  /** Changes the role of a member. An operator also adds a person. @throws notFound, forbidden, conflict */
  async put(
    by: Requester,
    organizationId: string,
    userId: string,
    role: Role,
    alongside: InTransaction<string>,
  ): Promise<void> {
    await this.changes.transact(by, { organizationId, userIds: [userId], admins: true }, async (change) => {
      const { manager, caller, users: members } = change;
      await this.organizations.assertAdministrates(manager, caller, organizationId);
      const member = members.get(userId);
      if (member === undefined && !(caller.isOperator && (await isPerson(manager, userId))))
        throw notFound('User');
      if (member && member.kind !== 'person') throw conflict('Only a person has another role than member');
      if (member) assertMayActFor(caller, member);
      assertMayGive(caller, organizationId, [member?.role, role]);
      if (member && !isAdministrator(role)) assertAdminLeft(members, userId);
      await lockOrganization(manager, organizationId);
      await writeMembership(manager, organizationId, userId, role);
      if (member?.isOperator) await assertOperatorLeft(manager);
      await alongside(manager, userId);
    });
    this.accounts.notify(userId);
  }

  /**
   * Ends a membership: the keys and the places in teams that the member has there, and what the member owns is handed over or
   * deleted, as is asked for. The account of the person stays.
   * @throws notFound, forbidden, conflict where it must be said what happens to the data, or for the last administrator
   */
  async remove(
    by: Requester,
    organizationId: string,
    userId: string,
    leaving: LeavingQuery,
    alongside: InTransaction<Left>,
  ): Promise<void> {
    const heirId = heirOf(leaving, userId);
    const userIds = heirId === undefined ? [userId] : [userId, heirId];
    await this.changes.transact(by, { organizationId, userIds, admins: true }, async (change) => {
      const { manager, caller, users: members } = change;
      await this.organizations.assertAdministrates(manager, caller, organizationId);
      const member = members.get(userId);
      if (member?.kind !== 'person') throw notFound('User');
      assertMayActFor(caller, member);
      assertMayGive(caller, organizationId, [member.role]);
      if (!(caller.isOperator && (await isOnlyPerson(manager, organizationId))))
        assertAdminLeft(members, userId);
      const owner = { organizationId, userId };
      const how = { data: leaving.data, heirId, whose: 'This person' };
      const left = await settleOwned(this.owned, change, owner, how);
      await endMembership(manager, organizationId, userId);
      if (member.isOperator) await assertOperatorLeft(manager);
      await alongside(manager, left);
    });
    this.accounts.notify(userId);
  }
}

/** @param roles those that are given and taken; none for who did not belong to it */
function assertMayGive(caller: Caller, organizationId: string, roles: readonly (Role | undefined)[]): void {
  const isOwner = caller.role === 'owner' && caller.organizationId === organizationId;
  if (roles.includes('owner') && !isOwner && !caller.isOperator)
    throw forbidden('Only an owner of the organization, or an operator, makes, changes or removes an owner');
  const makesOperator =
    organizationId === DEFAULT_ORGANIZATION && roles.some((role) => isAdministrator(role ?? null));
  if (makesOperator && !caller.isOperator)
    throw forbidden('Administrators of the default organization are changed as users', 'not_operator');
}

/** Keeps an organisation from being ended until the transaction ends. @throws notFound for one that has ended */
async function lockOrganization(manager: EntityManager, id: string): Promise<void> {
  const found = await manager.query<unknown[]>(
    'SELECT FROM organizations WHERE id = $1 AND ended_at IS NULL FOR SHARE',
    [id],
  );
  if (found.length === 0) throw notFound('Organization');
}

async function isOnlyPerson(manager: EntityManager, organizationId: string): Promise<boolean> {
  const people = await manager.query<unknown[]>(
    `SELECT FROM memberships m JOIN users u ON u.id = m.user_id
     WHERE m.organization_id = $1 AND u.kind = 'person' LIMIT 2`,
    [organizationId],
  );
  return people.length < 2;
}

async function isPerson(manager: EntityManager, userId: string): Promise<boolean> {
  const found = await manager.query<unknown[]>(`SELECT FROM users WHERE id = $1 AND kind = 'person'`, [
    userId,
  ]);
  return found.length > 0;
}
