import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { isMcpCall } from '../../access/caller.js';
import type { McpCall } from './mcp-call.js';
import { blockedTarget } from './call-access.js';

/**
 * Holds each call over MCP to `AGENT_DENIED_RESOURCES`, whichever way it came in: after the scopes, and before a
 * handler's own guards look at the arguments. REST is for people, who are held to their scopes alone.
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
