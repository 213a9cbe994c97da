import { Body, Controller, Get, Param, Put, UseInterceptors } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { CurrentRequester, type Requester } from '../access/requester.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { type AuditChange, AuditedChange } from '../audit/recording/change-row.js';
import { SettlesInterceptor } from '../coherence/settles.interceptor.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import {
  type ToolSwitch,
  type ToolSwitches,
  toolSwitchListSchema,
  toolSwitchSchema,
} from './call-stops.schema.js';
import { CallStopsService } from './call-stops.service.js';
import { SwitchToolDto } from './dto/switch-tool.dto.js';

/** The tools, and which of them an administrator has switched off. */
@Controller('api/tools')
@AuditResource('tool')
@UseInterceptors(SettlesInterceptor)
export class ToolsController {
  constructor(private readonly stops: CallStopsService) {}

  @Get()
  @Scopes('service:read')
  @ApiRoute({
    summary: 'List the tools, which are switched off, and how they fared',
    answer: toolSwitchListSchema,
  })
  list(@CurrentCaller() caller: Caller): Promise<ToolSwitches> {
    return this.stops.list(caller);
  }

  @Put(':name')
  @Scopes('service:write')
  @ApiRoute({
    summary: 'Switch a tool off or on',
    description:
      'Callers of a tool that is switched off are answered `call_stopped` with the message, and lists do not show it. When the change has returned, no replica runs the tool.',
    answer: toolSwitchSchema,
    body: { enabled: false, message: 'Invoices are being moved.', until: '2027-05-01T12:00:00Z' },
  })
  switch(
    @CurrentRequester() by: Requester,
    @Param('name') name: string,
    @Body() input: SwitchToolDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<ToolSwitch> {
    const row = audit(() => ({ id: name, metadata: { changes: input } }));
    return this.stops.switchTool(by, name, input, row);
  }
}
