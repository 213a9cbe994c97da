import { Body, Controller, Delete, Get, HttpCode, Post, UseInterceptors } from '@nestjs/common';
import { Scopes } from '../access/access.decorators.js';
import { CurrentRequester, type Requester } from '../access/requester.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { type AuditChange, AuditedChange } from '../audit/recording/change-row.js';
import { SettlesInterceptor } from '../coherence/settles.interceptor.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { type StoppedCalls, stoppedCallsSchema } from './call-stops.schema.js';
import { CallStopsService } from './call-stops.service.js';
import { StopCallsDto } from './dto/stop-calls.dto.js';

/** Stops all MCP calls at once, and lets them run again. REST stays, so that somebody can end the stop. */
@Controller('api/service/stop-calls')
@AuditResource('service')
@UseInterceptors(SettlesInterceptor)
export class StoppedCallsController {
  constructor(private readonly stops: CallStopsService) {}

  @Get()
  @Scopes('service:read')
  @ApiRoute({ summary: 'Whether all MCP calls are stopped', answer: stoppedCallsSchema })
  get(): Promise<StoppedCalls> {
    return this.stops.stopped();
  }

  @Post()
  @HttpCode(200)
  @Scopes('service:write')
  @ApiRoute({
    summary: 'Stop all MCP calls',
    description:
      'Every call of a tool, resource or prompt is answered `call_stopped` with the message. Calls that run already go on. REST requests are not stopped.',
    answer: stoppedCallsSchema,
    body: { message: 'We are looking into an incident.', until: '2027-05-01T12:00:00Z' },
  })
  stop(
    @CurrentRequester() by: Requester,
    @Body() input: StopCallsDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<StoppedCalls> {
    const row = audit(() => ({ id: 'calls', metadata: { changes: input } }));
    return this.stops.stopAll(by, input, row);
  }

  @Delete()
  @HttpCode(204)
  @Scopes('service:write')
  @ApiRoute({ summary: 'Let MCP calls run again' })
  resume(@CurrentRequester() by: Requester, @AuditedChange() audit: AuditChange): Promise<void> {
    return this.stops.resumeAll(
      by,
      audit(() => ({ id: 'calls' })),
    );
  }
}
