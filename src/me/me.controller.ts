import { Controller, Get, Ip } from '@nestjs/common';
import { Authenticated, CurrentCaller } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { type KeyAccess, keyAccessSchema } from './key-access.schema.js';
import { KeyAccessService } from './key-access.service.js';

@Controller('api/me')
@AuditResource('me')
export class MeController {
  constructor(private readonly access: KeyAccessService) {}

  @Get()
  @Authenticated()
  @ApiRoute({ summary: 'Who is calling, and what may they do', answer: keyAccessSchema })
  describe(@CurrentCaller() caller: Caller, @Ip() ip: string): Promise<KeyAccess> {
    return this.access.describe(caller, ip);
  }
}
