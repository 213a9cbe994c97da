import { mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { AuditStore } from '../audit-store.js';
import { NodeFolder } from './node-folder.js';
import type { Segment } from './segment.js';

/** Below the folder of all nodes: segments with lines that could not be read, for a person to look at. */
const DAMAGED = 'damaged';

/** Told when all that is left of a node is in the table; `lastSeq` is the number of rows that it had accepted. */
export type NodeCloser = (nodeId: string, lastSeq: number) => Promise<void>;

/** What earlier processes of this data folder left: replayed, accounted for, and then removed. */
export class AbandonedNodes {
  private readonly logger = new Logger(AbandonedNodes.name);
  private damagedLines = 0;

  constructor(
    private readonly root: string,
    private readonly folders: NodeFolder[],
    private readonly store: AuditStore,
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
      for (const segment of await folder.segments()) await this.replaySegment(folder, segment);
      await this.account(folder, close);
      await folder.remove();
      this.folders.shift();
    }
  }

  /** Takes over those whose process has ended since. */
  async takeMore(): Promise<void> {
    this.folders.push(...(await NodeFolder.takeAbandoned(this.root)));
  }

  /** Lets go of those that are not replayed yet. */
  async release(): Promise<void> {
    await Promise.all(this.folders.map((folder) => folder.release()));
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
