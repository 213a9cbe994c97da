import { LRUCache } from 'lru-cache';
import { agentMayHold, agentPrincipalMayHold, type Role, roleGrants } from './roles.js';
import { isServiceScope, parseScope, scopeCovers, scopesWithin } from './scopes.js';

const interned = new LRUCache<string, ScopeSet>({ max: 10_000 });

/** What bounds a caller beyond its role. */
export interface Bounds {
  /** Whether the key was made for an agent. */
  agent?: boolean;
  /** Whether the caller reaches one organisation alone, and not what all organisations share. */
  tenant?: boolean;
  /** The scopes of the agent that owns the key, and of each agent above it. */
  within?: readonly (readonly string[])[];
}

/**
 * Holds the scopes of a key, limited by its owner's role. Equal sets are one object, so everything that is derived
 * from a set (a decision, a list of tools) is computed once for all keys that share it.
 */
export class ScopeSet {
  private readonly decisions = new Map<string, boolean>();

  private constructor(
    readonly role: Role,
    /** The key's scopes that its owner's role grants and that an agent's key may hold, sorted. */
    readonly scopes: readonly string[],
    private readonly isTenant: boolean,
  ) {}

  static of(
    role: Role,
    scopes: readonly string[],
    { agent = false, tenant = false, within }: Bounds = {},
  ): ScopeSet {
    const mayHold = within ? agentPrincipalMayHold : agentMayHold;
    const bounded = within ? within.reduce<readonly string[]>(scopesWithin, scopes.filter(mayHold)) : scopes;
    const held = [...new Set(bounded)]
      .filter(
        (scope) =>
          parseScope(scope) &&
          roleGrants(role, scope) &&
          (!agent || mayHold(scope)) &&
          (!tenant || !isServiceScope(scope)),
      )
      .sort();
    const signature = `${tenant ? 'tenant ' : ''}${role} ${held.join(' ')}`;
    let set = interned.get(signature);
    if (!set) interned.set(signature, (set = new ScopeSet(role, held, tenant)));
    return set;
  }

  /** Returns whether the set covers `scope`, to call a handler or to pass the scope on to another key. */
  allows(scope: string): boolean {
    let decision = this.decisions.get(scope);
    if (decision === undefined) {
      decision =
        roleGrants(this.role, scope) &&
        !(this.isTenant && isServiceScope(scope)) &&
        this.scopes.some((held) => scopeCovers(held, scope));
      if (this.decisions.size < 10_000) this.decisions.set(scope, decision);
    }
    return decision;
  }

  /** Returns those of `scopes` that the set does not cover. */
  missing(scopes: readonly string[]): string[] {
    return scopes.filter((scope) => !this.allows(scope));
  }
}
