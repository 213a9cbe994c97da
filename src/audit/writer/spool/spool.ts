import { join } from 'node:path';
import pLimit from 'p-limit';
import { Segment } from './segment.js';

/** Small enough to be read whole at a replay. */
const SEGMENT_BYTES = 4 * 1024 * 1024;

/** The disk (or what the settings allow of it) takes no more. */
export class SpoolFullError extends Error {
  override name = 'SpoolFullError';
}

interface Group {
  lines: string;
  rows: number;
  inMemory: boolean;
  resolve: (segment: Segment) => void;
  reject: (error: unknown) => void;
}

/**
 * The rows of one process on disk, in segments. Those who append at the same time share one write and one fsync.
 * A segment goes when no row is only there, and none of its rows waits in memory.
 */
export class Spool {
  private readonly segments: Segment[] = [];
  private waiting: Group[] = [];
  private appending: Promise<void> | undefined;
  private made = 0;
  /** A segment is not closed under a write. */
  private readonly alone = pLimit(1);

  constructor(
    private readonly folder: string,
    private readonly maxBytes: number,
  ) {}

  get bytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Rows that are nowhere else. */
  get rows(): number {
    return this.segments.reduce((sum, { onlyHere }) => sum + onlyHere, 0);
  }

  /** When the oldest row that is nowhere else may have been put here. */
  get since(): Date | undefined {
    return this.segments.find(({ onlyHere }) => onlyHere > 0)?.created;
  }

  /**
   * @param inMemory whether the rows stay in memory too, until {@link release} or {@link forget}
   * @returns once the lines are on disk @throws SpoolFullError, or what the file system says
   */
  append(lines: string[], inMemory: boolean): Promise<Segment> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ lines: lines.join(''), rows: lines.length, inMemory, resolve, reject });
      this.appending ??= this.appendAll();
    });
  }

  /** The oldest segment with rows that are only there, closed for writing. */
  async oldest(): Promise<Segment | undefined> {
    const segment = this.segments.find(({ onlyHere }) => onlyHere > 0);
    if (segment?.isOpen) await this.alone(() => segment.close());
    return segment;
  }

  /** `rows` of a segment have reached PostgreSQL from memory. */
  async release(segment: Segment, rows: number): Promise<void> {
    segment.inMemory -= rows;
    await this.tidy(segment);
  }

  /** `rows` of a segment have left memory without reaching PostgreSQL. */
  forget(segment: Segment, rows: number): void {
    segment.inMemory -= rows;
    segment.onlyHere += rows;
  }

  /** All rows of a segment have reached PostgreSQL. */
  async drop(segment: Segment): Promise<void> {
    segment.onlyHere = 0;
    segment.inMemory = 0;
    await this.tidy(segment);
  }

  /** Closes all, and removes what nobody needs. */
  async close(): Promise<void> {
    await this.appending;
    for (const segment of this.segments.slice()) {
      await segment.close();
      await this.tidy(segment);
    }
  }

  private async tidy(segment: Segment): Promise<void> {
    if (segment.isOpen || segment.onlyHere > 0 || segment.inMemory > 0) return;
    const index = this.segments.indexOf(segment);
    if (index === -1) return;
    this.segments.splice(index, 1);
    await segment.remove();
  }

  private async appendAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const groups = this.waiting;
      this.waiting = [];
      try {
        const segment = await this.alone(() => this.write(groups.map(({ lines }) => lines).join('')));
        for (const { rows, inMemory, resolve } of groups) {
          segment[inMemory ? 'inMemory' : 'onlyHere'] += rows;
          resolve(segment);
        }
      } catch (error) {
        for (const { reject } of groups) reject(error);
      }
    }
    // At once, not a moment later: who appends in between would find nobody at work.
    this.appending = undefined;
  }

  private async write(lines: string): Promise<Segment> {
    if (this.bytes + lines.length > this.maxBytes) {
      throw new SpoolFullError(`The audit spool holds ${this.bytes} bytes, of at most ${this.maxBytes}`);
    }
    const segment = await this.active();
    await segment.append(lines);
    return segment;
  }

  private async active(): Promise<Segment> {
    const last = this.segments.at(-1);
    if (last?.isOpen && last.bytes < SEGMENT_BYTES) return last;
    if (last?.isOpen) {
      await last.close();
      await this.tidy(last);
    }
    const name = `${String(++this.made).padStart(9, '0')}.segment`;
    const segment = await Segment.create(join(this.folder, name));
    this.segments.push(segment);
    return segment;
  }
}
