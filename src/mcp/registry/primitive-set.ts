import type { Subject } from 'rxjs';
import { missingScopes } from '../../access/access-policy.js';
import type { Caller } from '../../access/caller.js';
import type { PrimitiveKind, Registered } from '../definitions/primitive.js';
import { refusalOfHandler } from '../call/call-access.js';

/** Whether a caller may use a handler, and what it lacks. One that declares no scopes is for nobody. */
export interface HandlerAccess {
  name: string;
  allowed: boolean;
  missingScopes: string[];
}

/** All handlers of one kind. One that is switched off is as one that does not exist, on every replica by itself. */
export class PrimitiveSet<K extends PrimitiveKind> {
  private readonly byName = new Map<string, Registered<K>>();
  private readonly off = new Set<string>();
  private sorted: readonly Registered<K>[] = [];

  constructor(
    readonly kind: K,
    private readonly changes: Subject<PrimitiveKind>,
  ) {}

  add(entry: Registered<K>): void {
    const other = this.byName.get(entry.name);
    if (other)
      throw new Error(
        `The ${this.kind} ${entry.name} is declared twice, by ${other.origin} and ${entry.origin}: give one another name`,
      );
    this.byName.set(entry.name, entry);
    this.sort();
  }

  /** From now on, and until it is switched on, nobody sees it or can use it; clients that listen are told. */
  switchOff(name: string): void {
    this.off.add(name);
    this.sort();
    this.changes.next(this.kind);
  }

  switchOn(name: string): void {
    this.off.delete(name);
    this.sort();
    this.changes.next(this.kind);
  }

  /** In the order of their names. */
  all(): readonly Registered<K>[] {
    return this.sorted;
  }

  find(name: string): Registered<K> | undefined {
    return this.off.has(name) ? undefined : this.byName.get(name);
  }

  /** Those that a list shows: those whose call the guard would let in, by the same function. */
  allowedFor(caller: Caller | undefined): Registered<K>[] {
    return this.sorted.filter((entry) => !refusalOfHandler(entry, caller));
  }

  /** The same decision for each, in the order of their names. */
  accessFor(caller: Caller): HandlerAccess[] {
    return this.sorted.map((entry) => ({
      name: entry.name,
      allowed: !refusalOfHandler(entry, caller),
      missingScopes: missingScopes(entry.rule, caller),
    }));
  }

  private sort(): void {
    this.sorted = [...this.byName.values()]
      .filter(({ name }) => !this.off.has(name))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
