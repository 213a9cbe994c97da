import type { ReplicaRow } from './coherence-store.js';

interface Seen {
  beat: number;
  /** When this beat was first seen, by this process's monotonic clock. */
  since: number;
}

/**
 * Finds the replicas that have ended without a word. A clock of the database does not decide that: the lease of a replica
 * has run out for certain when its beat stood still for as long as a lease can last, as this process has seen it.
 */
export class ReplicaWatch {
  private seen = new Map<string, Seen>();
  private connection: object | undefined;

  /** @param afterMs for how long a beat must have stood still */
  constructor(private readonly afterMs: number) {}

  /**
   * @param connection the one over which the rows were read. With another one it begins anew: a crash of PostgreSQL may have
   * undone the last beats, which then take the same values again
   * @returns the replicas that have ended
   */
  observe(replicas: readonly ReplicaRow[], connection: object, now = performance.now()): ReplicaRow[] {
    const before = connection === this.connection ? this.seen : new Map<string, Seen>();
    this.connection = connection;
    this.seen = new Map();
    return replicas.filter(({ id, beat }) => {
      const known = before.get(id);
      const seen = known?.beat === beat ? known : { beat, since: now };
      this.seen.set(id, seen);
      return now - seen.since > this.afterMs;
    });
  }
}
