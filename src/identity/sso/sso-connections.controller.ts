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
import { CreateSsoConnectionDto } from './dto/create-sso-connection.dto.js';
import {
  type SsoConnectionList,
  ssoConnectionListSchema,
  ssoConnectionSchema,
  type SsoConnectionView,
} from './sso-connection.schema.js';
import { SsoConnections } from './sso-connections.js';

/** Connects the providers by which the people of companies sign in. */
@Controller('api/sso/connections')
@UseInterceptors(SettlesInterceptor)
@AuditResource('sso_connection')
export class SsoConnectionsController {
  constructor(private readonly connections: SsoConnections) {}

  @Get()
  @Scopes('users:read')
  @AuditTargets(({ connections }: SsoConnectionList) => connections.map(({ id }) => id), 'connections')
  @ApiRoute({
    summary: 'List the companies that sign in by their own provider',
    answer: ssoConnectionListSchema,
  })
  async list(@CurrentCaller() caller: Caller): Promise<SsoConnectionList> {
    return { connections: await this.connections.list(caller), nextCursor: null };
  }

  @Post()
  @Scopes('users:write')
  @ApiRoute({
    summary: 'Connect the provider of a company',
    description:
      'The provider is asked when somebody signs in, and not now. Its people get an account at their first sign-in.',
    answer: ssoConnectionSchema,
    body: {
      kind: 'oidc',
      name: 'Example Inc.',
      domains: ['example.com'],
      issuer: 'https://login.example.com',
      clientId: 'bouncer',
      clientSecret: 'what-the-provider-shows',
    },
  })
  create(
    @CurrentRequester() by: Requester,
    @Body() input: CreateSsoConnectionDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<SsoConnectionView> {
    const { clientSecret: _secret, certificates: _certificates, ...given } = input;
    const row = audit<SsoConnectionView>(({ id, certificates }) => ({
      id,
      metadata: { changes: { ...given, ...(certificates && { certificates }) } },
    }));
    return this.connections.create(by, input, row);
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('users:write')
  @ApiRoute({
    summary: 'End the connection of a company',
    description: 'It ends the sessions that were made by the provider. The users stay as they are.',
  })
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
