import { Controller, Get, Header, Headers, Query, Req, StreamableFile } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { CurrentCaller, Scopes } from '../../../access/access.decorators.js';
import type { Caller, CallerRequest } from '../../../access/caller.js';
import { validationFailed } from '../../../errors/service-error.js';
import { ApiRoute } from '../../../openapi/api-route.decorator.js';
import { AuditResource } from '../../recording/audit-resource.decorator.js';
import { AuditSubjects } from '../../recording/audit-subjects.js';
import { AuditFilters } from '../dto/audit-filters.dto.js';
import { AUDIT_SCOPE } from '../reader-check.js';
import { AuditStreamService } from './audit-stream.service.js';

@Controller('api/audit/stream')
@AuditResource('audit')
export class AuditStreamController {
  constructor(
    private readonly streams: AuditStreamService,
    private readonly subjects: AuditSubjects,
  ) {}

  @Get()
  @Scopes(AUDIT_SCOPE)
  @Header('X-Accel-Buffering', 'no')
  @ApiRoute({
    summary: 'Follow the audit trail',
    description:
      'Server-Sent Events: each row of any replica, once it is committed, as `event: audit` with the row of the list as ' +
      '`data` and its `id`. The header `Last-Event-ID` asks for the rows recorded after that one first (1000 at most); rows ' +
      'of the 5 seconds around it may come a second time. `event: gap`: rows may be missing, read the list; ' +
      '`event: overflow`: the client read too slowly; `event: end` names why the service ended the stream.',
    responses: { 200: { description: 'Events', content: { 'text/event-stream': null } } },
    errors: ['too_many_streams'],
  })
  async stream(
    @CurrentCaller() caller: Caller,
    @Query() filters: AuditFilters,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: CallerRequest,
  ): Promise<StreamableFile> {
    if (lastEventId && !isUuid(lastEventId))
      throw validationFailed(['Last-Event-ID: must be the id of an event']);
    this.subjects.note(request, { filters: { ...filters }, ...(lastEventId && { lastEventId }) });
    const stream = await this.streams.open(caller, request.ip, filters, lastEventId || undefined);
    return new StreamableFile(stream, { type: 'text/event-stream' });
  }
}
