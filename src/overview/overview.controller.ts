import { Controller, Get, Query } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { AuditMetadata } from '../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { OverviewQuery } from './dto/overview-query.dto.js';
import { type Overview, overviewSchema } from './overview.schema.js';
import { OverviewService } from './overview.service.js';

@Controller('api/overview')
@AuditResource('overview')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  @Scopes('audit:read')
  @AuditMetadata('window')
  @ApiRoute({
    summary: 'Whether all is well',
    description:
      'Calls, refusals, errors and durations of the rows that `GET /api/audit` shows the caller: auditors and administrators those of ' +
      'their organisation, members their own; operators in the default organisation all. Beside them, the state of the service.',
    answer: overviewSchema,
  })
  get(@CurrentCaller() caller: Caller, @Query() { window = '24h' }: OverviewQuery): Promise<Overview> {
    return this.overview.of(caller, window);
  }
}
