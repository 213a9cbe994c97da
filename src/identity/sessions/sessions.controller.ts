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
import { OfUserQuery } from './dto/of-user.query.js';
import { type SessionList, sessionListSchema } from './session.schema.js';
import { SessionsService } from './sessions.service.js';

/** Lists and ends sessions. One that was ended has no power on any replica when the answer comes. */
@Controller('api/sessions')
@UseInterceptors(SettlesInterceptor)
@AuditResource('session')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  @Scopes('sessions:read')
  @AuditMetadata('userId')
  @AuditTargets(({ sessions }: SessionList) => sessions.map(({ id }) => id), 'sessions')
  @ApiRoute({ summary: 'List sessions, newest first', answer: sessionListSchema })
  async list(@CurrentCaller() caller: Caller, @Query() { userId }: OfUserQuery): Promise<SessionList> {
    return { sessions: await this.sessions.list(caller, userId?.toLowerCase()), nextCursor: null };
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('sessions:write')
  @ApiRoute({
    summary: 'End a session',
    description: 'One’s own; an administrator names the user of another one by `userId`.',
  })
  end(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @Query() { userId }: OfUserQuery,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    const row = audit<string>(() => ({ id, metadata: userId ? { userId } : {} }));
    return this.sessions.end(by, id, userId?.toLowerCase(), row);
  }

  @Delete()
  @HttpCode(204)
  @Scopes('sessions:write')
  @ApiRoute({
    summary: 'End all sessions but this one',
    description:
      'All of them where no session asks, or where an administrator names another user by `userId`.',
  })
  endOthers(
    @CurrentRequester() by: Requester,
    @Query() { userId }: OfUserQuery,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    const row = audit<string[]>((ids) => ({
      id: 'others',
      others: ids,
      metadata: { count: ids.length, ...(userId && { userId }) },
    }));
    return this.sessions.endOthers(by, userId?.toLowerCase(), row);
  }
}
