import { Controller, Get, Param, Query } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { AuditMetadata } from '../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { KeyUsageService, type Usage } from '../audit/usage/key-usage.service.js';
import { RowIdPipe } from '../validation/row-id.pipe.js';
import { ApiKeysService } from './api-keys.service.js';
import { ApiKeyUsageQuery } from './dto/api-key-usage.query.js';

const DEFAULT_DAYS = 30;

interface ApiKeyUsageView extends Usage {
  keyId: string;
  /** The latest use of all, also one before `from`; as the key itself shows it, up to 60 s late. */
  lastUsedAt: Date | null;
  nextCursor: null;
}

@Controller('api/mcp/keys')
@AuditResource('api_key')
export class ApiKeyUsageController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly keyUsage: KeyUsageService,
  ) {}

  /** Nothing of the usage is read before the key is known to be the caller's to see. */
  @Get(':id/usage')
  @Scopes('keys:read')
  @AuditMetadata('days')
  async usage(
    @CurrentCaller() caller: Caller,
    @Param('id', RowIdPipe) id: string,
    @Query() { days = DEFAULT_DAYS }: ApiKeyUsageQuery,
  ): Promise<ApiKeyUsageView> {
    const { id: keyId, lastUsedAt } = await this.keys.get(caller, id);
    return { keyId, lastUsedAt, ...(await this.keyUsage.of(keyId, days)), nextCursor: null };
  }
}
