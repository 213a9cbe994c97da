import type { ExecutionContext } from '@nestjs/common';
import { DEFAULT_ORGANIZATION, type PrincipalKind } from './principal.js';
import type { Role } from './roles.js';
import type { ScopeSet } from './scope-set.js';
import type { Tier } from './tiers.js';

/** How a caller comes: by an API key, by the session of a person who signed in, or by an OAuth token. */
export const VIAS = ['key', 'session', 'token'] as const;
export type Via = (typeof VIAS)[number];

/** Holds what decides whether a key is valid, apart from its expiry and its allowed addresses. */
export interface KeyState {
  /** The key's own scopes, including those that its owner's role does not grant now. */
  ownScopes: readonly string[];
  /** Whether the key was made for an agent. */
  agent: boolean;
  /** The lifetime that the key was issued with; `null` means without end. */
  lifeSeconds: number | null;
  enabled: boolean;
  revokedAt: Date | null;
  /** The id of the key that a rotation made in place of this one. */
  replacedBy: string | null;
  /** Whether the user is active. An agent also needs the agents above it, and the person who owns them, to be. */
  ownerActive: boolean;
  /** Whether the agent that owns the key was retired, or one above it. */
  retired: boolean;
}

/** The calls per minute of a team, its agents and those below them together. */
export interface TeamLimit {
  teamId: string;
  requestsPerMinute: number;
}

/**
 * Describes the principal of a request: a user, and the key or the session that acts for the user.
 *
 * @example
 * ```ts
 * this.invoices.find({ where: { id, ownerId: caller.userId } });
 * ```
 */
export interface Caller {
  userId: string;
  /** What the principal is: a person, an agent or a team. */
  kind: PrincipalKind;
  /**
   * The principals that an agent depends on: the agents above it, the nearest first, and at the end the person or the team that
   * owns them. Others depend on nobody.
   */
  owners: readonly string[];
  /**
   * The ids of those who act, the outermost person or team first and the caller itself last: who owns an agent before the agent,
   * and who exchanged a token before the agent that the new one was made for. Empty for a caller that acts for itself only.
   */
  actors: readonly string[];
  /** The organisation in which the caller acts. All that it reaches belongs to that. */
  organizationId: string;
  organizationName: string;
  /** Whether the principal manages the organisations themselves. */
  isOperator: boolean;
  email: string;
  name: string;
  /** The role in the organisation. */
  role: Role;
  tier: Tier;
  /** The calls per minute of this user alone; `null` means the limit of the tier. */
  requestsPerMinute: number | null;
  /** The limit that the caller shares as a team, or as an agent of one. */
  teamLimit: TeamLimit | null;
  /** The calls per minute of all of the organisation together; `null` means no limit of its own. */
  organizationRequestsPerMinute: number | null;
  via: Via;
  /** `null` for a caller without a key. */
  keyId: string | null;
  keyName: string | null;
  /** The first characters of the key, as lists show them. They identify the key but cannot be used to call. */
  keyStart: string | null;
  /** The session that the caller came by. */
  sessionId: string | null;
  /** The OAuth client that the caller's token was issued to. */
  clientId: string | null;
  /** The issuer of the caller's token; `null` for a token of this service, and for a caller without one. */
  tokenIssuer: string | null;
  /** The grant that the caller's token comes from. */
  grantId: string | null;
  /**
   * The ids of the caller's token, of those that it was exchanged from, and of the tokens of its authorization: any of them may end
   * before its time.
   */
  tokenIds: readonly string[];
  /** The clients whose tokens the caller's token was exchanged from. It ends with each of them. */
  earlierClientIds: readonly string[];
  /** When the key or the token ends, or the agent that owns it, or one above that. */
  keyExpiresAt: Date | null;
  /** The calls per minute of this key alone, beside those of its user; `null` means no limit of its own. */
  keyRequestsPerMinute: number | null;
  /** The addresses from which the key may be used; `null` means any. */
  keyAddresses: readonly string[] | null;
  /** The state of the key. That of a session, which has no bounds of its own, is neutral. */
  keyState: KeyState;
  /**
   * The scopes that the caller has now: the key's own, limited by its owner's role and by what an agent's key may hold. A
   * session has what the role may hold.
   */
  scopes: ScopeSet;
}

/** A caller that came by an API key. */
export interface KeyCaller extends Caller {
  via: 'key';
  keyId: string;
  keyName: string;
  keyStart: string;
}

/**
 * Describes the part of an HTTP request that access, limits and audit use. `user` is set once the key is verified.
 */
export interface CallerRequest {
  id: string;
  ip: string;
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  params?: unknown;
  user?: Caller;
  /** The part of the service that makes a call for `user`, such as `assistant`. */
  via?: string;
  /** The matched route, as the HTTP server names it. */
  routeOptions?: { url?: string | undefined };
}

/** Is the second argument in an MCP handler's execution context. It leads to the request that carried the call. */
export interface CallCarrier {
  request: CallerRequest;
}

/** Returns whether a caller reaches its own organisation alone. The default organisation runs the service. */
export const isTenant = ({
  organizationId,
  isOperator,
}: Pick<Caller, 'organizationId' | 'isOperator'>): boolean =>
  organizationId !== DEFAULT_ORGANIZATION && !isOperator;

/** The context type of an MCP call in guards, interceptors, pipes and filters. */
export const MCP_CONTEXT = 'mcp';

/** The context type of a request over stdio, before it becomes a call. */
export const STDIO_CONTEXT = 'stdio';

/** Returns whether an execution context belongs to an MCP call. */
export const isMcpCall = (context: Pick<ExecutionContext, 'getType'>): boolean =>
  context.getType<string>() === MCP_CONTEXT;

/** Returns the request of an execution context, for REST and for MCP. */
export function requestOf(context: Pick<ExecutionContext, 'getType' | 'getArgByIndex'>): CallerRequest {
  return isMcpCall(context)
    ? context.getArgByIndex<CallCarrier>(1).request
    : context.getArgByIndex<CallerRequest>(0);
}

/** What a caller has that depends on nobody. Callers share it. */
export const NO_OWNERS: readonly string[] = Object.freeze([]);

/** What a caller has that came by no token. Callers share it. */
export const NO_TOKENS: readonly string[] = Object.freeze([]);

/** What a caller has whose token was exchanged from no other. Callers share it. */
export const NO_CLIENTS: readonly string[] = Object.freeze([]);

/** What a caller has that acts for itself only. Callers share it. */
export const NO_ACTORS: readonly string[] = Object.freeze([]);
