import { closeSync, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { FolderInUseError, FolderLock } from '../../../common/folder-lock/folder-lock.js';
import { Segment } from './segment.js';

const logger = new Logger('NodeFolder');

const LOCK = 'lock';
const ACCEPTED = 'accepted';
const DIGITS = 16;
/** The suffix of a node's folder while it is being removed. */
const FINISHED = '.finished';

/**
 * The folder `<root>/<node id>` of one node. It holds the segments, the number of accepted rows, and a lock that shows the
 * other processes of this data folder that the node is alive.
 */
export class NodeFolder {
  private mark: number | undefined;

  private constructor(
    readonly nodeId: string,
    readonly path: string,
    private readonly lock: FolderLock,
  ) {}

  static async create(root: string, nodeId: string): Promise<NodeFolder> {
    const path = join(root, nodeId);
    await mkdir(path, { recursive: true, mode: 0o700 });
    const folder = new NodeFolder(nodeId, path, await FolderLock.take(join(path, LOCK)));
    folder.mark = openSync(join(path, ACCEPTED), 'w', 0o600);
    // Writing it now allocates its block, so that a disk that fills up later does not matter.
    folder.note(0);
    return folder;
  }

  /** Takes over the folders of processes that ended without finishing. */
  static async takeAbandoned(root: string): Promise<NodeFolder[]> {
    const names = await readdir(root).catch(() => []);
    // Left by a process that ended while it removed them.
    const finished = names.filter((name) => name.endsWith(FINISHED));
    for (const name of finished)
      await rm(join(root, name), { recursive: true, force: true }).catch(() => undefined);
    const folders = await Promise.all(
      names.filter((name) => isUuid(name)).map((nodeId) => NodeFolder.take(root, nodeId)),
    );
    return folders.filter((folder) => folder !== undefined);
  }

  private static async take(root: string, nodeId: string): Promise<NodeFolder | undefined> {
    const path = join(root, nodeId);
    try {
      return new NodeFolder(nodeId, path, await FolderLock.take(join(path, LOCK)));
    } catch (error) {
      if (!(error instanceof FolderInUseError)) logger.error(`${path} cannot be replayed: ${String(error)}`);
      return undefined;
    }
  }

  /** Whether another machine, or an earlier boot of this one, has not released the folder. */
  get isLeftElsewhere(): boolean {
    return this.lock.isLeftElsewhere;
  }

  /** Whether the folder still belongs to this process. A process that takes over a node removes its folder. */
  async isThere(): Promise<boolean> {
    if (this.mark === undefined) return false;
    const [own, there] = [fstatSync(this.mark), await stat(join(this.path, ACCEPTED)).catch(() => undefined)];
    return there?.ino === own.ino && there.dev === own.dev;
  }

  /**
   * Notes how many rows were accepted, without syncing: the file system's cache survives any end of the process. A process that
   * takes over the folder computes from it how many rows were lost.
   */
  note(accepted: number): void {
    if (this.mark !== undefined) writeSync(this.mark, String(accepted).padStart(DIGITS, '0'), 0);
  }

  /** How many rows the node has accepted; `undefined` where the machine crashed before the number was on disk. */
  accepted(): number | undefined {
    try {
      return Number(readFileSync(join(this.path, ACCEPTED), 'utf8')) || undefined;
    } catch {
      return undefined;
    }
  }

  /** The segments that an ended process left, oldest first. */
  async segments(): Promise<Segment[]> {
    const names = (await readdir(this.path)).filter((name) => name.endsWith('.segment')).sort();
    return Promise.all(
      names.map(async (name) => {
        const path = join(this.path, name);
        return Segment.left(path, (await stat(path)).size);
      }),
    );
  }

  /** Releases the folder and leaves its content for the next process. */
  async release(): Promise<void> {
    if (this.mark !== undefined) closeSync(this.mark);
    this.mark = undefined;
    await this.lock.release();
  }

  /** Removes the folder of a node whose rows are all accounted for. */
  async remove(): Promise<void> {
    // Renamed first, in one step: a half-removed folder would look like a node that lost its rows.
    const finished = `${this.path}${FINISHED}`;
    await rename(this.path, finished).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await this.release();
    await rm(finished, { recursive: true, force: true });
  }
}
