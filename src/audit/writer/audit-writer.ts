import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { OutOfReach } from '../../access/out-of-reach.js';
import type { EntityManager } from 'typeorm';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { sleep, within } from '../../common/timeouts.js';
import { auditRowNotSafe, ServiceError } from '../../errors/service-error.js';
import { AuditDisk, warnOfSpool } from './audit-disk.js';
import { AuditBatches } from './audit-batches.js';
import { type AddedEvents, queuedEvent } from './audit-insert.js';
import { AuditNode } from './audit-node.js';
import { AuditQueue, type WaitingEvent } from './audit-queue.js';
import { sizeOf } from '../events/audit-record.js';
import { renumberRows, retryUntilDone } from './node-renewal.js';
import { AuditStore } from './audit-store.js';
import { type AuditWriterState, writerState } from './audit-writer-state.js';
import { Backoff } from '../../common/backoff.js';
import type { NodeCloser } from './spool/abandoned-nodes.js';
import { NodeLocks } from './spool/node-locks.js';
import type { AuditSlot, AuditRecord } from '../events/audit-row.js';
import { SingleFlight } from '../../common/single-flight.js';

const BATCH_MS = 200;
const RETRY_MS = { first: 250, most: 5_000 };
/** While PostgreSQL is slow, a queue this full is spilled to disk until it is that full. */
const SPILL_SHARE = { from: 0.75, to: 0.5 };
/** How often to look for the spooled rows of processes that have ended. */
const TAKE_OVER_MS = 10_000;
/** How long to wait for a row that must be safe before the call is answered. */
const SAFE_MS = 5_000;

/**
 * Accepts events without blocking the caller and writes them in batches. Rows that PostgreSQL cannot take at once go to disk
 * and from there to PostgreSQL, oldest first. Every accepted event has a number, and each number gets its row. The queue is
 * drained at shutdown.
 */
