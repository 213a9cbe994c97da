import { join } from 'node:path';
import pLimit from 'p-limit';
import { Segment } from './segment.js';

/** Small enough for a replay to read a segment as a whole. */
const SEGMENT_BYTES = 4 * 1024 * 1024;

/** Thrown when the spool has reached the size that the settings allow. */
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
 * Stores the rows of one process in segments. Concurrent appends share one write and one fsync. A segment is removed when it is
 * the only place of no row and none of its rows waits in memory.
 */
export class Spool {
  private readonly segments: Segment[] = [];
  private waiting: Group[] = [];
  private appending: Promise<void> | undefined;
  private made = 0;
  /** Serializes writes and closes, so that no segment is closed during a write. */
  private readonly alone = pLimit(1);

  constructor(
    private readonly folder: string,
    private readonly maxBytes: number,
  ) {}

  get bytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Rows that are only in the spool. */
  get rows(): number {
    return this.segments.reduce((sum, { onlyHere }) => sum + onlyHere, 0);
  }

  /** The earliest time at which the oldest row that is only here may have been written. */
  get since(): Date | undefined {
    return this.segments.find(({ onlyHere }) => onlyHere > 0)?.created;
  }

  /**
   * Appends lines and resolves once they are on disk.
   * @param inMemory whether the rows also stay in memory, until {@link release} or {@link forget}
   * @throws SpoolFullError, or the file system's error
   */
  append(lines: string[], inMemory: boolean): Promise<Segment> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ lines: lines.join(''), rows: lines.length, inMemory, resolve, reject });
      this.appending ??= this.appendAll();
    });
  }

  /** Returns the oldest segment that is the only place of a row, closed for writing. */
  async oldest(): Promise<Segment | undefined> {
    const segment = this.segments.find(({ onlyHere }) => onlyHere > 0);
    if (segment?.isOpen) await this.alone(() => segment.close());
    return segment;
  }

  /** Records that rows of a segment were written to PostgreSQL from memory. */
  async release(segment: Segment, rows: number): Promise<void> {
    segment.inMemory -= rows;
    await this.tidy(segment);
  }

  /** Records that rows of a segment left memory without reaching PostgreSQL. */
  forget(segment: Segment, rows: number): void {
    segment.inMemory -= rows;
    segment.onlyHere += rows;
  }

  /** Records that all rows of a segment are in PostgreSQL. */
  async drop(segment: Segment): Promise<void> {
    segment.onlyHere = 0;
    segment.inMemory = 0;
    await this.tidy(segment);
  }

  /** Closes all segments and removes those that are no longer needed. */
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
    // In the same tick as the last check: an append in between would wait for a run that has ended.
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
