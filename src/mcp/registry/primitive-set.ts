import type { Subject } from 'rxjs';
import { missingScopes } from '../../access/access-policy.js';
import type { Caller } from '../../access/caller.js';
import type { ScopeSet } from '../../access/scope-set.js';
import { keepJson } from '../../common/kept-json.js';
import type { CallStop, PrimitiveKind, Registered } from '../definitions/primitive.js';
import { refusalOfHandler } from '../call/call-access.js';
import { isStopped } from '../call/call-stop.js';

const byName = (a: Registered, b: Registered): number => (a.name < b.name ? -1 : 1);

/**
 * Says whether a caller may use a handler, and which scopes it lacks. Nobody may use a handler that declares no
 * scopes.
 */
export interface HandlerAccess {
  readonly name: string;
  readonly allowed: boolean;
  readonly missingScopes: readonly string[];
}

/**
 * Holds all handlers of one kind. A handler that is switched off behaves like an unknown one, in this process only.
 */
export class PrimitiveSet<K extends PrimitiveKind> {
  private readonly byName = new Map<string, Registered<K>>();
  private readonly off = new Set<string>();
  private sorted: readonly Registered<K>[] = [];
  /** What {@link accessFor} returned since the last change. Equal scopes are one object. */
  private access = new WeakMap<ScopeSet, readonly HandlerAccess[]>();

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

  /** Hides a handler from everybody until it is switched on again, and notifies clients that listen. */
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

  /**
   * Stops the handlers that `stopFor` returns a stop for, and those only. Calls are refused with its message, and lists do not
   * show them. Clients that listen are notified of a change.
   */
  applyStops(stopFor: (name: string) => CallStop | undefined): void {
    const before = this.sorted;
    for (const entry of this.byName.values()) entry.stop = stopFor(entry.name);
    this.sort();
    const isSame =
      before.length === this.sorted.length && before.every((entry, at) => entry === this.sorted[at]);
    if (!isSame) this.changes.next(this.kind);
  }

  /** Returns all handlers, also those that lists do not show, ordered by name. */
  registered(): readonly Registered<K>[] {
    return [...this.byName.values()].sort(byName);
  }

  /** Returns the handlers that lists show, ordered by name. */
  all(): readonly Registered<K>[] {
    return this.sorted;
  }

  find(name: string): Registered<K> | undefined {
    return this.off.has(name) ? undefined : this.byName.get(name);
  }

  /** Returns the handlers that a list shows. The guards decide by the same function. */
  allowedFor(caller: Caller | undefined): Registered<K>[] {
    return this.sorted.filter((entry) => !refusalOfHandler(entry, caller));
  }

  /** Returns that decision for each handler, ordered by name. It is made once for each set of scopes. */
  accessFor(caller: Caller): readonly HandlerAccess[] {
    let access = this.access.get(caller.scopes);
    if (!access) {
      access = keepJson(
        this.sorted.map((entry) => ({
          name: entry.name,
          allowed: !refusalOfHandler(entry, caller),
          missingScopes: missingScopes(entry.rule, caller),
        })),
      );
      this.access.set(caller.scopes, access);
    }
    return access;
  }

  private sort(): void {
    this.access = new WeakMap();
    this.sorted = [...this.byName.values()]
      .filter((entry) => !this.off.has(entry.name) && !isStopped(entry))
      .sort(byName);
  }
}
