import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { CurrentCaller, Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { CurrentRequester, type Requester } from '../access/requester.js';
import { type Visible, visibleTo } from '../access/visible-to.js';
import { AuditMetadata } from '../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { AuditTargets } from '../audit/recording/audit-targets.decorator.js';
import { type AuditChange, AuditedChange } from '../audit/recording/change-row.js';
import { SettlesInterceptor } from '../coherence/settles.interceptor.js';
import { PageQuery } from '../database/page.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { LeavingQuery } from '../organizations/dto/member.dto.js';
import type { Left } from '../organizations/leaving.js';
import { RowIdPipe } from '../validation/row-id.pipe.js';
import { TeamDto, UpdateTeamDto } from './dto/team.dto.js';
import {
  type TeamList,
  teamListSchema,
  teamSchema,
  type TeamView,
  writtenTeamSchema,
} from './team.schema.js';
import { TeamsService } from './teams.service.js';

@Controller('api/teams')
@UseInterceptors(SettlesInterceptor)
@AuditResource('team')
export class TeamsController {
  constructor(private readonly teams: TeamsService) {}

  @Get()
  @Scopes('teams:read')
  @AuditMetadata('limit', 'cursor')
  @AuditTargets(({ teams }: TeamList) => teams.map(({ id }) => id), 'teams')
  @ApiRoute({
    summary: 'List teams, newest first',
    description: 'An administrator sees those of the organisation, and others those that they belong to.',
    answer: teamListSchema,
  })
  async list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<TeamList> {
    const { rows, nextCursor } = await this.teams.list(caller, query);
    return { teams: rows, nextCursor };
  }

  @Post()
  @Scopes('teams:write')
  @ApiRoute({
    summary: 'Make a team',
    description: 'Only an administrator does, and is its first maintainer.',
    answer: writtenTeamSchema,
    body: { name: 'Support' },
    errors: ['conflict'],
  })
  async create(
    @CurrentRequester() by: Requester,
    @Body() input: TeamDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<Visible<TeamView>> {
    const row = audit<TeamView>(({ id }) => ({ id, metadata: { changes: input } }));
    return visibleTo(by.caller, 'teams:read', await this.teams.create(by, input, row), input);
  }

  @Get(':id')
  @Scopes('teams:read')
  @ApiRoute({ summary: 'A team', answer: teamSchema })
  get(@CurrentCaller() caller: Caller, @Param('id', RowIdPipe) id: string): Promise<TeamView> {
    return this.teams.get(caller, id);
  }

  @Patch(':id')
  @Scopes('teams:write')
  @ApiRoute({
    summary: 'Change a team',
    answer: writtenTeamSchema,
    body: { name: 'Support' },
    errors: ['conflict'],
  })
  async update(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Body() input: UpdateTeamDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<Visible<TeamView>> {
    const row = audit<TeamView>(() => ({ id, metadata: { changes: input } }));
    return visibleTo(by.caller, 'teams:read', await this.teams.update(by, id, input, row), input);
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('teams:write')
  @ApiRoute({
    summary: 'End a team and its keys',
    description:
      'What it owns is handed over (`data=handover&to=<id>`) or deleted (`data=delete`). What was shared with it is no longer.',
    errors: ['conflict'],
  })
  remove(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Query() query: LeavingQuery,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    const row = audit<Left>(({ owned }) => ({ id, metadata: { ...query, owned } }));
    return this.teams.remove(by, id, query, row);
  }
}
