import { Controller, Get, Query } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import type { AuditEvent } from './audit-event.entity.js';
import { AuditResource } from './audit-resource.decorator.js';
import { AuditService } from './audit.service.js';
import { AuditQuery } from './dto/audit-query.dto.js';

@Controller('api/audit')
@AuditResource('audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @Scopes('audit:read')
  async list(
    @CurrentCaller() caller: Caller,
    @Query() query: AuditQuery,
  ): Promise<{ events: AuditEvent[]; nextCursor: string | null }> {
    const { rows, nextCursor } = await this.audit.list(caller, query);
    return { events: rows, nextCursor };
  }
}
