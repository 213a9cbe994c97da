import type { Client, Connection, Submittable } from 'pg';
import { BinaryRow } from './binary-row.js';

const SIGNATURE = Buffer.from('PGCOPY\n\u00ff\r\n\0', 'latin1');
/** The signature, the flags, and the length of an extension, which is 0. */
const HEADER_BYTES = SIGNATURE.length + 8;

export interface CopyOptions<T> {
  /** A query without parameters. */
  sql: string;
  fields: number;
  /** How many rows may wait to be read. Beyond it, the connection is paused. */
  waiting: number;
  map: (row: BinaryRow) => T;
}

/**
 * Streams a query through `COPY ... (FORMAT binary)`, which delivers the binary values that `pg` cannot deliver otherwise. The next
 * rows arrive while one is processed, and memory does not depend on the number of rows. The session is occupied until the end.
 */
export class CopyCursor<T> implements Submittable {
  private rows: T[] = [];
  private at = 0;
  private arriving: T[] = [];
  private rest: Buffer = Buffer.alloc(0);
  private readonly row: BinaryRow;
  private hasHeader = false;
  private isOver = false;
  private failure: Error | undefined;
  private connection: Connection | undefined;
  private wake: (() => void) | undefined;
  /** How many rows were read. */
  read = 0;

  private constructor(private readonly options: CopyOptions<T>) {
    this.row = new BinaryRow(options.fields);
  }

  static async open<T>(client: Client, options: CopyOptions<T>): Promise<CopyCursor<T>> {
    const cursor = client.query(new CopyCursor(options));
    await cursor.fill();
    return cursor;
  }

  /** Reads all rows of a query that returns few. */
  static async all<T>(client: Client, options: Omit<CopyOptions<T>, 'waiting'>): Promise<T[]> {
    const rows: T[] = [];
    const cursor = await CopyCursor.open(client, { ...options, waiting: 100 });
    for (let row = cursor.current; row !== undefined; row = cursor.current) {
      rows.push(row);
      await cursor.next();
    }
    return rows;
  }

  /** The current row; `undefined` at the end. */
  get current(): T | undefined {
    return this.rows[this.at];
  }

  /** Moves to the next row. @returns a promise where `current` must wait for more data, which is rare */
  next(): Promise<void> | undefined {
    this.read++;
    this.at++;
    return this.at < this.rows.length ? undefined : this.fill();
  }

  private async fill(): Promise<void> {
    if (this.arriving.length === 0 && !this.isOver) await new Promise<void>((wake) => (this.wake = wake));
    if (this.failure) throw this.failure;
    this.rows = this.arriving;
    this.at = 0;
    this.arriving = [];
    this.connection?.stream.resume();
  }

  private wakeReader(): void {
    this.wake?.();
    this.wake = undefined;
  }

  // The interface through which `pg` drives a query.

  submit(connection: Connection): void {
    this.connection = connection;
    connection.query(`COPY (${this.options.sql}) TO STDOUT (FORMAT binary)`);
  }

  handleCopyData({ chunk }: { chunk: Buffer }, { stream }: Connection): void {
    if (this.failure) return;
    try {
      this.take(chunk);
    } catch (error) {
      this.handleError(error as Error);
      stream.destroy();
      return;
    }
    if (this.arriving.length >= this.options.waiting) stream.pause();
    if (this.arriving.length > 0) this.wakeReader();
  }

  handleCommandComplete(): void {
    // The query ends with handleReadyForQuery, which follows.
  }

  handleReadyForQuery(): void {
    this.isOver = true;
    this.connection = undefined;
    this.wakeReader();
  }

  handleError(error: Error): void {
    this.failure ??= error;
    this.isOver = true;
    this.connection = undefined;
    this.wakeReader();
  }

  /** Parses a chunk at once, because `pg` reuses its memory afterwards. */
  private take(chunk: Buffer): void {
    const data = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    let at = 0;
    if (!this.hasHeader) {
      if (data.length < HEADER_BYTES) return this.keep(data);
      if (!data.subarray(0, SIGNATURE.length).equals(SIGNATURE))
        throw new Error('PostgreSQL sent something else than a binary copy');
      this.hasHeader = true;
      at = HEADER_BYTES;
    }
    for (let next = this.row.read(data, at); next !== -1; next = this.row.read(data, at)) {
      if (next === undefined) return this.keep(data.subarray(at));
      this.arriving.push(this.options.map(this.row));
      at = next;
    }
    this.rest = Buffer.alloc(0);
  }

  /** Copies the incomplete row at the end of a chunk. */
  private keep(data: Buffer): void {
    this.rest = Buffer.from(data);
  }
}
