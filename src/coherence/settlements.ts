import type { ReplicaRow } from './coherence-store.js';

interface Waiting {
  epoch: number;
  /** The replicas that have not applied the epoch yet. */
  replicas: Set<string>;
  done: () => void;
}

/** Lets writers wait until each replica has applied their change, or its lease has run out. */
export class Settlements {
  private readonly waiting = new Set<Waiting>();

  /**
   * Waits for the replicas that have not applied an epoch.
   * @param timeoutMs after it no lease is live any more that was granted before the change
   */
  wait(epoch: number, replicas: readonly ReplicaRow[], timeoutMs: number): Promise<void> {
    const behind = replicas.filter(({ applied }) => applied < epoch).map(({ id }) => id);
    if (behind.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => waiting.done(), Math.max(0, timeoutMs));
      const waiting: Waiting = {
        epoch,
        replicas: new Set(behind),
        done: () => {
          clearTimeout(timer);
          this.waiting.delete(waiting);
          resolve();
        },
      };
      this.waiting.add(waiting);
    });
  }

  /** Notes that a replica has applied all changes up to an epoch. */
  applied(replicaId: string, epoch: number): void {
    for (const waiting of this.waiting) {
      if (epoch < waiting.epoch || !waiting.replicas.delete(replicaId)) continue;
      if (waiting.replicas.size === 0) waiting.done();
    }
  }

  /** Notes the replicas as they are now. One without a row has said goodbye, or its lease ran out long ago. */
  see(replicas: readonly ReplicaRow[]): void {
    const applied = new Map(replicas.map((row) => [row.id, row.applied]));
    for (const waiting of this.waiting)
      for (const id of waiting.replicas) this.applied(id, applied.get(id) ?? Infinity);
  }
}
