import { LRUCache } from 'lru-cache';
import { agentMayHold, type Role, roleGrants } from './roles.js';
import { parseScope, scopeCovers } from './scopes.js';

const interned = new LRUCache<string, ScopeSet>({ max: 10_000 });

/**
 * What a key may do: its scopes within its owner's role. Sets of equal content are one object, so that what is
 * derived from a set (a decision, a list of tools) is worked out once for all keys that share it.
 */
export class ScopeSet {
  private readonly decisions = new Map<string, boolean>();

  private constructor(
    readonly role: Role,
    /** The key's scopes that its owner's role grants (and an agent's key may hold), sorted. */
    readonly scopes: readonly string[],
  ) {}

  /** @param agent whether the key is marked for an agent */
  static of(role: Role, scopes: readonly string[], agent = false): ScopeSet {
    const held = [...new Set(scopes)]
      .filter((scope) => parseScope(scope) && roleGrants(role, scope) && (!agent || agentMayHold(scope)))
      .sort();
    const signature = `${role} ${held.join(' ')}`;
    let set = interned.get(signature);
    if (!set) interned.set(signature, (set = new ScopeSet(role, held)));
    return set;
  }

  /** Whether the set gives everything that `scope` gives (a required scope, or a grant to hand on). */
  allows(scope: string): boolean {
    let decision = this.decisions.get(scope);
    if (decision === undefined) {
      decision = roleGrants(this.role, scope) && this.scopes.some((held) => scopeCovers(held, scope));
      if (this.decisions.size < 10_000) this.decisions.set(scope, decision);
    }
    return decision;
  }

  /** Those of `scopes` that the set does not give. */
  missing(scopes: readonly string[]): string[] {
    return scopes.filter((scope) => !this.allows(scope));
  }
}
