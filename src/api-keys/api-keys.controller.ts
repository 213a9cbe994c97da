import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { CurrentCaller, Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { CurrentRequester, type Requester } from '../access/requester.js';
import type { Visible } from '../access/visible-to.js';
import { AuditMetadata } from '../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { AuditTargets } from '../audit/recording/audit-targets.decorator.js';
import { type AuditChange, AuditedChange } from '../audit/recording/change-row.js';
import { SettlesInterceptor } from '../coherence/settles.interceptor.js';
import { combine } from '../database/transaction-hook.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { type KeepAnswer, IdempotentResponse } from '../idempotency/keep-answer.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { RowIdPipe } from '../validation/row-id.pipe.js';
import type { ApiKey } from './api-key.entity.js';
import {
  type ApiKeyList,
  apiKeyListSchema,
  apiKeySchema,
  type ApiKeyView,
  issuedApiKeySchema,
  type IssuedApiKeyView,
  writtenApiKeySchema,
} from './api-key.schema.js';
import {
  type IssuedApiKey,
  repeatedFor,
  toIssuedView,
  toRepeatedView,
  toView,
  toWriter,
} from './api-key.views.js';
import { ApiKeysService } from './api-keys.service.js';
import { CreateApiKeyDto } from './dto/create-api-key.dto.js';
import { ListApiKeysQuery } from './dto/list-api-keys.query.js';
import { RotateApiKeyDto } from './dto/rotate-api-key.dto.js';
import { UpdateApiKeyDto } from './dto/update-api-key.dto.js';
import { KeyListService } from './listing/key-list.service.js';
import { toListedView } from './listing/listed-key.js';
import { KeyRotationService, type RotatedKeys } from './key-rotation.service.js';

@Controller('api/mcp/keys')
@UseInterceptors(SettlesInterceptor)
@AuditResource('api_key')
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly listing: KeyListService,
    private readonly rotation: KeyRotationService,
  ) {}

  @Post()
  @Scopes('keys:write')
  @Idempotent(repeatedFor)
  @ApiRoute({
    summary: 'Create a key',
    description: 'The one answer, beside those of rotations, that shows the key itself.',
    answer: issuedApiKeySchema,
    body: {
      name: 'Assistant',
      scopes: ['documents:read'],
      agent: true,
      expiresAt: '2027-05-01T12:00:00Z',
      ipAllowlist: ['192.0.2.0/24'],
    },
    errors: ['conflict', 'key_limit_reached'],
  })
  async create(
    @CurrentRequester() by: Requester,
    @Body() input: CreateApiKeyDto,
    @AuditedChange() audit: AuditChange,
    @IdempotentResponse() keep: KeepAnswer,
  ): Promise<IssuedApiKeyView> {
    const row = audit<IssuedApiKey>(({ row: { id } }) => ({ id, metadata: { changes: input } }));
    return toIssuedView(await this.keys.create(by, input, combine(row, keep(toRepeatedView))));
  }

  @Get()
  @Scopes('keys:read')
  @AuditMetadata(
    'userId',
    'owner',
    'state',
    'unusedForDays',
    'endsWithinDays',
    'elevated',
    'anyAddress',
    'words',
    'order',
    'limit',
    'cursor',
  )
  @AuditTargets(({ keys }: ApiKeyList) => keys.map(({ id }) => id), 'api_keys')
  @ApiRoute({
    summary: 'List keys, newest first or in another order',
    description: 'Filters that are given together must all find a key.',
    answer: apiKeyListSchema,
  })
  async list(@CurrentCaller() caller: Caller, @Query() query: ListApiKeysQuery): Promise<ApiKeyList> {
    const { rows, nextCursor } = await this.listing.page(caller, query);
    return { keys: rows.map(toListedView), nextCursor };
  }

  @Get(':id')
  @Scopes('keys:read')
  @ApiRoute({ summary: 'A key', answer: apiKeySchema })
  async get(@CurrentCaller() caller: Caller, @Param('id', RowIdPipe) id: string): Promise<ApiKeyView> {
    return toView(await this.keys.get(caller, id));
  }

  @Patch(':id')
  @Scopes('keys:write')
  @ApiRoute({
    summary: 'Change a key',
    answer: writtenApiKeySchema,
    body: { name: 'Assistant, read only', enabled: true },
    errors: ['conflict'],
  })
  async update(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Body() changes: UpdateApiKeyDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<Visible<ApiKeyView>> {
    const row = audit<ApiKey>(() => ({ id, metadata: { changes } }));
    return toWriter(by.caller, await this.keys.update(by, id, changes, row), changes);
  }

  @Post('rotate')
  @Scopes('keys:write')
  @Idempotent(repeatedFor)
  @ApiRoute({
    summary: 'Replace all keys of the owner by one',
    description: 'The new key has the scopes of all of them.',
    answer: issuedApiKeySchema,
    errors: ['conflict'],
  })
  async rotateAll(
    @CurrentRequester() by: Requester,
    @AuditedChange() audit: AuditChange,
    @IdempotentResponse() keep: KeepAnswer,
  ): Promise<IssuedApiKeyView> {
    const row = audit<RotatedKeys>(({ issued, ended }) => ({
      id: issued.row.id,
      others: ended.map(({ id }) => id),
    }));
    const kept = keep(({ issued }: RotatedKeys) => toRepeatedView(issued));
    return toIssuedView(await this.rotation.rotateAll(by, combine(row, kept)));
  }

  @Post(':id/rotate')
  @Scopes('keys:write')
  @Idempotent(repeatedFor)
  @ApiRoute({
    summary: 'Replace a key by a new one',
    description: 'The new key carries over scopes, list of addresses and metadata.',
    answer: issuedApiKeySchema,
    body: { gracePeriodSeconds: 3600 },
    errors: ['conflict'],
  })
  async rotate(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Body() grace: RotateApiKeyDto,
    @AuditedChange() audit: AuditChange,
    @IdempotentResponse() keep: KeepAnswer,
  ): Promise<IssuedApiKeyView> {
    const row = audit<IssuedApiKey>((next) => ({ id, others: [next.row.id], metadata: { changes: grace } }));
    return toIssuedView(await this.rotation.rotate(by, id, grace, combine(row, keep(toRepeatedView))));
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('keys:write')
  @ApiRoute({ summary: 'End a key; its row stays' })
  revoke(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    return this.keys.revoke(
      by,
      id,
      audit(() => ({ id })),
    );
  }
}
