import { Controller, Get, Header } from '@nestjs/common';
import { Scopes } from '../access/access.decorators.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { Exposition, METRICS_TYPE } from './exposition.js';

@Controller('metrics')
@AuditResource('metrics')
export class MetricsController {
  constructor(private readonly exposition: Exposition) {}

  @Get()
  @Scopes('metrics:read')
  @Header('Content-Type', METRICS_TYPE)
  @ApiRoute({
    summary: 'The metrics of this process, for Prometheus',
    responses: { 200: { description: 'The metrics', content: { 'text/plain': null } } },
  })
  scrape(): Promise<string> {
    return this.exposition.text();
  }
}
