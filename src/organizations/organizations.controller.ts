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
import { type Visible, visibleTo } from '../access/visible-to.js';
import { AuditMetadata } from '../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { AuditTargets } from '../audit/recording/audit-targets.decorator.js';
import { type AuditChange, AuditedChange } from '../audit/recording/change-row.js';
import { SettlesInterceptor } from '../coherence/settles.interceptor.js';
import { PageQuery } from '../database/page.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { RowIdPipe } from '../validation/row-id.pipe.js';
import { CreateOrganizationDto, EndingQuery, UpdateOrganizationDto } from './dto/organization.dto.js';
import {
  type OrganizationList,
  organizationListSchema,
  organizationSchema,
  type OrganizationView,
  writtenOrganizationSchema,
} from './organization.schema.js';
import { OrganizationsService } from './organizations.service.js';

@Controller('api/organizations')
@UseInterceptors(SettlesInterceptor)
@AuditResource('organization')
export class OrganizationsController {
  constructor(private readonly organizations: OrganizationsService) {}

  @Get()
  @Scopes('organizations:read')
  @AuditMetadata('limit', 'cursor')
  @AuditTargets(({ organizations }: OrganizationList) => organizations.map(({ id }) => id), 'organizations')
  @ApiRoute({
    summary: 'List organizations, newest first',
    description:
      'An operator sees all of them, a person who signed in the own ones, and a key the one in which it acts.',
    answer: organizationListSchema,
  })
  async list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<OrganizationList> {
    const { rows, nextCursor } = await this.organizations.list(caller, query);
    return { organizations: rows, nextCursor };
  }

  @Post()
  @Scopes('organizations:write')
  @ApiRoute({
    summary: 'Make an organization',
    description: 'Only an operator does. The owner gets an account where nobody has the address.',
    answer: writtenOrganizationSchema,
    body: { name: 'Example Inc.', owner: { email: 'ada@example.com', name: 'Ada' } },
  })
  async create(
    @CurrentRequester() by: Requester,
    @Body() input: CreateOrganizationDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<Visible<OrganizationView>> {
    const row = audit<OrganizationView>(({ id }) => ({ id, metadata: { changes: input } }));
    return visibleTo(by.caller, 'organizations:read', await this.organizations.create(by, input, row), input);
  }

  @Get(':id')
  @Scopes('organizations:read')
  @ApiRoute({ summary: 'An organization', answer: organizationSchema })
  get(@CurrentCaller() caller: Caller, @Param('id', RowIdPipe) id: string): Promise<OrganizationView> {
    return this.organizations.get(caller, id);
  }

  @Patch(':id')
  @Scopes('organizations:write')
  @ApiRoute({
    summary: 'Change an organization',
    description: 'An administrator who acts in it renames it. Only an operator sets its limit.',
    answer: writtenOrganizationSchema,
    body: { name: 'Example Inc.' },
  })
  async update(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Body() input: UpdateOrganizationDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<Visible<OrganizationView>> {
    const row = audit<OrganizationView>(() => ({ id, metadata: { changes: input } }));
    const changed = await this.organizations.update(by, id, input, row);
    return visibleTo(by.caller, 'organizations:read', changed, input);
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('organizations:write')
  @ApiRoute({
    summary: 'End an organization',
    description:
      'Only an operator does, when no person belongs to it. What its teams and agents own is deleted with `data=delete`.',
    errors: ['conflict'],
  })
  remove(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Query() query: EndingQuery,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    return this.organizations.remove(
      by,
      id,
      query,
      audit<string>(() => ({ id, metadata: { ...query } })),
    );
  }
}
