import { Injectable } from '@nestjs/common';
import type { CallerRequest } from '../access/caller.js';
import type { AuditSubject } from '../audit/audit-record.js';
import { idOf } from '../audit/audit-subjects.js';
import { calledTool, mcpBodyOf } from './mcp-body.js';
import { ToolRegistry } from './tool-registry.js';

/** What a request to the MCP endpoint was about, for the row of one that was refused before it was dispatched. */
@Injectable()
export class McpSubjects {
  constructor(private readonly registry: ToolRegistry) {}

  of(request: CallerRequest): AuditSubject {
    const called = calledTool(mcpBodyOf(request));
    if (!called) return { request, action: 'mcp' };
    const tool = this.registry.find(called.name);
    const id = idOf(called.input);
    return {
      request,
      action: 'tools/call',
      tool: called.name,
      resource: id && tool?.resourceKind ? `${tool.resourceKind}:${id}` : null,
      scopes: tool?.rule?.kind === 'scopes' ? tool.rule.scopes : [],
    };
  }
}
