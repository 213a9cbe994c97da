import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeSegment, type SegmentContent } from './spool-line.js';

/** One file of the spool: lines that are only added, on disk when `append` returns. */
export class Segment {
  /** Rows that are in memory as well and on their way to PostgreSQL. */
  inMemory = 0;
  /** Rows that are nowhere else: the file must be replayed before it may go. */
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

  /** A file that an earlier process left: to be replayed. */
  static left(path: string, bytes: number): Segment {
    const segment = new Segment(path, undefined, bytes);
    segment.onlyHere = 1;
    return segment;
  }

  get isOpen(): boolean {
    return this.handle !== undefined;
  }

  /** @throws what the file system says; the file then ends where it ended before */
  async append(lines: string): Promise<void> {
    const { handle } = this;
    if (!handle) throw new Error(`${this.path} is closed`);
    const data = Buffer.from(lines);
    try {
      await handle.appendFile(data);
      await handle.datasync();
      this.bytes += data.length;
    } catch (error) {
      // Behind half a line nothing could be read: where it cannot be cut off, the file ends here.
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

/** A new name is on disk only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
