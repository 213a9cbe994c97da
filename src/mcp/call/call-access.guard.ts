import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { isMcpCall } from '../../access/caller.js';
import type { McpCall } from './mcp-call.js';
import { blockedTarget } from './call-access.js';
import { stopOf } from './call-stop.js';

/**
 * Enforces on each MCP call, over HTTP and stdio, what administrators have stopped, and `AGENT_DENIED_RESOURCES`. It runs
 * after the scopes are checked, and before a handler's own guards see the arguments. REST requests come from people, who
 * are bound by their scopes alone.
 */
@Injectable()
export class CallAccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (!isMcpCall(context)) return true;
    const { target } = context.getArgByIndex<McpCall>(1);
    const refusal = stopOf(target) ?? blockedTarget(target);
    if (refusal) throw refusal;
    return true;
  }
}
