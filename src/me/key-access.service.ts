import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { type KeyRefusal, refusalsOf } from '../api-keys/key-refusals.js';
import { McpRegistry } from '../mcp/registry/mcp-registry.js';
import type { HandlerAccess } from '../mcp/registry/primitive-set.js';
import { type LimitsLeft, RateLimits } from '../rate-limit/rate-limits.js';

/** What a key can do, and why not. */
export interface KeyAccess {
  /** Whether a request with this key, from the asking address, would be let in now. */
  works: boolean;
  /** All that stands in the way; the first is what a request is refused with, and what its audit row says. */
  reasons: KeyRefusal[];
  user: { id: string; email: string; name: string; role: string; tier: string; isActive: boolean };
  key: {
    id: string;
    name: string;
    start: string;
    /** As they were granted. */
    scopes: readonly string[];
    /** Marked for an agent. */
    agent: boolean;
    enabled: boolean;
    expiresAt: Date | null;
    expired: boolean;
    revokedAt: Date | null;
    replacedBy: string | null;
  };
  /** The key's scopes that it holds now: those that its owner's role grants, and that fit an agent. */
  scopes: readonly string[];
  /** Those that it does not hold. */
  lostScopes: string[];
  /** `ip`: the address that asked; `inside`: whether the list lets it in. */
  address: { ip: string; ipAllowlist: readonly string[] | null; inside: boolean };
  limits: LimitsLeft;
  /** The names of the tools that this key may call now. */
  tools: string[];
  /** Every tool. `allowed` is false for a key that does not work, although it may lack no scope. */
  toolAccess: HandlerAccess[];
}

/** Answers by the functions that also let requests and calls in; it decides nothing itself. */
@Injectable()
export class KeyAccessService {
  constructor(
    private readonly limits: RateLimits,
    private readonly registry: McpRegistry,
  ) {}

  /** @param subject whose key is looked at @param ip from where it would be used */
  describe(subject: Caller, ip: string): KeyAccess {
    const { keyState: state, scopes } = subject;
    const reasons = refusalsOf(subject, ip);
    const works = reasons.length === 0;
    const toolAccess = this.registry.tools
      .accessFor(subject)
      .map((tool) => ({ ...tool, allowed: works && tool.allowed }));
    return {
      works,
      reasons,
      user: {
        id: subject.userId,
        email: subject.email,
        name: subject.name,
        role: subject.role,
        tier: subject.tier,
        isActive: state.ownerActive,
      },
      key: {
        id: subject.keyId,
        name: subject.keyName,
        start: subject.keyStart,
        scopes: state.ownScopes,
        agent: state.agent,
        enabled: state.enabled,
        expiresAt: subject.keyExpiresAt,
        expired: reasons.includes('expired_api_key'),
        revokedAt: state.revokedAt,
        replacedBy: state.replacedBy,
      },
      scopes: scopes.scopes,
      lostScopes: state.ownScopes.filter((scope) => !scopes.scopes.includes(scope)),
      address: { ip, ipAllowlist: subject.keyAddresses, inside: !reasons.includes('ip_not_allowed') },
      limits: this.limits.left(subject),
      tools: toolAccess.filter(({ allowed }) => allowed).map(({ name }) => name),
      toolAccess,
    };
  }
}
