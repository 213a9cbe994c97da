import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, UseInterceptors } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../../access/access.decorators.js';
import type { Caller } from '../../access/caller.js';
import { CurrentRequester, type Requester } from '../../access/requester.js';
import { AuditResource } from '../../audit/recording/audit-resource.decorator.js';
import { type AuditChange, AuditedChange } from '../../audit/recording/change-row.js';
import { SettlesInterceptor } from '../../coherence/settles.interceptor.js';
import { ApiRoute } from '../../openapi/api-route.decorator.js';
import { RowIdPipe } from '../../validation/row-id.pipe.js';
import { ShareSourceDto, SourceDto } from './share.dto.js';
import {
  type SourceShareList,
  sourceShareListSchema,
  sourceShareSchema,
  type SourceShareView,
} from './share.schema.js';
import { SourceShares } from './source-shares.service.js';

/** With which teams the caller shares the folders that are imported for it. */
@Controller('api/documents/sources/shares')
@AuditResource('document_source')
@UseInterceptors(SettlesInterceptor)
export class SourceSharesController {
  constructor(private readonly shares: SourceShares) {}

  @Get()
  @Scopes('documents:read')
  @ApiRoute({ summary: 'List your folders that are shared with teams', answer: sourceShareListSchema })
  async list(@CurrentCaller() caller: Caller): Promise<SourceShareList> {
    return { shares: await this.shares.list(caller), nextCursor: null };
  }

  @Put(':teamId')
  @Scopes('documents:read', 'documents:share')
  @ApiRoute({
    summary: 'Share a folder with a team',
    description:
      'All documents that are imported for you from the source are shared, those of later imports as well. One that is shared with the team by itself keeps its role.',
    answer: sourceShareSchema,
    body: { source: 'handbook', role: 'reader' },
  })
  share(
    @CurrentRequester() by: Requester,
    @Param('teamId', RowIdPipe) teamId: string,
    @Body() { source, role }: ShareSourceDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<SourceShareView> {
    const row = audit<SourceShareView>(({ documents }) => ({
      id: source,
      metadata: { teamId, role, documents },
    }));
    return this.shares.share(by, { source, teamId }, role, row);
  }

  @Delete(':teamId')
  @HttpCode(204)
  @Scopes('documents:read', 'documents:share')
  @ApiRoute({
    summary: 'No longer share a folder with a team',
    description: 'What is shared with the team by itself stays so.',
  })
  unshare(
    @CurrentRequester() by: Requester,
    @Param('teamId', RowIdPipe) teamId: string,
    @Query() { source }: SourceDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    const row = audit(() => ({ id: source, metadata: { teamId } }));
    return this.shares.unshare(by, { source, teamId }, row);
  }
}
