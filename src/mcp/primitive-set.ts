import { missingScopes, refusalOf } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import type { PrimitiveKind, Registered } from './primitive.js';

/** Whether a caller may use a handler, and what it lacks. One that declares no scopes is for nobody. */
export interface HandlerAccess {
  name: string;
  allowed: boolean;
  missingScopes: string[];
}

/** All handlers of one kind. */
export class PrimitiveSet<K extends PrimitiveKind> {
  private readonly byName = new Map<string, Registered<K>>();
  private sorted: readonly Registered<K>[] = [];

  constructor(readonly kind: K) {}

  add(entry: Registered<K>): void {
    if (this.byName.has(entry.name)) throw new Error(`The ${this.kind} ${entry.name} is declared twice`);
    this.byName.set(entry.name, entry);
    this.sorted = [...this.byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** In the order of their names. */
  all(): readonly Registered<K>[] {
    return this.sorted;
  }

  find(name: string): Registered<K> | undefined {
    return this.byName.get(name);
  }

  /** Those that a list shows: those whose call the guard would let in, by the same function. */
  allowedFor(caller: Caller | undefined): Registered<K>[] {
    return this.sorted.filter(({ rule }) => !refusalOf(rule, caller));
  }

  /** The same decision for each, in the order of their names. */
  accessFor(caller: Caller): HandlerAccess[] {
    return this.sorted.map(({ name, rule }) => ({
      name,
      allowed: !refusalOf(rule, caller),
      missingScopes: missingScopes(rule, caller),
    }));
  }
}
