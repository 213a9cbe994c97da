import { mkdir, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { AuditStore } from '../audit-store.js';
import { NodeFolder } from './node-folder.js';
import type { NodeLocks } from './node-locks.js';
import type { Segment } from './segment.js';

/** Below the folder of all nodes: segments with lines that could not be read, for a person to look at. */
const DAMAGED = 'damaged';

/**
 * How long the lock in PostgreSQL must have been free, as seen on one connection, where the one in the folder says nothing: of another
 * machine. A process that lives takes it again within seconds of a lost connection.
 */
const PATIENCE_MS = 30_000;

/** Told when all that is left of a node is in the table; `lastSeq` is the number of rows that it had accepted. */
export type NodeCloser = (nodeId: string, lastSeq: number) => Promise<void>;

/**
 * What earlier processes of this data folder left: replayed, accounted for, and then removed. For all that time both locks of their
 * node are held, in the folder and in PostgreSQL: what a living process has is never touched.
 */
export class AbandonedNodes {
  private readonly logger = new Logger(AbandonedNodes.name);
  private readonly folders: NodeFolder[] = [];
  /** Nodes of other machines: since when their lock is known to be free, and on which connection that was seen. */
  private readonly freeSince = new Map<string, { at: number; session: number }>();
  private readonly toldOf = new Set<string>();
  private damagedLines = 0;

  constructor(
    private readonly root: string,
    private readonly store: AuditStore,
    private readonly locks: NodeLocks,
  ) {}

  get left(): number {
    return this.folders.length;
  }

  get damaged(): number {
    return this.damagedLines;
  }

  /** Goes on where it was interrupted: a row that is in the table already is not added again. @throws while PostgreSQL is away */
  async replay(close: NodeCloser): Promise<void> {
    for (let folder = this.folders[0]; folder; folder = this.folders[0]) {
      const isDone = (await this.locks.take(folder.nodeId)) && (await this.replayFolder(folder, close));
      this.folders.shift();
      if (!isDone) await folder.release();
      await this.locks.release(folder.nodeId);
    }
  }

  /** Takes over those whose process has ended since; while PostgreSQL is away, none. */
  async takeMore(): Promise<void> {
    for (const folder of await NodeFolder.takeAbandoned(this.root)) {
      const isOurs = await this.mayTake(folder).catch((error: unknown) => {
        this.logger.warn(`node ${folder.nodeId} waits to be taken over: ${String(error)}`);
        return false;
      });
      if (isOurs) this.folders.push(folder);
      else await folder.release();
    }
  }

  /** Whether nothing is left of a node, and nobody is at work on it. @throws while PostgreSQL is away */
  async isOver(nodeId: string): Promise<boolean> {
    const isThere = await stat(join(this.root, nodeId)).catch(() => undefined);
    return isThere === undefined && this.locks.isFree(nodeId);
  }

  /** Lets go of those that are not replayed yet. */
  async release(): Promise<void> {
    for (const folder of this.folders.splice(0)) {
      await folder.release();
      await this.locks.release(folder.nodeId);
    }
  }

  /** @returns whether its process has ended, as far as anybody can tell @throws while PostgreSQL is away */
  private async mayTake({ nodeId, isLeftElsewhere }: NodeFolder): Promise<boolean> {
    if (isLeftElsewhere && !(await this.isFreeForLong(nodeId))) return false;
    if (await this.locks.take(nodeId)) return true;
    this.logOnce(nodeId, 'has the lock of its folder free, but lives by its lock in PostgreSQL: left alone');
    return false;
  }

  private async isFreeForLong(nodeId: string): Promise<boolean> {
    const isFree = await this.locks.isFree(nodeId);
    const { session } = this.locks;
    const seen = this.freeSince.get(nodeId);
    if (isFree && seen?.session === session) return performance.now() - seen.at >= PATIENCE_MS;
    this.freeSince.delete(nodeId);
    if (!isFree) return false;
    this.freeSince.set(nodeId, { at: performance.now(), session });
    const seconds = PATIENCE_MS / 1_000;
    this.logOnce(
      nodeId,
      `is of another machine, or an earlier boot: taken over if nobody has it for ${seconds} s`,
    );
    return false;
  }

  private logOnce(nodeId: string, what: string): void {
    if (!this.toldOf.has(nodeId)) this.logger.log(`node ${nodeId} ${what}`);
    this.toldOf.add(nodeId);
  }

  /** @returns not where its files do not let that be done: they must not hold up the others @throws while PostgreSQL is away */
  private async replayFolder(folder: NodeFolder, close: NodeCloser): Promise<boolean> {
    try {
      for (const segment of await folder.segments()) await this.replaySegment(folder, segment);
      await this.account(folder, close);
      await folder.remove();
      return true;
    } catch (error) {
      // What the file system says names a path.
      if (!(error instanceof Error) || !('path' in error)) throw error;
      this.logger.error(`${folder.path} cannot be replayed: ${String(error)}`);
      return false;
    }
  }

  /** Writes the rows of one segment and removes it; what cannot be read is put aside: it must not hold up the others. */
  async replaySegment({ nodeId }: NodeFolder, segment: Segment): Promise<void> {
    const name = `${nodeId}/${basename(segment.path)}`;
    const content = await segment.read().catch((error: unknown) => {
      this.logger.error(`${name} cannot be read: ${String(error)}`);
    });
    if (!content) return this.putAside(name, segment, 1);
    const { events, torn, damaged } = content;
    await this.store.write(events);
    if (torn) this.logger.warn(`${name} ends in a torn line, whose call was never answered`);
    this.logger.log(`replayed ${events.length} audit rows of ${name}`);
    if (damaged.length === 0) return segment.remove();
    await this.putAside(name, segment, damaged.length);
  }

  /** Keeps a file with so many lines that could not be read for a person to look at. */
  private async putAside(name: string, segment: Segment, lines: number): Promise<void> {
    const aside = join(this.root, DAMAGED);
    await mkdir(aside, { recursive: true, mode: 0o700 });
    await rename(segment.path, join(aside, name.replace('/', '-')));
    this.damagedLines += lines;
    this.logger.error(`${name} has ${lines} damaged lines: kept in ${aside}`);
  }

  private async account(folder: NodeFolder, close: NodeCloser): Promise<void> {
    const noted = folder.accepted() ?? 0;
    const { rows, last } = await this.store.progressOf(folder.nodeId, noted);
    const accepted = Math.max(noted, last);
    const lost = Math.max(0, accepted - rows);
    const report = `node ${folder.nodeId} ended without a drain: accepted ${accepted}, written ${rows}, lost ${lost}`;
    if (lost > 0) this.logger.error(`${report} (numbers up to ${accepted} that have no row)`);
    else if (accepted > 0) this.logger.log(report);
    await close(folder.nodeId, accepted);
  }
}
