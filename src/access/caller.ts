import type { ExecutionContext } from '@nestjs/common';
import type { Role } from './roles.js';
import type { ScopeSet } from './scope-set.js';
import type { Tier } from './tiers.js';

/** What decides whether a key may be used at all, beside its end and its addresses. */
export interface KeyState {
  /** The key's own scopes, whatever its owner's role grants now. */
  ownScopes: readonly string[];
  /** Marked for an agent when it was made. */
  agent: boolean;
  /** How long it was issued for; `null`: without a bound. */
  lifeSeconds: number | null;
  enabled: boolean;
  revokedAt: Date | null;
  /** The key that a rotation made in place of this one. */
  replacedBy: string | null;
  ownerActive: boolean;
}

/**
 * The principal behind a request: a user, and the key that acts for it.
 *
 * @example
 * ```ts
 * this.invoices.find({ where: { id, ownerId: caller.userId } });
 * ```
 */
export interface Caller {
  userId: string;
  email: string;
  name: string;
  role: Role;
  tier: Tier;
  /** Calls a minute granted to this user alone; `null`: what the tier gives. */
  requestsPerMinute: number | null;
  keyId: string;
  keyName: string;
  /** The first characters of the key, as shown in lists: enough to recognise, useless to call with. */
  keyStart: string;
  keyExpiresAt: Date | null;
  /** Where the key may be used from; `null`: anywhere. */
  keyAddresses: readonly string[] | null;
  keyState: KeyState;
  /** What the key may do now: its own scopes within what its owner's role grants, and an agent's key may hold. */
  scopes: ScopeSet;
}

/** The part of an HTTP request that access, limits and audit look at; `user` is set once the key is verified. */
export interface CallerRequest {
  id: string;
  ip: string;
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  params?: unknown;
  user?: Caller;
  /** The route that was found, as the HTTP server names it. */
  routeOptions?: { url?: string | undefined };
}

/** The second argument of an MCP handler's context: it leads to the request that carried the call. */
export interface CallCarrier {
  request: CallerRequest;
}

/** The context type of the call of an MCP handler, as guards, interceptors, pipes and filters see it. */
export const MCP_CONTEXT = 'mcp';

/** The context type of a request over stdio, before it becomes a call. */
export const STDIO_CONTEXT = 'stdio';

/** Whether a context belongs to the call of an MCP handler. */
export const isMcpCall = (context: Pick<ExecutionContext, 'getType'>): boolean =>
  context.getType<string>() === MCP_CONTEXT;

/** The request behind a handler, on REST and on MCP. */
export function requestOf(context: Pick<ExecutionContext, 'getType' | 'getArgByIndex'>): CallerRequest {
  return isMcpCall(context)
    ? context.getArgByIndex<CallCarrier>(1).request
    : context.getArgByIndex<CallerRequest>(0);
}
