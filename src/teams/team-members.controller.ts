import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, UseInterceptors } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { CurrentRequester, type Requester } from '../access/requester.js';
import { AuditMetadata } from '../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { AuditTargets } from '../audit/recording/audit-targets.decorator.js';
import { type AuditChange, AuditedChange } from '../audit/recording/change-row.js';
import { SettlesInterceptor } from '../coherence/settles.interceptor.js';
import { PageQuery } from '../database/page.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { RowIdPipe } from '../validation/row-id.pipe.js';
import { TeamMemberDto } from './dto/team.dto.js';
import { type TeamMemberList, teamMemberListSchema } from './team.schema.js';
import { TeamMembersService } from './team-members.service.js';

@Controller('api/teams/:id/members')
@UseInterceptors(SettlesInterceptor)
@AuditResource('team')
export class TeamMembersController {
  constructor(private readonly members: TeamMembersService) {}

  @Get()
  @Scopes('teams:read')
  @AuditMetadata('limit', 'cursor')
  @AuditTargets(({ members }: TeamMemberList) => members.map(({ id }) => id), 'members')
  @ApiRoute({ summary: 'List who belongs to a team', answer: teamMemberListSchema })
  async list(
    @CurrentCaller() caller: Caller,
    @Param('id', RowIdPipe) id: string,
    @Query() query: PageQuery,
  ): Promise<TeamMemberList> {
    const { rows, nextCursor } = await this.members.list(caller, id, query);
    return { members: rows, nextCursor };
  }

  @Put(':userId')
  @HttpCode(204)
  @Scopes('teams:write')
  @ApiRoute({
    summary: 'Add a person or an agent to a team, or change the role of a member',
    description: 'A maintainer of the team or an administrator does.',
    body: { role: 'member' },
    errors: ['conflict'],
  })
  put(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Param('userId', RowIdPipe) userId: string,
    @Body() input: TeamMemberDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    const row = audit<string>(() => ({ id, metadata: { member: userId, changes: input } }));
    return this.members.put(by, id, userId, input, row);
  }

  @Delete(':userId')
  @HttpCode(204)
  @Scopes('teams:write')
  @ApiRoute({
    summary: 'Remove a member from a team',
    description:
      'What is shared with the team is out of reach when it is answered. Everybody may leave a team.',
  })
  remove(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Param('userId', RowIdPipe) userId: string,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    const row = audit<string>(() => ({ id, metadata: { removed: userId } }));
    return this.members.remove(by, id, userId, row);
  }
}
