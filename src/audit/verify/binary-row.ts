/** Microseconds from 1970 to 2000, PostgreSQL's epoch. */
const EPOCH_US = 946_684_800_000_000;
const MOST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);
const NULL = -1;
const COUNT_BYTES = 2;
const LENGTH_BYTES = 4;

/**
 * A view of the fields of one row as `COPY ... (FORMAT binary)` sends them. One object is reused for all rows of a query: it moves
 * from row to row within the buffer, and the values it returned before are no longer valid.
 */
export class BinaryRow {
  private buffer: Buffer = Buffer.alloc(0);
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;

  constructor(private readonly fields: number) {
    this.starts = new Int32Array(fields);
    this.ends = new Int32Array(fields);
  }

  /**
   * Moves to the row that begins at `at`.
   * @returns where the next row begins; `undefined` where the row is incomplete; -1 after the last row
   * @throws Error where the row has another number of fields
   */
  read(data: Buffer, at: number): number | undefined {
    if (at + COUNT_BYTES > data.length) return undefined;
    const count = data.readInt16BE(at);
    if (count === NULL) return NULL;
    if (count !== this.fields)
      throw new Error(`PostgreSQL sent a row of ${count} fields, not ${this.fields}`);
    this.buffer = data;
    let next = at + COUNT_BYTES;
    for (let field = 0; field < count; field++) {
      if (next + LENGTH_BYTES > data.length) return undefined;
      const length = data.readInt32BE(next);
      next += LENGTH_BYTES;
      this.starts[field] = length === NULL ? NULL : next;
      if (length !== NULL) next += length;
      this.ends[field] = next;
    }
    return next > data.length ? undefined : next;
  }

  isNull(field: number): boolean {
    return this.starts[field] === NULL;
  }

  /** The buffer that holds the bytes of every field. */
  get data(): Buffer {
    return this.buffer;
  }

  /** @throws Error where the field is null */
  start(field: number): number {
    const start = this.starts[field]!;
    if (start === NULL) throw new Error(`PostgreSQL sent nothing in field ${field}`);
    return start;
  }

  end(field: number): number {
    return this.ends[field]!;
  }

  /** A copy of the bytes, which outlives the row. */
  bytes(field: number): Buffer {
    return Buffer.from(this.buffer.subarray(this.start(field), this.end(field)));
  }

  text(field: number): string {
    return this.buffer.toString('utf8', this.start(field), this.end(field));
  }

  uuid(field: number): string {
    const start = this.startOf(field, 16);
    const hex = this.buffer.toString('hex', start, start + 16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  boolean(field: number): boolean {
    return this.buffer[this.startOf(field, 1)] !== 0;
  }

  /** Exact up to 2^53, which the numbers of rows and seals never exceed. */
  bigint(field: number): number {
    const at = this.startOf(field, 8);
    return this.buffer.readInt32BE(at) * 2 ** 32 + this.buffer.readUInt32BE(at + 4);
  }

  /** Milliseconds since 1970; PostgreSQL's `infinity` is JavaScript's. */
  time(field: number): number {
    const value = this.bigint(field);
    if (Number.isSafeInteger(value)) return (value + EPOCH_US) / 1000;
    const exact = this.exact(field);
    if (exact === MOST || exact === LEAST) return exact === MOST ? Infinity : -Infinity;
    return Number(exact / 1000n) + EPOCH_US / 1000;
  }

  /** Seconds since 1970 with six decimals, as `extract(epoch FROM ...)` is written in JSON. */
  seconds(field: number): string {
    const micros = this.bigint(field) + EPOCH_US;
    if (micros < 0 || micros >= Number.MAX_SAFE_INTEGER) return distantSeconds(this.exact(field));
    const fraction = micros % 1_000_000;
    return `${(micros - fraction) / 1_000_000}.${String(fraction).padStart(6, '0')}`;
  }

  private exact(field: number): bigint {
    return this.buffer.readBigInt64BE(this.startOf(field, 8));
  }

  private startOf(field: number, length: number): number {
    const start = this.start(field);
    if (this.ends[field]! - start !== length)
      throw new Error(`PostgreSQL sent another value than was asked for, in field ${field}`);
    return start;
  }
}

/** Formats times before 1970, after 2255, and infinite ones. */
function distantSeconds(exact: bigint): string {
  if (exact === MOST) return '"Infinity"';
  if (exact === LEAST) return '"-Infinity"';
  const micros = exact + BigInt(EPOCH_US);
  const digits = String(micros < 0n ? -micros : micros).padStart(7, '0');
  return `${micros < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
