import { Logger } from '@nestjs/common';
import { type Seal, type SealContent, HASH_BYTES, NOTHING, SEAL_ROWS } from './seal.js';
import type { SealableRow, SealStore } from './seal-store.js';
import type { WrittenRows } from './written-rows.js';

export interface SealerParts {
  store: SealStore;
  written: WrittenRows;
  /** Whether every row that this process has accepted is known to be in the table. */
  isFullyWritten: () => boolean;
  /** Called with each seal once it is in the table. */
  publish: (seal: Seal) => Promise<void>;
}

/** The last seal of a node's chain. */
export type Tail = Pick<Seal, 'number' | 'toSeq' | 'digest' | 'closed'>;

const BEGINNING: Tail = { number: 0, toSeq: 0, digest: NOTHING, closed: false };

/** Seals the rows of one node, in the order of their numbers. */
export class NodeSealer {
  private readonly logger = new Logger('AuditSealer');
  /** Perhaps signed, and perhaps in the table already. The next seal must have this content and no other. */
  private pending: SealContent | undefined;

  constructor(
    readonly nodeId: string,
    private readonly parts: SealerParts,
    private tail: Tail = BEGINNING,
  ) {}

  get sealedSeq(): number {
    return this.tail.toSeq;
  }

  /** Seals up to the number `last`, or up to the first row that still waits. @throws the error of PostgreSQL, ForkedChainError */
  async advance(last: number): Promise<void> {
    do await this.storePending();
    while (await this.prepareNext(last, false));
  }

  /**
   * Seals up to `last` and closes the chain. A number without a row is sealed as never recorded.
   * @returns whether all could be sealed @throws as {@link advance}
   */
  async close(last: number): Promise<boolean> {
    await this.storePending();
    while (this.tail.toSeq < last && (await this.prepareNext(last, true))) await this.storePending();
    if (this.tail.toSeq < last) return false;
    if (this.tail.closed || last === 0) return true;
    this.prepare({ rows: [], closed: true });
    await this.storePending();
    return true;
  }

  private async storePending(): Promise<void> {
    const { pending } = this;
    if (!pending) return;
    const seal = await this.parts.store.add(pending);
    this.tail = seal;
    this.pending = undefined;
    this.parts.written.forgetUpTo(this.nodeId, seal.toSeq);
    await this.parts.publish(seal);
    await this.compare(seal);
  }

  /** @returns whether there was something to seal */
  private async prepareNext(last: number, ended: boolean): Promise<boolean> {
    if (this.tail.closed || this.tail.toSeq >= last) return false;
    const from = this.tail.toSeq + 1;
    const to = Math.min(last, this.tail.toSeq + SEAL_ROWS);
    let rows = this.contiguousRows(from, to, (seq) => this.parts.written.get(this.nodeId, seq));
    // The table is read only when no row waits. Until then a row in the place of a waiting one would be a forgery.
    if (rows.length === 0 && (ended || this.parts.isFullyWritten())) {
      const stored = await this.parts.store.rows(this.nodeId, from, to);
      rows = this.contiguousRows(from, to, (seq) => {
        const found = stored.get(seq) ?? [];
        if (found.length > 1) this.logger.error(`node ${this.nodeId} has ${found.length} rows number ${seq}`);
        if (found.length > 1) return this.parts.written.get(this.nodeId, seq);
        return this.parts.written.get(this.nodeId, seq) ?? found[0] ?? (ended ? null : undefined);
      });
    }
    if (rows.length === 0) return false;
    this.prepare({ rows, closed: ended && this.tail.toSeq + rows.length === last });
    return true;
  }

  /** The contiguous rows from `from` on, up to the first gap and within one month; `null`: never recorded. */
  private contiguousRows(
    from: number,
    to: number,
    rowOf: (seq: number) => SealableRow | null | undefined,
  ): (SealableRow | null)[] {
    const rows: (SealableRow | null)[] = [];
    let month: number | undefined;
    for (let seq = from; seq <= to; seq++) {
      const row = rowOf(seq);
      if (row === undefined) break;
      if (row) {
        if (month !== undefined && monthOf(row) !== month) break;
        month = monthOf(row);
      }
      rows.push(row);
    }
    return rows;
  }

  private prepare({ rows, closed }: { rows: (SealableRow | null)[]; closed: boolean }): void {
    const recorded = rows.filter((row) => row !== null);
    this.pending = {
      nodeId: this.nodeId,
      number: this.tail.number + 1,
      fromSeq: this.tail.toSeq + 1,
      toSeq: this.tail.toSeq + rows.length,
      firstAt: recorded[0]?.at ?? null,
      lastAt: recorded.at(-1)?.at ?? null,
      hashes: Buffer.concat(rows.map((row) => row?.hash ?? NOTHING)),
      closed,
      previous: this.tail.digest,
    };
  }

  /** Logs early that rows are missing or added. The seal covers what was written, so the verifier will name the row. */
  private async compare({ fromSeq, toSeq, hashes }: Seal): Promise<void> {
    if (toSeq < fromSeq) return;
    const { rows, numbers } = await this.parts.store.count(this.nodeId, fromSeq, toSeq);
    const recorded = recordedIn(hashes);
    if (rows === recorded && numbers === recorded) return;
    this.logger.error(
      `node ${this.nodeId}, numbers ${fromSeq} to ${toSeq}: ${recorded} rows were written, the table has ${rows} with ${numbers} numbers: npm run audit:verify`,
    );
  }
}

const monthOf = ({ at }: SealableRow) => at.getUTCFullYear() * 12 + at.getUTCMonth();

function recordedIn(hashes: Buffer): number {
  let recorded = 0;
  for (let at = 0; at < hashes.length; at += HASH_BYTES)
    if (!hashes.subarray(at, at + HASH_BYTES).equals(NOTHING)) recorded++;
  return recorded;
}
