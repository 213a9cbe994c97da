import { Controller, Get, Ip, Param } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { KeyInspector } from '../api-keys/key-inspector.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { RowIdPipe } from '../validation/row-id.pipe.js';
import { type KeyAccess, keyAccessSchema } from './key-access.schema.js';
import { KeyAccessService } from './key-access.service.js';

/** Shows what a key may do and why not: to its owner, and to admins. */
@Controller('api/mcp/keys')
@AuditResource('api_key')
export class EffectiveController {
  constructor(
    private readonly keys: KeyInspector,
    private readonly access: KeyAccessService,
  ) {}

  @Get(':id/effective')
  @Scopes('keys:read')
  @ApiRoute({ summary: 'What a key can do, and why not', answer: keyAccessSchema })
  async effective(
    @CurrentCaller() caller: Caller,
    @Param('id', RowIdPipe) id: string,
    @Ip() ip: string,
  ): Promise<KeyAccess> {
    return this.access.describe(await this.keys.callerBehind(caller, id), ip);
  }
}
