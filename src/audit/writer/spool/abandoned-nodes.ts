import { mkdir, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { AuditStore } from '../audit-store.js';
import { NodeFolder } from './node-folder.js';
import type { NodeLocks } from './node-locks.js';
import type { Segment } from './segment.js';

/** The folder, beside those of the nodes, that keeps segments with unreadable lines for inspection. */
const DAMAGED = 'damaged';

/**
 * How long the lock of a node in PostgreSQL must have been free on one connection before its folder is taken over, where the
 * folder comes from another machine and its own lock says nothing. A live process takes its lock again within seconds.
 */
const PATIENCE_MS = 30_000;

/** Called when the last row of a node is in the table. `lastSeq` is the number of rows that the node had accepted. */
export type NodeCloser = (nodeId: string, lastSeq: number) => Promise<void>;

/**
 * Replays the spooled rows that earlier processes of this data folder left, reports lost ones, and removes the folders. Both
 * locks of a node, in its folder and in PostgreSQL, are held meanwhile, so that the rows of a live process are never touched.
 */
export class AbandonedNodes {
  private readonly logger = new Logger(AbandonedNodes.name);
  private readonly folders: NodeFolder[] = [];
  /** For nodes of other machines: since when their lock was seen free, and on which connection. */
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

  /** Replays all folders. It can be repeated, because existing rows are not added again. @throws while PostgreSQL is unavailable */
  async replay(close: NodeCloser): Promise<void> {
    for (let folder = this.folders[0]; folder; folder = this.folders[0]) {
      const isDone = (await this.locks.take(folder.nodeId)) && (await this.replayFolder(folder, close));
      this.folders.shift();
      if (!isDone) await folder.release();
      await this.locks.release(folder.nodeId);
    }
  }

  /** Takes over the nodes whose process has ended since. While PostgreSQL is unavailable, it takes over none. */
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

  /** Whether a node is finished: its folder is gone and nobody holds its lock. @throws while PostgreSQL is unavailable */
  async isOver(nodeId: string): Promise<boolean> {
    const isThere = await stat(join(this.root, nodeId)).catch(() => undefined);
    return isThere === undefined && this.locks.isFree(nodeId);
  }

  /** Releases the nodes that are not replayed yet. */
  async release(): Promise<void> {
    for (const folder of this.folders.splice(0)) {
      await folder.release();
      await this.locks.release(folder.nodeId);
    }
  }

  /** @returns whether its process has ended, as far as the locks tell @throws while PostgreSQL is unavailable */
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

  /** @returns false where its files cannot be read or removed, so that the other nodes go on @throws while PostgreSQL is unavailable */
  private async replayFolder(folder: NodeFolder, close: NodeCloser): Promise<boolean> {
    try {
      for (const segment of await folder.segments()) await this.replaySegment(folder, segment);
      await this.account(folder, close);
      await folder.remove();
      return true;
    } catch (error) {
      // Errors of the file system have a path.
      if (!(error instanceof Error) || !('path' in error)) throw error;
      this.logger.error(`${folder.path} cannot be replayed: ${String(error)}`);
      return false;
    }
  }

  /** Writes the rows of a segment and removes it. One with unreadable lines is put aside, so that the others go on. */
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

  /** Moves a file with unreadable lines to the folder for inspection. */
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
