import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Caller } from '../access/caller.js';
import type { Requester } from '../access/requester.js';
import { isAdministrator } from '../access/roles.js';
import { afterId, type Page, type PageQuery, pageOf } from '../database/page.js';
import type { InTransaction } from '../database/transaction-hook.js';
import { conflict, forbidden, notFound } from '../errors/service-error.js';
import { CallerChanges, type Change } from '../users/caller-changes.js';
import { UserAccounts } from '../users/user-accounts.js';
import type { TeamMemberDto } from './dto/team.dto.js';
import { lockTeam, membersBefore, roleInTeam } from './team-rows.js';
import type { TeamMemberView } from './team.schema.js';
import { TeamsService } from './teams.service.js';

/** Gives access to who belongs to a team. Its maintainers and administrators decide that, and everybody may leave. */
@Injectable()
export class TeamMembersService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly changes: CallerChanges,
    private readonly teams: TeamsService,
    private readonly accounts: UserAccounts,
  ) {}

  /** @throws insufficientScope without `teams:read`, notFound, also for a team that the caller does not see */
  async list(caller: Caller, teamId: string, query: PageQuery): Promise<Page<TeamMemberView>> {
    await this.teams.get(caller, teamId);
    const limit = query.limit ?? 50;
    const rows = await membersBefore(this.dataSource.manager, teamId, afterId(query.cursor), limit + 1);
    return pageOf(rows, limit);
  }

  /**
   * Adds a member, or changes the role of one.
   * @throws notFound for a team or a user that the caller's organisation has not, forbidden, conflict
   */
  put(
    by: Requester,
    teamId: string,
    userId: string,
    { role }: TeamMemberDto,
    alongside: InTransaction<string>,
  ): Promise<void> {
    return this.changes.transact(by, { userIds: [userId] }, async (change) => {
      const { manager, users } = change;
      await assertMaintains(change, teamId);
      const user = users.get(userId);
      if (!user || user.kind === 'team') throw notFound('User');
      if (!user.isActive) throw conflict('The user is deactivated');
      if (user.kind === 'agent' && role === 'maintainer') throw conflict('An agent cannot maintain a team');
      await manager.query(
        `INSERT INTO team_members (team_id, user_id, role) VALUES ($1, $2, $3)
         ON CONFLICT (team_id, user_id) DO UPDATE SET role = EXCLUDED.role`,
        [teamId, userId, role],
      );
      await alongside(manager, userId);
    });
  }

  /** @throws notFound for who does not belong to the team, and as {@link put} */
  async remove(
    by: Requester,
    teamId: string,
    userId: string,
    alongside: InTransaction<string>,
  ): Promise<void> {
    await this.changes.transact(by, { userIds: [userId] }, async (change) => {
      const { manager, caller } = change;
      await assertMaintains(change, teamId, userId === caller.userId);
      const [, removed] = await manager.query<[unknown, number]>(
        'DELETE FROM team_members WHERE team_id = $1 AND user_id = $2',
        [teamId, userId],
      );
      if (removed === 0) throw notFound('Member');
      await alongside(manager, userId);
    });
    this.accounts.notify(userId);
  }
}

/**
 * Locks a team, and checks that the caller decides about its members.
 * @param isOwn whether it is the caller's own membership that ends
 */
async function assertMaintains({ manager, caller }: Change, teamId: string, isOwn = false): Promise<void> {
  const isThere = await lockTeam(manager, caller.organizationId, teamId);
  const role = isThere ? await roleInTeam(manager, teamId, caller.userId) : undefined;
  if (!isThere || (role === undefined && !isAdministrator(caller.role))) throw notFound('Team');
  if (role !== 'maintainer' && !isAdministrator(caller.role) && !isOwn)
    throw forbidden('Only a maintainer of the team or an administrator decides who belongs to it');
}
