import { Controller, Get } from '@nestjs/common';
import { Authenticated, CurrentCaller } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { AuditResource } from '../audit/audit-resource.decorator.js';
import { type Me, MeService } from './me.service.js';

@Controller('api/me')
@AuditResource('me')
export class MeController {
  constructor(private readonly me: MeService) {}

  @Get()
  @Authenticated()
  describe(@CurrentCaller() caller: Caller): Me {
    return this.me.describe(caller);
  }
}
