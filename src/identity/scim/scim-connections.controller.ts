import { Body, Controller, Delete, Get, HttpCode, Param, Post, UseInterceptors } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../../access/access.decorators.js';
import type { Caller } from '../../access/caller.js';
import { CurrentRequester, type Requester } from '../../access/requester.js';
import { AuditResource } from '../../audit/recording/audit-resource.decorator.js';
import { AuditTargets } from '../../audit/recording/audit-targets.decorator.js';
import { type AuditChange, AuditedChange } from '../../audit/recording/change-row.js';
import { SettlesInterceptor } from '../../coherence/settles.interceptor.js';
import { ApiRoute } from '../../openapi/api-route.decorator.js';
import { RowIdPipe } from '../../validation/row-id.pipe.js';
import { CreateScimConnectionDto } from './dto/create-scim-connection.dto.js';
import {
  type MadeScimConnection,
  madeScimConnectionSchema,
  type ScimConnectionList,
  scimConnectionListSchema,
  type ScimConnectionView,
} from './scim-connection.schema.js';
import { ScimConnections } from './scim-connections.js';

/** Connects the directories of companies, which add and remove people by SCIM. */
@Controller('api/scim/connections')
@UseInterceptors(SettlesInterceptor)
@AuditResource('scim_connection')
export class ScimConnectionsController {
  constructor(private readonly connections: ScimConnections) {}

  @Get()
  @Scopes('users:read')
  @AuditTargets(({ connections }: ScimConnectionList) => connections.map(({ id }) => id), 'connections')
  @ApiRoute({ summary: 'List the connections of directories', answer: scimConnectionListSchema })
  async list(@CurrentCaller() caller: Caller): Promise<ScimConnectionList> {
    return { connections: await this.connections.list(caller), nextCursor: null };
  }

  @Post()
  @Scopes('users:write')
  @ApiRoute({
    summary: 'Connect a directory',
    description: 'The answer has the secret that the directory sends. It is not shown again.',
    answer: madeScimConnectionSchema,
    body: { name: 'Example Inc.', domains: ['example.com'] },
  })
  create(
    @CurrentRequester() by: Requester,
    @Body() input: CreateScimConnectionDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<MadeScimConnection> {
    const row = audit<ScimConnectionView>(({ id }) => ({ id, metadata: { changes: input } }));
    return this.connections.create(by, input, row);
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('users:write')
  @ApiRoute({ summary: 'End the connection of a directory', description: 'Its users stay as they are.' })
  remove(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    return this.connections.remove(
      by,
      id,
      audit<string>(() => ({ id })),
    );
  }
}
