import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../../access/access.decorators.js';
import type { Caller } from '../../access/caller.js';
import { CurrentRequester, type Requester } from '../../access/requester.js';
import { type Visible, visibleTo } from '../../access/visible-to.js';
import { AuditMetadata } from '../../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../../audit/recording/audit-resource.decorator.js';
import { AuditTargets } from '../../audit/recording/audit-targets.decorator.js';
import { type AuditChange, AuditedChange } from '../../audit/recording/change-row.js';
import { PageQuery } from '../../database/page.js';
import { ApiRoute } from '../../openapi/api-route.decorator.js';
import { RowIdPipe } from '../../validation/row-id.pipe.js';
import { CreateInvitationDto } from './dto/create-invitation.dto.js';
import {
  type InvitationList,
  invitationListSchema,
  type InvitationView,
  writtenInvitationSchema,
} from './invitation.schema.js';
import { InvitationsService } from './invitations.service.js';

/** Invites people, who choose their passwords by a link in a mail. */
@Controller('api/invitations')
@AuditResource('invitation')
export class InvitationsController {
  constructor(private readonly invitations: InvitationsService) {}

  @Post()
  @Scopes('users:write')
  @ApiRoute({
    summary: 'Invite a person',
    description:
      'The mail has a link that works once, for 7 days. Another invitation of the same address voids the former one. The account is made when the link is used; a user without a password can be invited too.',
    answer: writtenInvitationSchema,
    body: { email: 'grace@example.com', name: 'Grace', role: 'member' },
    errors: ['conflict'],
  })
  async create(
    @CurrentRequester() by: Requester,
    @Body() input: CreateInvitationDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<Visible<InvitationView>> {
    const row = audit<InvitationView>(({ id, expiresAt }) => ({
      id,
      metadata: { changes: input, expiresAt },
    }));
    return visibleTo(by.caller, 'users:read', await this.invitations.create(by, input, row), input);
  }

  @Get()
  @Scopes('users:read')
  @AuditMetadata('limit', 'cursor')
  @AuditTargets(({ invitations }: InvitationList) => invitations.map(({ id }) => id), 'invitations')
  @ApiRoute({ summary: 'List invitations that can be accepted, newest first', answer: invitationListSchema })
  async list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<InvitationList> {
    const { rows, nextCursor } = await this.invitations.list(caller, query);
    return { invitations: rows, nextCursor };
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('users:write')
  @ApiRoute({ summary: 'Withdraw an invitation', description: 'Its link does not work any more.' })
  revoke(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    return this.invitations.revoke(
      by,
      id,
      audit<string>(() => ({ id })),
    );
  }
}
