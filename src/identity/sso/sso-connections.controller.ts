import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, UseInterceptors } from '@nestjs/common';
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
import { UpdateSsoConnectionDto } from './dto/update-sso-connection.dto.js';
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
    const row = audit<SsoConnectionView>((made) => ({
      id: made.id,
      metadata: { changes: shown(input, made) },
    }));
    return this.connections.create(by, input, row);
  }

  @Patch(':id')
  @HttpCode(204)
  @Scopes('users:write')
  @ApiRoute({
    summary: 'Change what a provider renews, or switch it off',
    description:
      'The certificates that are given take the place of the ones before. Switching it off ends the sessions that were made by it.',
    body: { clientSecret: 'what-the-provider-shows' },
  })
  update(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Body() input: UpdateSsoConnectionDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    const row = audit<SsoConnectionView>((made) => ({ id, metadata: { changes: shown(input, made) } }));
    return this.connections.update(by, id, input, row);
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

/** What the row says of a change: of a secret that there is another one, and of certificates what they can be compared by. */
const shown = (
  { clientSecret, certificates, ...given }: UpdateSsoConnectionDto,
  made: SsoConnectionView,
): Record<string, unknown> => ({
  ...given,
  ...(clientSecret !== undefined && { renewsSecret: true }),
  ...(certificates && { certificates: made.certificates }),
});
