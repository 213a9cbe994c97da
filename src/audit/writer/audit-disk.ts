import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Settings } from '../../config/settings.js';
import type { AuditNode } from './audit-node.js';
import type { AuditQueue, WaitingEvent } from './audit-queue.js';
import type { AuditStore } from './audit-store.js';
import { AbandonedNodes, type NodeCloser } from './spool/abandoned-nodes.js';
import { NodeFolder } from './spool/node-folder.js';
import type { NodeLocks } from './spool/node-locks.js';
import type { Segment } from './spool/segment.js';
import { Spool } from './spool/spool.js';
import { encodeLine } from './spool/spool-line.js';
import { atEndOfIteration } from '../../common/event-loop.js';

const SPILL_ROWS = 2_000;
/** The shortest interval between two log lines about a failing disk. */
const COMPLAIN_MS = 1_000;

/** Keeps rows of the writer on disk, in the modes `spool` and `wal`. */
export class AuditDisk {
  private readonly logger = new Logger(AuditDisk.name);
  private complained = 0;
  private noting: Promise<void> | undefined;

  private constructor(
    private readonly node: AuditNode,
    private readonly folder: NodeFolder,
    private readonly spool: Spool,
    private readonly abandoned: AbandonedNodes,
  ) {}

  /**
   * @param onTaken called when another process has taken over the node, as if this one had ended
   * @throws Error where DATA_DIR cannot be written
   */
  static async open(
    { dataDir, audit: { spoolMaxBytes } }: Settings,
    node: AuditNode,
    store: AuditStore,
    locks: NodeLocks,
    onTaken: () => void,
  ): Promise<AuditDisk> {
    const root = spoolRoot(dataDir);
    let own: NodeFolder | undefined;
    // The lock comes before the folder. Another process that finds an unlocked folder would treat it as abandoned.
    await locks.hold(node.id, async () => !own || own.isThere(), onTaken);
    const folder = await NodeFolder.create(root, node.id).catch((cause: unknown) => {
      throw new Error(
        `The audit cannot keep rows in ${root}: set another DATA_DIR, or AUDIT_DURABILITY=memory`,
        { cause },
      );
    });
    own = folder;
    const abandoned = new AbandonedNodes(root, store, locks);
    await abandoned.takeMore();
    return new AuditDisk(node, folder, new Spool(folder.path, spoolMaxBytes), abandoned);
  }

  /** Rows that are only on disk, without those of abandoned nodes. */
  get rows(): number {
    return this.spool.rows;
  }

  get bytes(): number {
    return this.spool.bytes;
  }

  get abandonedNodes(): number {
    return this.abandoned.left;
  }

  get damagedLines(): number {
    return this.abandoned.damaged;
  }

  get oldest(): Date | undefined {
    return this.spool.since;
  }

  /**
   * Notes how many rows were accepted, once for each event-loop iteration. Responses that wait for it are sent together, which
   * saves a write for each row and most wake-ups of the client's process (decision 0011).
   */
  note(): Promise<void> {
    this.noting ??= new Promise((resolve) => {
      atEndOfIteration(() => {
        this.noting = undefined;
        this.noteNow();
        resolve();
      });
    });
    return this.noting;
  }

  /** Writes a row to disk while it also waits in memory for PostgreSQL. @throws the file system's error, SpoolFullError */
  async keep(item: WaitingEvent): Promise<void> {
    const segment = await this.spool.append([encodeLine(item.event)], true);
    if (item.isSafe) await this.spool.release(segment, 1);
    else item.segment = segment;
  }

  /**
   * Moves rows of the queue to disk, oldest first, until the queue is below `share` of its bounds. It never throws: rows that
   * the disk rejects stay in the queue.
   */
  async spill(queue: AuditQueue, share: number): Promise<void> {
    while (queue.unclaimed > 0 && !queue.hasRoom(share)) {
      const items = queue.take(SPILL_ROWS);
      try {
        await this.add(items);
        queue.done(items);
      } catch (error) {
        queue.giveBack(items);
        return this.complain(`audit rows stay in memory, the disk does not take them: ${String(error)}`);
      }
    }
  }

  /** A failure leaves the rows as safe as before. Only a later report of lost rows would not count them. */
  private noteNow(): void {
    try {
      this.folder.note(this.node.accepted);
    } catch (error) {
      this.complain(`how many audit rows were accepted is not noted: ${String(error)}`);
    }
  }

  private complain(text: string): void {
    if (Date.now() - this.complained < COMPLAIN_MS) return;
    this.complained = Date.now();
    this.logger.error(text);
  }

  /** Writes the rows that are not on disk yet, and no longer relies on memory for any of them. */
  async add(items: readonly WaitingEvent[]): Promise<void> {
    const fresh = items.filter(({ segment }) => !segment);
    if (fresh.length > 0)
      await this.spool.append(
        fresh.map(({ event }) => encodeLine(event)),
        false,
      );
    for (const item of items) {
      item.isSafe = true;
      if (item.segment) this.spool.forget(item.segment, 1);
    }
  }

  /** Records that rows are in the table. */
  async confirmWritten(items: readonly WaitingEvent[]): Promise<void> {
    const rows = new Map<Segment, number>();
    for (const item of items) {
      item.isSafe = true;
      if (item.segment) rows.set(item.segment, (rows.get(item.segment) ?? 0) + 1);
    }
    for (const [segment, count] of rows) await this.spool.release(segment, count);
  }

  /** Writes the rows that are only on disk to PostgreSQL: first those of earlier processes, then this one's, oldest first. */
  async replay(close: NodeCloser): Promise<void> {
    await this.abandoned.replay(close);
    for (
      let segment = await this.spool.oldest();
      segment !== undefined;
      segment = await this.spool.oldest()
    ) {
      await this.abandoned.replaySegment(this.folder, segment);
      await this.spool.drop(segment);
    }
  }

  /** Takes over the rows of processes that have ended since. The next batch replays them. */
  takeAbandoned(): Promise<void> {
    return this.abandoned.takeMore();
  }

  /**
   * Replays the rest of a node that another process took over from this one.
   * @returns whether the node is finished, so that no process writes its rows any more
   */
  async finishOther(nodeId: string, close: NodeCloser): Promise<boolean> {
    await this.abandoned.takeMore();
    await this.abandoned.replay(close);
    return this.abandoned.isOver(nodeId);
  }

  /** Closes everything and leaves the files for the process that takes over the node. */
  async leave(): Promise<void> {
    await this.spool.close();
    await this.abandoned.release();
    await this.folder.release();
  }

  /** @param finished whether every row of this process is in the table */
  async close(finished: boolean): Promise<void> {
    if (!finished) return this.leave();
    await this.spool.close();
    await this.abandoned.release();
    await this.folder.remove();
  }
}

/** Warns about spooled rows, which the mode `memory` does not replay. */
export async function warnOfSpool(dataDir: string): Promise<void> {
  const root = spoolRoot(dataDir);
  const left = await readdir(root).catch(() => []);
  if (left.length > 0)
    new Logger(AuditDisk.name).warn(
      `rows of earlier starts wait in ${root}: start with AUDIT_DURABILITY=spool`,
    );
}

const spoolRoot = (dataDir: string) => join(dataDir, 'audit', 'spool');
