import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, UseInterceptors } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { CurrentRequester, type Requester } from '../access/requester.js';
import { AuditMetadata } from '../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { AuditTargets } from '../audit/recording/audit-targets.decorator.js';
import { type AuditChange, AuditedChange } from '../audit/recording/change-row.js';
import { SettlesInterceptor } from '../coherence/settles.interceptor.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import type { Member } from '../users/member.js';
import { RowIdPipe } from '../validation/row-id.pipe.js';
import { LeavingQuery, MemberDto, MembersQuery } from './dto/member.dto.js';
import type { Left } from './leaving.js';
import { MembersService } from './members.service.js';
import { type MemberList, memberListSchema, type MemberView } from './organization.schema.js';

@Controller('api/organizations/:id/members')
@UseInterceptors(SettlesInterceptor)
@AuditResource('organization')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get()
  @Scopes('organizations:read')
  @AuditMetadata('role', 'limit', 'cursor')
  @AuditTargets(({ members }: MemberList) => members.map(({ id }) => id), 'members')
  @ApiRoute({ summary: 'List who belongs to an organization', answer: memberListSchema })
  async list(
    @CurrentCaller() caller: Caller,
    @Param('id', RowIdPipe) id: string,
    @Query() query: MembersQuery,
  ): Promise<MemberList> {
    const { rows, nextCursor } = await this.members.list(caller, id, query);
    return { members: rows.map(toView), nextCursor };
  }

  @Put(':userId')
  @HttpCode(204)
  @Scopes('organizations:write')
  @ApiRoute({
    summary: 'Change the role of a member, or add a person',
    description:
      'Only an operator adds somebody who does not belong to it. Only an owner or an operator makes and changes owners.',
    body: { role: 'admin' },
    errors: ['conflict'],
  })
  put(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Param('userId', RowIdPipe) userId: string,
    @Body() input: MemberDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    const row = audit<string>(() => ({ id, metadata: { member: userId, changes: input } }));
    return this.members.put(by, id, userId, input.role, row);
  }

  @Delete(':userId')
  @HttpCode(204)
  @Scopes('organizations:write')
  @ApiRoute({
    summary: 'Remove a member, with the keys and the places in teams',
    description:
      'What the person owns there is handed over (`data=handover&to=<id>`) or deleted (`data=delete`). The account stays.',
    errors: ['conflict'],
  })
  remove(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Param('userId', RowIdPipe) userId: string,
    @Query() query: LeavingQuery,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    const row = audit<Left>(({ owned }) => ({ id, metadata: { removed: userId, ...query, owned } }));
    return this.members.remove(by, id, userId, query, row);
  }
}

const toView = ({ id, kind, email, name, role, isActive }: Member): MemberView => ({
  id,
  kind,
  email,
  name,
  role,
  isActive,
});
