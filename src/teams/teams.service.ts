import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { assertAdmin, assertScopes } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import type { Requester } from '../access/requester.js';
import { isAdministrator } from '../access/roles.js';
import { newId } from '../common/new-id.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { afterId, type Page, type PageQuery, pageOf } from '../database/page.js';
import type { InTransaction } from '../database/transaction-hook.js';
import { conflict, notFound } from '../errors/service-error.js';
import type { LeavingQuery } from '../organizations/dto/member.dto.js';
import { heirOf, type Left, settleOwned } from '../organizations/leaving.js';
import { endMembership } from '../organizations/membership-rows.js';
import { OwnedData } from '../organizations/owned-data.js';
import { CallerChanges } from '../users/caller-changes.js';
import { UserAccounts } from '../users/user-accounts.js';
import { endPrincipal, insertPrincipal } from '../users/principals.js';
import type { TeamDto, UpdateTeamDto } from './dto/team.dto.js';
import { lockTeam, teamById, teamsBefore } from './team-rows.js';
import type { TeamView } from './team.schema.js';

/** Gives access to the teams of the caller's organisation. Administrators see all of them, and others their own. */
@Injectable()
export class TeamsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly changes: CallerChanges,
    private readonly accounts: UserAccounts,
    private readonly owned: OwnedData,
  ) {}

  /** @throws insufficientScope without `teams:read` */
  async list(caller: Caller, query: PageQuery): Promise<Page<TeamView>> {
    assertScopes(caller, 'teams:read');
    const limit = query.limit ?? 50;
    const before = afterId(query.cursor);
    const which = { before, all: isAdministrator(caller.role), limit: limit + 1 };
    return pageOf(await teamsBefore(this.dataSource.manager, caller, which), limit);
  }

  /** @throws insufficientScope without `teams:read`, notFound, also for a team that the caller does not see */
  async get(caller: Caller, id: string): Promise<TeamView> {
    assertScopes(caller, 'teams:read');
    return this.visible(this.dataSource.manager, caller, id);
  }

  /**
   * Makes a team, whose first maintainer is whoever makes it.
   * @throws forbidden for who is no administrator, conflict for a name that another team has
   */
  create(
    by: Requester,
    { name, requestsPerMinute = null }: TeamDto,
    alongside: InTransaction<TeamView>,
  ): Promise<TeamView> {
    return refuseTakenName(() =>
      this.changes.transact(by, {}, async ({ manager, caller }) => {
        assertAdmin(caller, 'makes a team');
        const { organizationId, userId, kind } = caller;
        const id = newId();
        await insertPrincipal(manager, organizationId, { id, kind: 'team', name, requestsPerMinute });
        await manager.query('INSERT INTO teams (id, organization_id, name) VALUES ($1, $2, $3)', [
          id,
          organizationId,
          name,
        ]);
        if (kind === 'person')
          await manager.query(
            `INSERT INTO team_members (team_id, user_id, role) VALUES ($1, $2, 'maintainer')`,
            [id, userId],
          );
        const made = await this.visible(manager, caller, id);
        await alongside(manager, made);
        return made;
      }),
    );
  }

  /** @throws forbidden for who is no administrator, notFound, conflict for a name that another team has */
  async update(
    by: Requester,
    id: string,
    { name, requestsPerMinute }: UpdateTeamDto,
    alongside: InTransaction<TeamView>,
  ): Promise<TeamView> {
    const team = await refuseTakenName(() =>
      this.changes.transact(by, { userIds: [id] }, async ({ manager, caller }) => {
        assertAdmin(caller, 'changes a team');
        if (!(await lockTeam(manager, caller.organizationId, id))) throw notFound('Team');
        if (name !== undefined) {
          await manager.query('UPDATE teams SET name = $2 WHERE id = $1', [id, name]);
          await manager.query('UPDATE users SET name = $2 WHERE id = $1', [id, name]);
        }
        if (requestsPerMinute !== undefined)
          await manager.query('UPDATE users SET requests_per_minute = $2 WHERE id = $1', [
            id,
            requestsPerMinute,
          ]);
        const changed = await this.visible(manager, caller, id);
        await alongside(manager, changed);
        return changed;
      }),
    );
    this.accounts.notify(id);
    return team;
  }

  /**
   * Ends a team with its keys. What it owns is handed over or deleted, as is asked for, and what was shared with it is no longer.
   * @throws forbidden for who is no administrator, notFound, conflict for a team that owns something of which nothing is said
   */
  async remove(
    by: Requester,
    id: string,
    leaving: LeavingQuery,
    alongside: InTransaction<Left>,
  ): Promise<void> {
    const heirId = heirOf(leaving, id);
    const userIds = heirId === undefined ? [id] : [id, heirId];
    await this.changes.transact(by, { userIds }, async (change) => {
      const { manager, caller } = change;
      assertAdmin(caller, 'ends a team');
      const { organizationId } = caller;
      if (!(await lockTeam(manager, organizationId, id))) throw notFound('Team');
      const how = { data: leaving.data, heirId, whose: 'The team' };
      const left = await settleOwned(this.owned, change, { organizationId, userId: id }, how);
      await endPrincipal(manager, organizationId, id);
      await endMembership(manager, organizationId, id);
      await manager.query('DELETE FROM teams WHERE id = $1', [id]);
      await alongside(manager, left);
    });
    this.accounts.notify(id);
  }

  /** @throws notFound */
  private async visible(manager: EntityManager, caller: Caller, id: string): Promise<TeamView> {
    const team = await teamById(manager, caller, id);
    if (!team || (team.role === null && !isAdministrator(caller.role))) throw notFound('Team');
    return team;
  }
}

async function refuseTakenName<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error)) throw conflict('Another team has this name');
    throw error;
  }
}
