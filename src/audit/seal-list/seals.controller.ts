import { Controller, Get, Query } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../../access/access.decorators.js';
import type { Caller } from '../../access/caller.js';
import { PageQuery } from '../../database/page.js';
import { ApiRoute } from '../../openapi/api-route.decorator.js';
import { AuditMetadata } from '../recording/audit-metadata.decorator.js';
import { AuditResource } from '../recording/audit-resource.decorator.js';
import { AUDIT_SCOPE } from '../query/reader-check.js';
import { type SealList, sealListSchema } from './seals.schema.js';
import { SealsService } from './seals.service.js';

@Controller('api/audit/seals')
@AuditResource('audit_seals')
export class SealsController {
  constructor(private readonly seals: SealsService) {}

  @Get()
  @Scopes(AUDIT_SCOPE)
  @AuditMetadata('limit', 'cursor')
  @ApiRoute({
    summary: 'List the seals of the audit, newest first',
    description:
      'A seal covers rows of all organisations, so only auditors and administrators of the service read them. They say how far the ' +
      'audit is sealed; whether a row is what was sealed, a verification says (`POST /api/audit/verify`).',
    answer: sealListSchema,
  })
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<SealList> {
    return this.seals.list(caller, query);
  }
}
