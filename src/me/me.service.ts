import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { ToolRegistry } from '../mcp/tool-registry.js';
import { type LimitsLeft, RateLimits } from '../rate-limit/rate-limits.js';

export interface Me {
  user: { id: string; email: string; name: string; role: string; tier: string };
  key: { id: string; name: string; start: string; expiresAt: Date | null };
  /** The key's scopes that its owner's role still grants. */
  scopes: readonly string[];
  limits: LimitsLeft;
  /** The names of the tools that this key may call. */
  tools: string[];
}

@Injectable()
export class MeService {
  constructor(
    private readonly limits: RateLimits,
    private readonly registry: ToolRegistry,
  ) {}

  describe(caller: Caller): Me {
    const { userId, email, name, role, tier, keyId, keyName, keyStart, keyExpiresAt, scopes } = caller;
    return {
      user: { id: userId, email, name, role, tier },
      key: { id: keyId, name: keyName, start: keyStart, expiresAt: keyExpiresAt },
      scopes: scopes.scopes,
      limits: this.limits.left(caller),
      tools: this.registry.allowedFor(caller).map((tool) => tool.name),
    };
  }
}
