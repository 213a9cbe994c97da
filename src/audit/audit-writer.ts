import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { isDataError } from '../database/database-errors.js';
import { type AddedEvent, insertAuditEvents, type QueuedEvent } from './audit-insert.js';
import type { AuditRecord } from './audit-record.js';

const BATCH_ROWS = 500;
const BATCH_MS = 200;
const RETRY_MS = { first: 250, most: 5_000 };
/** What a row takes beside its texts. */
const ROW_BYTES = 400;

export interface AuditWriterState {
  accepted: number;
  written: number;
  pending: number;
  pendingBytes: number;
  /** Rows that PostgreSQL refused for what they say; must stay 0. */
  refused: number;
}

type WaitingEvent = QueuedEvent & { bytes: number };

/**
 * Takes events without making anybody wait, and writes them in batches. The queue is bounded: `hasRoom` says no
 * before the bound is reached, and then nothing runs that could not be recorded. While PostgreSQL is away the rows
 * wait; at shutdown the queue is drained ({@link drain}).
 */
@Injectable()
export class AuditWriter {
  private readonly logger = new Logger(AuditWriter.name);
  readonly nodeId = uuid();
  private queue: WaitingEvent[] = [];
  private readonly listeners: ((added: AddedEvent[]) => void)[] = [];
  private bytes = 0;
  private sequence = 0;
  private written = 0;
  private refused = 0;
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> | undefined;
  private retryMs = RETRY_MS.first;

  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  /** Calls `listener` with what was committed, after it was: the seals, the live stream and the webhook read along. */
  onAdded(listener: (added: AddedEvent[]) => void): void {
    this.listeners.push(listener);
  }

  /** Whether one more call may run: its row has a place. */
  hasRoom(): boolean {
    const { maxRows, maxBytes } = this.settings.audit;
    return this.queue.length < maxRows && this.bytes < maxBytes;
  }

  /** Accepts an event. A call that was let in always gets its row, even past the bound. */
  add(record: AuditRecord): void {
    const bytes = sizeOf(record);
    this.queue.push({
      ...record,
      id: uuid(),
      occurredAt: new Date(),
      nodeId: this.nodeId,
      nodeSeq: ++this.sequence,
      bytes,
    });
    this.bytes += bytes;
    if (this.settings.environment === 'development') this.logger.log(lineOf(record));
    if (this.queue.length >= BATCH_ROWS) void this.flush();
    else this.timer ??= setTimeout(() => void this.flush(), BATCH_MS);
  }

  state(): AuditWriterState {
    return {
      accepted: this.sequence,
      written: this.written,
      pending: this.queue.length,
      pendingBytes: this.bytes,
      refused: this.refused,
    };
  }

  /** Writes what is queued, as far as PostgreSQL takes it. Never throws: what was not written stays queued. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.flushing ??= this.writeAll().finally(() => {
      this.flushing = undefined;
    });
    return this.flushing;
  }

  /** Writes what is queued before the process ends, within the time that the settings give, and reports. */
  async drain(): Promise<void> {
    const deadline = Date.now() + this.settings.audit.drainMs;
    while (this.queue.length > 0 && Date.now() < deadline) {
      await this.flush();
      if (this.queue.length > 0) await new Promise((resolve) => setTimeout(resolve, RETRY_MS.first));
    }
    clearTimeout(this.timer);
    const { accepted, written, pending, refused } = this.state();
    const report = `audit drained: accepted ${accepted}, written ${written}, pending ${pending}, refused ${refused}`;
    if (pending > 0 || refused > 0) this.logger.error(report);
    else this.logger.log(report);
  }

  private async writeAll(): Promise<void> {
    while (this.queue.length > 0) {
      const batch = this.queue.slice(0, BATCH_ROWS);
      try {
        this.tell(await insertAuditEvents(this.dataSource, batch));
        this.written += batch.length;
        this.retryMs = RETRY_MS.first;
      } catch (error) {
        if (!isDataError(error)) return this.retryLater(error);
        await this.writeOneByOne(batch);
      }
      this.queue = this.queue.slice(batch.length);
      for (const { bytes } of batch) this.bytes -= bytes;
    }
  }

  private tell(added: AddedEvent[]): void {
    for (const listener of this.listeners) listener(added);
  }

  private retryLater(error: unknown): void {
    this.logger.warn(`${this.queue.length} audit rows wait for PostgreSQL: ${String(error)}`);
    this.timer = setTimeout(() => void this.flush(), this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, RETRY_MS.most);
  }

  /** One row that PostgreSQL refuses must not hold up the others, nor go unseen. */
  private async writeOneByOne(batch: WaitingEvent[]): Promise<void> {
    for (const event of batch) {
      try {
        this.tell(await insertAuditEvents(this.dataSource, [event]));
        this.written++;
      } catch (error) {
        this.refused++;
        this.logger.error(`audit row ${event.id} (node_seq ${event.nodeSeq}) was refused: ${String(error)}`);
      }
    }
  }
}

const sizeOf = (record: AuditRecord): number =>
  ROW_BYTES +
  (record.tool?.length ?? 0) +
  (record.resource?.length ?? 0) +
  (record.userAgent?.length ?? 0) +
  record.scopes.length * 40 +
  Object.keys(record.metadata).length * 100;

const lineOf = ({ outcome, action, tool, resource, reason, keyStart, durationMs }: AuditRecord): string =>
  [
    outcome,
    tool ?? action,
    resource,
    reason,
    keyStart && `key ${keyStart}`,
    durationMs !== null && `${durationMs} ms`,
  ]
    .filter(Boolean)
    .join('  ');
