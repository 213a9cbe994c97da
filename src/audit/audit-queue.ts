import type { QueuedEvent } from './audit-insert.js';
import type { Segment } from './spool/segment.js';

/** A row on its way to PostgreSQL. */
export interface WaitingEvent {
  event: QueuedEvent;
  bytes: number;
  /** Where it is on disk as well. */
  segment?: Segment;
  /** It is in the table, or on disk without need of memory. */
  settled?: boolean;
}

/** Rows in memory, within bounds: by number and by size, those that are being written included. */
export class AuditQueue {
  private waiting: WaitingEvent[] = [];
  private readonly taken = new Set<WaitingEvent>();
  private bytes = 0;
  private readonly hopeful: (() => void)[] = [];

  constructor(private readonly bounds: { maxRows: number; maxBytes: number }) {}

  /** All that is in memory. */
  get rows(): number {
    return this.waiting.length + this.taken.size;
  }

  get size(): number {
    return this.bytes;
  }

  get untaken(): number {
    return this.waiting.length;
  }

  get oldest(): Date | undefined {
    const [taken] = this.taken;
    return (taken ?? this.waiting[0])?.event.occurredAt;
  }

  hasRoom(share = 1): boolean {
    return this.rows < this.bounds.maxRows * share && this.bytes < this.bounds.maxBytes * share;
  }

  /** Waits for a place. @returns whether there is one, at last */
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

  /** Hands out the oldest rows, to be answered with {@link done} or {@link giveBack}. */
  take(rows: number): WaitingEvent[] {
    const items = this.waiting.splice(0, rows);
    for (const item of items) this.taken.add(item);
    return items;
  }

  done(items: readonly WaitingEvent[]): void {
    for (const item of items) {
      this.taken.delete(item);
      this.bytes -= item.bytes;
    }
    for (const tell of this.hopeful.splice(0, items.length)) tell();
  }

  giveBack(items: readonly WaitingEvent[]): void {
    for (const item of items) this.taken.delete(item);
    this.waiting = [...items, ...this.waiting];
  }

  /** Everything, also what is being written: whether that succeeds will not be known in time. */
  all(): WaitingEvent[] {
    return [...this.taken, ...this.waiting];
  }

  clear(): void {
    this.waiting = [];
    this.taken.clear();
    this.bytes = 0;
  }

  /** Until some rows are done, or the time is over. */
  private roomWithin(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const tell = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.hopeful.splice(this.hopeful.indexOf(tell), 1);
        resolve();
      }, ms);
      this.hopeful.push(tell);
    });
  }
}
