import type { AuditDisk } from './audit-disk.js';
import { type PreparedEvents, prepareEvents } from './audit-insert.js';
import type { AuditQueue, WaitingEvent } from './audit-queue.js';
import type { AuditStore } from './audit-store.js';
import type { NodeCloser } from './spool/abandoned-nodes.js';

/** A batch of this size is written at once, without waiting for the interval. */
const BATCH_ROWS = 500;
/** The most rows of one statement, for when more than a batch has accumulated. */
const MOST_ROWS = 1_000;

interface Batch {
  items: readonly WaitingEvent[];
  prepared: PreparedEvents;
}

/** Writes the rows of a queue, one statement after the other. */
export class AuditBatches {
  /** How many rows must be written even if they do not fill a batch. */
  private due = 0;

  constructor(
    private readonly queue: AuditQueue,
    private readonly store: AuditStore,
  ) {}

  get hasFullBatch(): boolean {
    return this.queue.unclaimed >= BATCH_ROWS;
  }

  /** Requests that every row that waits now is written, even without a full batch. */
  flushSoon(): void {
    this.due = this.queue.unclaimed;
  }

  /**
   * Writes what is due. Rows that arrive meanwhile wait for a batch of their own, because many small batches cost four times
   * as much (decision 0011). The next full batch is prepared while this one is written.
   * @throws the error of PostgreSQL, after the rows were returned to the queue
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
        // Rows on disk go first. Otherwise constant load would keep them there for ever.
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
