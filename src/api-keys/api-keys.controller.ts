import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { AuditResource } from '../audit/audit-resource.decorator.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { type KeepAnswer, Keeper } from '../idempotency/keep-answer.js';
import { RowIdPipe } from '../validation/row-id.pipe.js';
import {
  type ApiKeyView,
  type IssuedApiKeyView,
  repeatedFor,
  toIssuedView,
  toRepeatedView,
  toView,
} from './api-key.views.js';
import { ApiKeysService } from './api-keys.service.js';
import { CreateApiKeyDto } from './dto/create-api-key.dto.js';
import { ListApiKeysQuery } from './dto/list-api-keys.query.js';
import { RotateApiKeyDto } from './dto/rotate-api-key.dto.js';
import { UpdateApiKeyDto } from './dto/update-api-key.dto.js';
import { KeyRotationService } from './key-rotation.service.js';

@Controller('api/mcp/keys')
@AuditResource('api_key')
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly rotation: KeyRotationService,
  ) {}

  @Post()
  @Scopes('keys:write')
  @Idempotent(repeatedFor)
  async create(
    @CurrentCaller() caller: Caller,
    @Body() input: CreateApiKeyDto,
    @Keeper() keep: KeepAnswer,
  ): Promise<IssuedApiKeyView> {
    return toIssuedView(await this.keys.create(caller, input, keep(toRepeatedView)));
  }

  @Get()
  @Scopes('keys:read')
  async list(
    @CurrentCaller() caller: Caller,
    @Query() query: ListApiKeysQuery,
  ): Promise<{ keys: ApiKeyView[]; nextCursor: string | null }> {
    const { rows, nextCursor } = await this.keys.list(caller, query);
    return { keys: rows.map(toView), nextCursor };
  }

  @Get(':id')
  @Scopes('keys:read')
  async get(@CurrentCaller() caller: Caller, @Param('id', RowIdPipe) id: string): Promise<ApiKeyView> {
    return toView(await this.keys.get(caller, id));
  }

  @Patch(':id')
  @Scopes('keys:write')
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id', RowIdPipe) id: string,
    @Body() changes: UpdateApiKeyDto,
  ): Promise<ApiKeyView> {
    return toView(await this.keys.update(caller, id, changes));
  }

  @Post('rotate')
  @Scopes('keys:write')
  @Idempotent(repeatedFor)
  async rotateAll(@CurrentCaller() caller: Caller, @Keeper() keep: KeepAnswer): Promise<IssuedApiKeyView> {
    return toIssuedView(await this.rotation.rotateAll(caller, keep(toRepeatedView)));
  }

  @Post(':id/rotate')
  @Scopes('keys:write')
  @Idempotent(repeatedFor)
  async rotate(
    @CurrentCaller() caller: Caller,
    @Param('id', RowIdPipe) id: string,
    @Body() grace: RotateApiKeyDto,
    @Keeper() keep: KeepAnswer,
  ): Promise<IssuedApiKeyView> {
    return toIssuedView(await this.rotation.rotate(caller, id, grace, keep(toRepeatedView)));
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('keys:write')
  revoke(@CurrentCaller() caller: Caller, @Param('id', RowIdPipe) id: string): Promise<void> {
    return this.keys.revoke(caller, id);
  }
}
