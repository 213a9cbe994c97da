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
import { CurrentCaller, Scopes } from '../../access/access.decorators.js';
import type { Caller } from '../../access/caller.js';
import { CurrentRequester, type Requester } from '../../access/requester.js';
import { AuditMetadata } from '../../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../../audit/recording/audit-resource.decorator.js';
import { AuditTargets } from '../../audit/recording/audit-targets.decorator.js';
import { type AuditChange, AuditedChange } from '../../audit/recording/change-row.js';
import { SettlesInterceptor } from '../../coherence/settles.interceptor.js';
import { PageQuery } from '../../database/page.js';
import { ApiRoute } from '../../openapi/api-route.decorator.js';
import type { ClientRow } from './client-rows.js';
import {
  type MadeClient,
  madeClientSchema,
  type OAuthClientList,
  oauthClientListSchema,
  oauthClientSchema,
  type OAuthClientView,
} from './client.schema.js';
import { ClientsService, toClientView } from './clients.service.js';
import { CreateClientDto } from './dto/create-client.dto.js';
import { DecideClientDto } from './dto/decide-client.dto.js';

/** Decides which OAuth clients an organisation lets in. One that was blocked has no power on any replica when the answer comes. */
@Controller('api/oauth/clients')
@UseInterceptors(SettlesInterceptor)
@AuditResource('oauth_client')
export class ClientsController {
  constructor(private readonly clients: ClientsService) {}

  @Get()
  @Scopes('clients:read')
  @AuditMetadata('limit', 'cursor')
  @AuditTargets(({ clients }: OAuthClientList) => clients.map(({ clientId }) => clientId), 'clients')
  @ApiRoute({
    summary: 'List the OAuth clients that the organization was asked about, newest first',
    description:
      'In the default organization also those that registered and that nobody has asked for. `state` says what was decided.',
    answer: oauthClientListSchema,
  })
  async list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<OAuthClientList> {
    const { rows, nextCursor } = await this.clients.list(caller, query);
    return { clients: rows.map(toClientView), nextCursor };
  }

  @Post()
  @Scopes('clients:write')
  @ApiRoute({
    summary: 'Make an OAuth client, or approve a metadata document ahead',
    description:
      'It is approved in the organization of the caller at once. With `agentId` the client is that agent, and needs no person: the caller has the scopes of the agent. The secret is not shown again.',
    answer: madeClientSchema,
    body: { name: 'Example editor', redirectUris: ['https://client.example.com/callback'] },
    errors: ['not_found', 'conflict'],
  })
  create(
    @CurrentRequester() by: Requester,
    @Body() input: CreateClientDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<MadeClient> {
    const { tokenEndpointAuthMethod: method, jwks: _, ...changes } = input;
    const row = audit<MadeClient>(({ clientId }) => ({
      id: clientId,
      metadata: { changes: { ...changes, ...(method && { authMethod: method }) } },
    }));
    return this.clients.create(by, input, row);
  }

  @Get(':id')
  @Scopes('clients:read')
  @ApiRoute({
    summary: 'An OAuth client',
    description: 'An id that is an address is percent-encoded in the path.',
    answer: oauthClientSchema,
  })
  async get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<OAuthClientView> {
    return toClientView(await this.clients.get(caller, id));
  }

  @Patch(':id')
  @HttpCode(204)
  @Scopes('clients:write')
  @ApiRoute({
    summary: 'Approve or block an OAuth client for the organization',
    description:
      'The tokens of a blocked client are refused from then on. Its grants stay, and hold again once it is approved.',
    body: { state: 'approved' },
  })
  decide(
    @CurrentRequester() by: Requester,
    @Param('id') id: string,
    @Body() { state }: DecideClientDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    const row = audit<ClientRow>((client) => ({
      id,
      metadata: { state, before: client.state, name: client.name },
    }));
    return this.clients.decide(by, id, state, row);
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('clients:write')
  @ApiRoute({
    summary: 'End an OAuth client with all of its grants, in all organizations',
    description:
      'An administrator of the service does so. It may register again, and is then decided about anew.',
  })
  remove(
    @CurrentRequester() by: Requester,
    @Param('id') id: string,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    return this.clients.remove(
      by,
      id,
      audit<string>(() => ({ id })),
    );
  }
}
