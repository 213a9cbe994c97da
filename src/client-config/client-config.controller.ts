import { Controller, Get, Query } from '@nestjs/common';
import { Authenticated } from '../access/access.decorators.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { ClientConfigQuery } from './client-config.query.js';
import { type ClientConfig, ClientConfigService } from './client-config.service.js';

type ClientList = { clients: ReturnType<ClientConfigService['list']>; nextCursor: null };

@Controller('api/mcp/client-config')
@AuditResource('client_config')
export class ClientConfigController {
  constructor(private readonly configs: ClientConfigService) {}

  @Get()
  @Authenticated()
  get(@Query() { client }: ClientConfigQuery): ClientConfig | ClientList {
    return client === undefined
      ? { clients: this.configs.list(), nextCursor: null }
      : this.configs.get(client);
  }
}
