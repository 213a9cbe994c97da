import type { AuditDisk } from './audit-disk.js';
import { type PreparedEvents, prepareEvents } from './audit-insert.js';
import type { AuditQueue, WaitingEvent } from './audit-queue.js';
import type { AuditStore } from './audit-store.js';
import type { NodeCloser } from './spool/abandoned-nodes.js';

/** So many rows are written at once, without waiting for the time. */
const BATCH_ROWS = 500;
/** In one statement, where more than a batch has come. */
const MOST_ROWS = 1_000;

interface Batch {
  items: readonly WaitingEvent[];
  prepared: PreparedEvents;
}

/** Writes what waits in a queue, by one statement after the other. */
export class AuditBatches {
  /** How many rows are to be written even if they do not fill a batch. */
  private due = 0;

  constructor(
    private readonly queue: AuditQueue,
    private readonly store: AuditStore,
  ) {}

  get hasFullBatch(): boolean {
    return this.queue.unclaimed >= BATCH_ROWS;
  }

  /** All that waits now is to be written. */
  flushSoon(): void {
    this.due = this.queue.unclaimed;
  }

  /**
   * What is added meanwhile waits for a batch of its own: many small ones cost four times as much (decision 0011). Where
   * that is there already, it is prepared while this one is written.
   * @throws what PostgreSQL says; the queue has the rows back then
   */
  async write(disk: AuditDisk | undefined, close: NodeCloser): Promise<void> {
    let batch: Batch | undefined;
    let next: Batch | undefined;
    try {
      do {
        await disk?.replay(close);
        batch = next ?? this.take();
        next = undefined;
        if (batch.items.length === 0) return;
        const writing = this.store.writeBatch(batch.prepared);
        // What is on disk goes first, or it would never.
        if (this.hasFullBatch && !disk?.rows) next = this.take();
        await writing;
        this.queue.done(batch.items);
        await disk?.confirmWritten(batch.items);
      } while (next || this.due > 0 || this.hasFullBatch);
    } catch (error) {
      for (const left of [next, batch]) if (left) this.queue.giveBack(left.items);
      throw error;
    }
  }

  private take(): Batch {
    const items = this.queue.take(MOST_ROWS);
    this.due -= items.length;
    return { items, prepared: prepareEvents(items.map(({ event }) => event)) };
  }
}
