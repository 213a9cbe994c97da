import { Body, Controller, Delete, Get, HttpCode, Param, Put, UseInterceptors } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../../access/access.decorators.js';
import type { Caller } from '../../access/caller.js';
import { CurrentRequester, type Requester } from '../../access/requester.js';
import { AuditResource } from '../../audit/recording/audit-resource.decorator.js';
import { type AuditChange, AuditedChange } from '../../audit/recording/change-row.js';
import { SettlesInterceptor } from '../../coherence/settles.interceptor.js';
import { ApiRoute } from '../../openapi/api-route.decorator.js';
import { RowIdPipe } from '../../validation/row-id.pipe.js';
import { DocumentShares } from './document-shares.service.js';
import { ShareDocumentDto } from './share.dto.js';
import {
  type DocumentShareList,
  documentShareListSchema,
  documentShareSchema,
  type DocumentShareView,
} from './share.schema.js';

/** With which teams a document is shared. */
@Controller('api/documents/:id/shares')
@AuditResource('document')
@UseInterceptors(SettlesInterceptor)
export class DocumentSharesController {
  constructor(private readonly documents: DocumentShares) {}

  @Get()
  @Scopes('documents:read')
  @ApiRoute({
    summary: 'List the teams that a document is shared with',
    description: 'For its owner, or a maintainer of the team that owns it.',
    answer: documentShareListSchema,
  })
  async shares(
    @CurrentCaller() caller: Caller,
    @Param('id', RowIdPipe) id: string,
  ): Promise<DocumentShareList> {
    return { shares: await this.documents.list(caller, id), nextCursor: null };
  }

  @Put(':teamId')
  @Scopes('documents:read', 'documents:share')
  @ApiRoute({
    summary: 'Share a document with a team',
    description:
      'The members of the team find and read it when this is answered; as editors they also change it. Only its owner shares it, or a maintainer of the team that owns it.',
    answer: documentShareSchema,
    body: { role: 'reader' },
    errors: ['forbidden'],
  })
  share(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Param('teamId', RowIdPipe) teamId: string,
    @Body() { role }: ShareDocumentDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<DocumentShareView> {
    const row = audit<DocumentShareView>(() => ({ id, metadata: { teamId, role } }));
    return this.documents.share(by, { id, teamId }, role, row);
  }

  @Delete(':teamId')
  @HttpCode(204)
  @Scopes('documents:read', 'documents:share')
  @ApiRoute({
    summary: 'No longer share a document with a team',
    description: 'When this is answered, no member of the team reads it any more by this share.',
    errors: ['forbidden'],
  })
  unshare(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Param('teamId', RowIdPipe) teamId: string,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    const row = audit(() => ({ id, metadata: { teamId } }));
    return this.documents.unshare(by, { id, teamId }, row);
  }
}
