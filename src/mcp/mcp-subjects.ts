import { Injectable } from '@nestjs/common';
import { refusalOf } from '../access/access-policy.js';
import type { CallerRequest } from '../access/caller.js';
import type { AuditSubject } from '../audit/audit-record.js';
import { idOf } from '../audit/audit-subjects.js';
import type { ServiceError } from '../errors/service-error.js';
import type { CallTarget } from './call-target.js';
import { CallTargets } from './call-targets.js';
import { isObject, mcpBodyOf, metaIn } from './mcp-body.js';

/** What a request to the MCP endpoint was about, for the row of one that was refused before it was dispatched. */
@Injectable()
export class McpSubjects {
  constructor(private readonly targets: CallTargets) {}

  /** What a single request asks for, where that is a handler. */
  targetOf(request: CallerRequest): CallTarget | undefined {
    const body = mcpBodyOf(request);
    if (!body.ok || !isObject(body.value)) return undefined;
    const { method, params = {} } = body.value;
    return typeof method === 'string' && isObject(params) ? this.targets.of(method, params) : undefined;
  }

  /** Why a single call may not be made: known before the SDK, which answers within a 200, is asked. */
  refusalOf(request: CallerRequest): ServiceError | undefined {
    const entry = this.targetOf(request)?.entry;
    return entry && refusalOf(entry.rule, request.user);
  }

  of(request: CallerRequest): AuditSubject {
    const target = this.targetOf(request);
    if (!target) return { request, action: 'mcp' };
    const { method, entry, input, labels } = target;
    const id = idOf(input);
    return {
      request,
      action: method,
      tool: labels.tool,
      resource: id && entry?.resourceKind ? `${entry.resourceKind}:${id}` : labels.resource,
      scopes: entry?.rule?.kind === 'scopes' ? entry.rule.scopes : [],
      traceparent: metaIn(mcpBodyOf(request)).traceparent,
    };
  }
}
