import { Controller, Get, Param, Query } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { AuditMetadata } from '../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { KeyUsageService } from '../audit/usage/key-usage.service.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { RowIdPipe } from '../validation/row-id.pipe.js';
import { type ApiKeyUsage, apiKeyUsageSchema } from './api-key-usage.schema.js';
import { ApiKeysService } from './api-keys.service.js';
import { ApiKeyUsageQuery } from './dto/api-key-usage.query.js';

const DEFAULT_DAYS = 30;

@Controller('api/mcp/keys')
@AuditResource('api_key')
export class ApiKeyUsageController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly keyUsage: KeyUsageService,
  ) {}

  /** Reads the key first, because only its owner and admins may see its usage. */
  @Get(':id/usage')
  @Scopes('keys:read')
  @AuditMetadata('days')
  @ApiRoute({ summary: 'What a key was used for, by day and tool', answer: apiKeyUsageSchema })
  async usage(
    @CurrentCaller() caller: Caller,
    @Param('id', RowIdPipe) id: string,
    @Query() { days = DEFAULT_DAYS }: ApiKeyUsageQuery,
  ): Promise<ApiKeyUsage> {
    const { id: keyId, lastUsedAt } = await this.keys.get(caller, id);
    return { keyId, lastUsedAt, ...(await this.keyUsage.of(keyId, days)), nextCursor: null };
  }
}
