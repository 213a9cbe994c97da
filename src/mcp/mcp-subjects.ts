import { Injectable } from '@nestjs/common';
import { refusalOf } from '../access/access-policy.js';
import type { CallerRequest } from '../access/caller.js';
import type { AuditSubject } from '../audit/audit-record.js';
import { idOf } from '../audit/audit-subjects.js';
import type { ServiceError } from '../errors/service-error.js';
import { calledTool, mcpBodyOf } from './mcp-body.js';
import { ToolRegistry } from './tool-registry.js';

/** What a request to the MCP endpoint was about, for the row of one that was refused before it was dispatched. */
@Injectable()
export class McpSubjects {
  constructor(private readonly registry: ToolRegistry) {}

  /** Why a single `tools/call` may not be made: known before the SDK, which answers within a 200, is asked. */
  refusalOf(request: CallerRequest): ServiceError | undefined {
    const called = calledTool(mcpBodyOf(request));
    const tool = called && this.registry.find(called.name);
    return tool && refusalOf(tool.rule, request.user);
  }

  of(request: CallerRequest): AuditSubject {
    const called = calledTool(mcpBodyOf(request));
    if (!called) return { request, action: 'mcp' };
    const tool = this.registry.find(called.name);
    // Whoever is refused may name what there is not: `tool` is for tools, of which there are few.
    if (!tool) return { request, action: 'tools/call', resource: `tool:${called.name}` };
    const id = idOf(called.input);
    return {
      request,
      action: 'tools/call',
      tool: called.name,
      resource: id && tool.resourceKind ? `${tool.resourceKind}:${id}` : null,
      scopes: tool.rule?.kind === 'scopes' ? tool.rule.scopes : [],
    };
  }
}
