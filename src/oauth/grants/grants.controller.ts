import { Controller, Delete, Get, HttpCode, Param, Query, UseInterceptors } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../../access/access.decorators.js';
import type { Caller } from '../../access/caller.js';
import { CurrentRequester, type Requester } from '../../access/requester.js';
import { AuditMetadata } from '../../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../../audit/recording/audit-resource.decorator.js';
import { AuditTargets } from '../../audit/recording/audit-targets.decorator.js';
import { type AuditChange, AuditedChange } from '../../audit/recording/change-row.js';
import { SettlesInterceptor } from '../../coherence/settles.interceptor.js';
import { ApiRoute } from '../../openapi/api-route.decorator.js';
import { RowIdPipe } from '../../validation/row-id.pipe.js';
import { GrantsOfQuery } from './dto/grants-of.query.js';
import type { EndedGrant } from './end-grant.js';
import { type GrantList, grantListSchema } from './grant.schema.js';
import { GrantsService } from './grants.service.js';

/** Lists and ends what people have let programs do. A grant that was ended has no power on any replica when the answer comes. */
@Controller('api/oauth/grants')
@UseInterceptors(SettlesInterceptor)
@AuditResource('grant')
export class GrantsController {
  constructor(private readonly grants: GrantsService) {}

  @Get()
  @Scopes('grants:read')
  @AuditMetadata('userId')
  @AuditTargets(({ grants }: GrantList) => grants.map(({ id }) => id), 'grants')
  @ApiRoute({
    summary: 'List the programs that act for a person, newest first',
    description:
      'One’s own: with a session in all organizations, with a key in that of the key. An administrator names a user by `userId`.',
    answer: grantListSchema,
  })
  async list(@CurrentCaller() caller: Caller, @Query() { userId }: GrantsOfQuery): Promise<GrantList> {
    return { grants: await this.grants.list(caller, userId?.toLowerCase()), nextCursor: null };
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('grants:write')
  @ApiRoute({
    summary: 'End what a program may do for a person',
    description: 'All of its tokens end. An administrator names the user of another one by `userId`.',
  })
  end(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Query() { userId }: GrantsOfQuery,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    const row = audit<EndedGrant>(({ clientId }) => ({
      id,
      metadata: { clientId, ...(userId && { userId }) },
    }));
    return this.grants.end(by, id, userId?.toLowerCase(), row);
  }
}
