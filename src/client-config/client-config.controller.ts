import { Controller, Get, Query } from '@nestjs/common';
import { Authenticated } from '../access/access.decorators.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { type ClientConfigAnswer, clientConfigAnswerSchema } from './client-config.schema.js';
import { ClientConfigQuery } from './client-config.query.js';
import { ClientConfigService } from './client-config.service.js';

@Controller('api/mcp/client-config')
@AuditResource('client_config')
export class ClientConfigController {
  constructor(private readonly configs: ClientConfigService) {}

  @Get()
  @Authenticated()
  @ApiRoute({
    summary: 'How a client is told of this service',
    description:
      'With `client`: its settings, filled in with this service’s address. Without: which clients there are.',
    answer: clientConfigAnswerSchema,
  })
  get(@Query() { client }: ClientConfigQuery): ClientConfigAnswer {
    return client === undefined
      ? { clients: this.configs.list(), nextCursor: null }
      : this.configs.get(client);
  }
}
