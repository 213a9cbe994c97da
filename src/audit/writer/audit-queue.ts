import type { Segment } from './spool/segment.js';
import type { QueuedEvent } from '../events/audit-row.js';

/** A row on its way to PostgreSQL. */
export interface WaitingEvent {
  event: QueuedEvent;
  bytes: number;
  /** The segment that also holds it on disk. */
  segment: Segment | undefined;
  /** Whether it is in the table, or on disk and no longer needed in memory. */
  isSafe: boolean;
}

/** Holds rows in memory, bounded by number and by size. Rows that are being written count as well. */
export class AuditQueue {
  private waiting: WaitingEvent[] = [];
  /** Batches that are being written. */
  private readonly claimed = new Set<readonly WaitingEvent[]>();
  private claimedRows = 0;
  private bytes = 0;
  private readonly roomWaiters: (() => void)[] = [];

  constructor(private readonly bounds: { maxRows: number; maxBytes: number }) {}

  /** The number of rows in memory, those that are being written included. */
  get rows(): number {
    return this.waiting.length + this.claimedRows;
  }

  get size(): number {
    return this.bytes;
  }

  get unclaimed(): number {
    return this.waiting.length;
  }

  get oldest(): Date | undefined {
    const [taken = this.waiting] = this.claimed;
    return taken[0]?.event.occurredAt;
  }

  hasRoom(share = 1): boolean {
    return this.rows < this.bounds.maxRows * share && this.bytes < this.bounds.maxBytes * share;
  }

  /** Waits for room at most as long as given. @returns whether there is room */
  async waitForRoom(ms: number): Promise<boolean> {
    const deadline = Date.now() + ms;
    while (!this.hasRoom()) {
      const left = deadline - Date.now();
      if (left <= 0) return false;
      await this.roomWithin(left);
    }
    return true;
  }

  push(item: WaitingEvent): void {
    this.waiting.push(item);
    this.bytes += item.bytes;
  }

  /** Claims the oldest rows. Pass the same array to {@link done} or {@link giveBack} afterwards. */
  take(rows: number): readonly WaitingEvent[] {
    const items = this.waiting.splice(0, rows);
    if (items.length === 0) return items;
    this.claimed.add(items);
    this.claimedRows += items.length;
    return items;
  }

  done(items: readonly WaitingEvent[]): void {
    if (!this.release(items)) return;
    for (const { bytes } of items) this.bytes -= bytes;
    for (const tell of this.roomWaiters.splice(0, items.length)) tell();
  }

  giveBack(items: readonly WaitingEvent[]): void {
    if (this.release(items)) this.waiting = [...items, ...this.waiting];
  }

  /** All rows, including those that are being written: their outcome will not be known in time. */
  all(): WaitingEvent[] {
    return [...[...this.claimed].flat(), ...this.waiting];
  }

  clear(): void {
    this.waiting = [];
    this.claimed.clear();
    this.claimedRows = 0;
    this.bytes = 0;
  }

  /** @returns false where the queue was cleared meanwhile */
  private release(items: readonly WaitingEvent[]): boolean {
    const isHeld = this.claimed.delete(items);
    if (isHeld) this.claimedRows -= items.length;
    return isHeld;
  }

  /** Resolves when some rows are done or the time has passed. */
  private roomWithin(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const tell = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.roomWaiters.splice(this.roomWaiters.indexOf(tell), 1);
        resolve();
      }, ms);
      this.roomWaiters.push(tell);
    });
  }
}
