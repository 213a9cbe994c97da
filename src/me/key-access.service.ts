import { Injectable } from '@nestjs/common';
import type { Caller, KeyCaller } from '../access/caller.js';
import { refusalsOf } from '../api-keys/key-refusals.js';
import { McpRegistry } from '../mcp/registry/mcp-registry.js';
import { RateLimits } from '../rate-limit/rate-limits.js';
import type { KeyAccess } from './key-access.schema.js';

/** Describes access with the functions that also decide about requests and calls. It has no rules of its own. */
@Injectable()
export class KeyAccessService {
  constructor(
    private readonly limits: RateLimits,
    private readonly registry: McpRegistry,
  ) {}

  /** @param subject the caller whose key is described @param ip the address that would use it */
  async describe(subject: Caller, ip: string): Promise<KeyAccess> {
    const { keyState: state, scopes } = subject;
    const reasons = refusalsOf(subject, ip);
    const works = reasons.length === 0;
    const access = this.registry.tools.accessFor(subject);
    const toolAccess = works ? access : access.map((tool) => ({ ...tool, allowed: false }));
    return {
      works,
      reasons,
      user: {
        id: subject.userId,
        kind: subject.kind,
        email: subject.email,
        name: subject.name,
        role: subject.role,
        tier: subject.tier,
        isActive: state.ownerActive,
        isOperator: subject.isOperator,
      },
      organization: { id: subject.organizationId, name: subject.organizationName },
      key: isKeyCaller(subject)
        ? {
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
          }
        : null,
      scopes: scopes.scopes,
      lostScopes: state.ownScopes.filter((scope) => !scopes.scopes.includes(scope)),
      address: { ip, ipAllowlist: subject.keyAddresses, inside: !reasons.includes('ip_not_allowed') },
      limits: await this.limits.left(subject),
      tools: toolAccess.filter(({ allowed }) => allowed).map(({ name }) => name),
      toolAccess,
    };
  }
}

const isKeyCaller = (caller: Caller): caller is KeyCaller => caller.via === 'key';
