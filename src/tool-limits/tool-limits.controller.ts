import { Body, Controller, Get, HttpCode, Param, Put, UseInterceptors } from '@nestjs/common';
import { Scopes } from '../access/access.decorators.js';
import { CurrentRequester, type Requester } from '../access/requester.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { type AuditChange, AuditedChange } from '../audit/recording/change-row.js';
import { SettlesInterceptor } from '../coherence/settles.interceptor.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { ToolLimitDto } from './dto/tool-limit.dto.js';
import { type ToolLimitList, toolLimitListSchema } from './tool-limit.schema.js';
import { ToolLimitsService } from './tool-limits.service.js';

/** The limits of tools. */
@Controller('api/limits/tools')
@AuditResource('tool_limit')
@UseInterceptors(SettlesInterceptor)
export class ToolLimitsController {
  constructor(private readonly limits: ToolLimitsService) {}

  @Get()
  @Scopes('limits:read')
  @ApiRoute({ summary: 'List the limits of the tools', answer: toolLimitListSchema })
  list(): ToolLimitList {
    return { tools: this.limits.list(), nextCursor: null };
  }

  @Put(':name')
  @HttpCode(204)
  @Scopes('limits:write')
  @ApiRoute({
    summary: 'Set the limit and the weight of a tool',
    description: 'It holds for every user and replica when it is answered.',
    body: { perMinute: 30, weight: null },
  })
  replace(
    @CurrentRequester() by: Requester,
    @Param('name') name: string,
    @Body() input: ToolLimitDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    return this.limits.replace(
      by,
      name,
      input,
      audit(() => ({ id: name, metadata: { changes: input } })),
    );
  }
}