@Injectable()
@OutOfReach()
export class AuditWriter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AuditWriter.name);
  private node = new AuditNode();
  private readonly queue: AuditQueue;
  private readonly batches: AuditBatches;
  private readonly closers: NodeCloser[] = [];
  private disk: AuditDisk | undefined;
  /** Numbers assigned to rows that are not accepted yet, because their transaction is under way. */
  private open = 0;
  private timer: NodeJS.Timeout | undefined;
  private takeOver: NodeJS.Timeout | undefined;
  private readonly postgres = new Backoff(RETRY_MS);
  private flushing: Promise<void> | undefined;
  private readonly spilling = new SingleFlight((disk: AuditDisk, share: number) =>
    disk.spill(this.queue, share),
  );
  private drained: Promise<void> | undefined;

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly store: AuditStore,
    private readonly locks: NodeLocks,
  ) {
    this.queue = new AuditQueue(settings.audit);
    this.batches = new AuditBatches(this.queue, store);
  }

  get nodeId(): string {
    return this.node.id;
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.audit.durability === 'memory') return warnOfSpool(this.settings.dataDir);
    this.disk = await this.openDisk();
    void this.flush();
    this.takeOver = setInterval(
      () => void this.disk?.takeAbandoned().then(() => this.tick()),
      TAKE_OVER_MS,
    ).unref();
  }

  beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.takeOver);
    this.drained ??= this.drain();
    return this.drained;
  }

  /** Calls `listener` after each commit with the rows that it added. The seals, the stream and the webhook listen. */
  onAdded(listener: (added: AddedEvents) => void): void {
    this.store.onAdded(listener);
  }

  /** Calls `closer` when the last row of a node is in the table, after a drain or a replay. */
  onClosed(closer: NodeCloser): void {
    this.closers.push(closer);
  }

  /** Whether there is room for the row of one more call. */
  hasRoom(): boolean {
    return this.queue.hasRoom();
  }

  /** Waits a little for PostgreSQL or the disk to make room. @returns whether there is room */
  waitForRoom(): Promise<boolean> {
    return this.queue.waitForRoom(this.settings.audit.waitMs);
  }

  /** Reserves a number for a row that is accepted later or written by a transaction. */
  reserve(): AuditSlot {
    this.open++;
    void this.disk?.note();
    return this.node.next();
  }

  /**
   * Accepts an event. A call that was admitted always gets its row, even beyond the bound.
   * @returns what to await before the call is answered: in the mode `wal` the row on disk, in `spool` its number. The promise
   * rejects with auditUnavailable
   */
  add(record: AuditRecord, slot: AuditSlot = this.reserve()): Promise<void> | undefined {
    this.open--;
    const item: WaitingEvent = {
      event: queuedEvent(record, this.node.own(slot)),
      bytes: sizeOf(record),
      segment: undefined,
      isSafe: false,
    };
    this.queue.push(item);
    if (!this.queue.hasRoom(SPILL_SHARE.from)) void this.spill(SPILL_SHARE.to);
    if (this.batches.hasFullBatch) void (this.postgres.isPausing ? this.spill() : this.writeDue());
    else this.schedule();
    return this.settings.audit.durability === 'wal' ? this.makeSafe(item) : this.disk?.note();
  }

  /**
   * Writes a row that must be in the table before anything else happens.
   * @param admit runs before it in the same transaction
   * @throws the error of `admit`, and then there is no row; or the error of PostgreSQL, and then the row is queued
   */
  async addNow(record: AuditRecord, admit: (manager: EntityManager) => Promise<void>): Promise<AuditSlot> {
    let slot: AuditSlot | undefined;
    const take = () => (slot ??= this.reserve());
    try {
      if (this.postgres.isPausing) throw new Error('PostgreSQL is away');
      await within(
        SAFE_MS,
        this.store.writeAfter(admit, () => queuedEvent(record, take())),
      );
      this.open--;
      return take();
    } catch (error) {
      if (error instanceof ServiceError && !slot) throw error;
      void this.add(record, take())?.catch(() => undefined);
      throw error;
    }
  }

  /** Writes a row as part of a transaction. Call {@link committed} when it is, or {@link add} with the slot when it is not. */
  addWith(manager: EntityManager, record: AuditRecord, slot: AuditSlot): Promise<AddedEvents> {
    return this.store.writeWith(manager, queuedEvent(record, slot));
  }

  committed(added: AddedEvents): void {
    this.open--;
    this.store.notify(added);
  }

  /** Whether every accepted row is known to be in the table. */
  get isFullyWritten(): boolean {
    return this.open === 0 && this.isDone();
  }

  state(): AuditWriterState {
    return writerState(this.node.accepted, this.open, this.store.refused, this.queue, this.disk);
  }

  /** Writes all waiting rows to PostgreSQL, or else to disk. It never throws: rows that neither takes stay in memory. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.batches.flushSoon();
    return this.writeDue();
  }

  private writeDue(): Promise<void> {
    this.flushing ??= this.batches
      .write(this.disk, this.close)
      .then(
        () => this.postgres.succeeded(),
        (error: unknown) => this.retryLater(error),
      )
      .finally(() => {
        this.flushing = undefined;
        if (this.queue.unclaimed > 0 && !this.postgres.isPausing) this.schedule();
      });
    return this.flushing;
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => void this.tick(), BATCH_MS);
  }

  /** While PostgreSQL is unavailable, only the retry tries it again. */
  private tick(): Promise<void> {
    if (!this.postgres.isPausing) return this.flush();
    clearTimeout(this.timer);
    this.timer = undefined;
    return this.spill();
  }

  private openDisk(): Promise<AuditDisk> {
    return AuditDisk.open(this.settings, this.node, this.store, this.locks, () => void this.renew());
  }

  /** Continues as a new node after another process took over this one, whose chain must get no further rows. */
  private async renew(): Promise<void> {
    const [lost, left] = [this.node, this.disk!];
    this.node = new AuditNode();
    this.logger.error(
      `node ${lost.id} was taken over by another process: this one goes on as ${this.node.id}`,
    );
    this.disk = await retryUntilDone(() => this.openDisk());
    for (let busy; (busy = this.flushing ?? this.spilling.current);) await busy;
    this.flushing = renumberRows(
      lost,
      this.node,
      left,
      this.disk,
      this.queue,
      this.store,
      this.close,
    ).finally(() => {
      this.flushing = undefined;
      this.schedule();
    });
  }

  private readonly close: NodeCloser = async (nodeId, lastSeq) => {
    for (const closer of this.closers) await closer(nodeId, lastSeq);
  };

  private async retryLater(error: unknown): Promise<void> {
    this.postgres.failed(() => void this.flush());
    await this.spill();
    const where = `${this.queue.rows} in memory, ${this.disk?.rows ?? 0} on disk`;
    this.logger.warn(`audit rows wait for PostgreSQL, ${where}: ${String(error)}`);
  }

  private spill(share = 0): Promise<void> {
    return this.disk ? this.spilling.join(this.disk, share) : Promise.resolve();
  }

  /** Waits until a row is on disk, or in the table where the disk fails. */
  private async makeSafe(item: WaitingEvent): Promise<void> {
    try {
      await this.disk!.keep(item);
    } catch (error) {
      this.logger.error(`audit row ${item.event.id} is not on disk yet: ${String(error)}`);
      const deadline = Date.now() + SAFE_MS;
      while (!item.isSafe && Date.now() < deadline) {
        await within(SAFE_MS, this.flush()).catch(() => undefined);
        if (!item.isSafe) await sleep(BATCH_MS);
      }
      if (!item.isSafe) throw auditRowNotSafe(error);
    }
  }

  /** Writes the queued rows before the process ends, within the time of the settings, and logs the outcome. */
  private async drain(): Promise<void> {
    const deadline = Date.now() + this.settings.audit.drainMs;
    while (!this.isDone() && Date.now() < deadline) {
      await within(deadline - Date.now(), this.flush()).catch(() => undefined);
      if (!this.isDone()) await sleep(Math.min(RETRY_MS.first, Math.max(0, deadline - Date.now())));
    }
    clearTimeout(this.timer);
    this.postgres.end();
    if (!this.isDone()) await this.spoolTheRest();
    await this.finish();
    const { accepted, written, spooled, pending } = this.state();
    const report = `audit drained: accepted ${accepted}, written ${written}, spooled ${spooled}, pending ${pending}`;
    if (pending > 0) this.logger.error(report);
    else this.logger.log(report);
  }

  private isDone(): boolean {
    return this.queue.rows === 0 && (this.disk?.rows ?? 0) === 0;
  }

  private async spoolTheRest(): Promise<void> {
    if (!this.disk) return;
    try {
      await this.disk.add(this.queue.all());
      this.queue.clear();
    } catch (error) {
      this.logger.error(`the disk does not take what is left: ${String(error)}`);
    }
  }

  /** Closes the node. Where rows are left, the next process with this data folder replays them and closes it. */
  private async finish(): Promise<void> {
    let finished = this.isDone();
    if (finished) {
      await within(SAFE_MS, this.close(this.node.id, this.node.accepted)).catch((error: unknown) => {
        finished = false;
        this.logger.warn(`the node is not closed: ${String(error)}`);
      });
    }
    await this.disk?.close(finished);
  }
}
