import { Controller, Get, Param, ParseUUIDPipe, Query, Req } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../../access/access.decorators.js';
import type { Caller, CallerRequest } from '../../access/caller.js';
import { ApiRoute } from '../../openapi/api-route.decorator.js';
import type { AuditEvent } from '../events/audit-event.entity.js';
import { AuditResource } from '../recording/audit-resource.decorator.js';
import { AuditSubjects } from '../recording/audit-subjects.js';
import { auditEventListSchema } from './audit-event.schema.js';
import { AuditService } from './audit.service.js';
import { type AuditDetails, auditDetailsSchema } from './details/audit-details.schema.js';
import { AuditDetailsService } from './details/audit-details.service.js';
import { AuditQuery } from './dto/audit-query.dto.js';
import { AUDIT_SCOPE } from './reader-check.js';

@Controller('api/audit')
@AuditResource('audit')
export class AuditController {
  constructor(
    private readonly audit: AuditService,
    private readonly details: AuditDetailsService,
    private readonly subjects: AuditSubjects,
  ) {}

  @Get()
  @Scopes(AUDIT_SCOPE)
  @ApiRoute({
    summary: 'Read the audit trail, newest first',
    description:
      'Auditors and admins see every row of their organisation, members their own and those of agents that act for them. Operators ' +
      'see the rows of all organisations from the default one, or of that which `organizationId` names.',
    answer: auditEventListSchema,
  })
  async list(
    @CurrentCaller() caller: Caller,
    @Query() query: AuditQuery,
    @Req() request: CallerRequest,
  ): Promise<{ events: AuditEvent[]; nextCursor: string | null }> {
    this.subjects.note(request, { filters: { ...query } });
    const { rows, nextCursor } = await this.audit.list(caller, query);
    return { events: rows, nextCursor };
  }

  @Get(':id')
  @Scopes(AUDIT_SCOPE)
  @ApiRoute({
    summary: 'Read one row of the audit trail',
    description:
      'The row with the names of those who stood behind it, and the seal that covers it. For whoever finds it in the list.',
    answer: auditDetailsSchema,
  })
  get(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<AuditDetails> {
    return this.details.of(caller, id);
  }
}
