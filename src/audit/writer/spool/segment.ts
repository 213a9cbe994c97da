import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeSegment, type SegmentContent } from './spool-line.js';

/** An append-only file of the spool. Its lines are on disk when `append` returns. */
export class Segment {
  /** Rows that also wait in memory for PostgreSQL. */
  inMemory = 0;
  /** Rows that are only in this file, which must be replayed before it is removed. */
  onlyHere = 0;
  readonly created = new Date();

  private constructor(
    readonly path: string,
    private handle: FileHandle | undefined,
    public bytes: number,
  ) {}

  static async create(path: string): Promise<Segment> {
    const segment = new Segment(path, await open(path, 'ax', 0o600), 0);
    try {
      await syncFolder(dirname(path));
      return segment;
    } catch (error) {
      await segment.remove();
      throw error;
    }
  }

  /** Opens a file that an earlier process left. */
  static left(path: string, bytes: number): Segment {
    const segment = new Segment(path, undefined, bytes);
    segment.onlyHere = 1;
    return segment;
  }

  get isOpen(): boolean {
    return this.handle !== undefined;
  }

  /** @throws the file system's error; the file then ends where it ended before */
  async append(lines: string): Promise<void> {
    const { handle } = this;
    if (!handle) throw new Error(`${this.path} is closed`);
    const data = Buffer.from(lines);
    try {
      await handle.appendFile(data);
      await handle.datasync();
      this.bytes += data.length;
    } catch (error) {
      // Nothing after a partial line could be read. Where it cannot be truncated, the file is closed.
      await handle.truncate(this.bytes).catch(() => this.close());
      throw error;
    }
  }

  async close(): Promise<void> {
    const { handle } = this;
    this.handle = undefined;
    await handle?.close();
  }

  async read(): Promise<SegmentContent> {
    return decodeSegment(await readFile(this.path, 'utf8'));
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
  }
}

/** Syncs a folder, because a new file name is on disk only once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
