import { Controller, Get, Ip } from '@nestjs/common';
import { Authenticated, CurrentCaller } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { type KeyAccess, KeyAccessService } from './key-access.service.js';

@Controller('api/me')
@AuditResource('me')
export class MeController {
  constructor(private readonly access: KeyAccessService) {}

  @Get()
  @Authenticated()
  describe(@CurrentCaller() caller: Caller, @Ip() ip: string): KeyAccess {
    return this.access.describe(caller, ip);
  }
}
