import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { isMcpCall } from '../../access/caller.js';
import type { McpCall } from './mcp-call.js';
import { blockedTarget } from './call-access.js';

/**
 * Enforces `AGENT_DENIED_RESOURCES` on each MCP call, over HTTP and stdio. It runs after the scopes are checked, and
 * before a handler's own guards see the arguments. REST requests come from people, who are bound by their scopes
 * alone.
 */
@Injectable()
export class DenyListGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (!isMcpCall(context)) return true;
    const refusal = blockedTarget(context.getArgByIndex<McpCall>(1).target);
    if (refusal) throw refusal;
    return true;
  }
}
