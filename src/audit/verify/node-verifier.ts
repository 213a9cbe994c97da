import { HASH_BYTES, NOTHING } from '../seal/seal.js';
import type { StoredRow, StoredSeal } from './stored.js';
import type { Verification } from './verification.js';

/** How long a row may lack a seal, and how far PostgreSQL's clock may be ahead of this one. */
const UNSEALED_MS = 15 * 60_000;
const CLOCK_MS = 5 * 60_000;

/** Compares the rows of one node with its seals, both in the order of their numbers. */
export class NodeVerifier {
  private last: StoredSeal | undefined;
  /** The time of the node's first sealed row. */
  private since: Date | undefined;
  /** The number up to which all rows were compared. */
  private end = 0;
  private lastUncovered: number | undefined;

  constructor(
    private readonly nodeId: string,
    private readonly verification: Verification,
  ) {}

  async verify(): Promise<void> {
    const { rows, seals } = this.verification.snapshot;
    for (let seal = seals.current; seal?.nodeId === this.nodeId; seal = seals.current) {
      const isSound = this.checkSeal(seal);
      await this.uncoveredUpTo(seal.fromSeq - 1);
      if (isSound) await this.compare(seal);
      else await this.skip(seal);
      this.end = Math.max(this.end, coveredTo(seal));
      this.last = seal;
      if (isSound) {
        this.since ??= seal.firstAt ?? undefined;
        this.verification.newest.note(seal);
      }
      await seals.next();
      this.verification.advance();
    }
    await this.uncoveredUpTo(Infinity);
    const checkpoint = this.verification.checkpoints.get(this.nodeId);
    const number = this.last?.number ?? 0;
    if (checkpoint && checkpoint.number > number)
      this.verification.checkpoint(
        'truncated',
        checkpoint,
        `${number} seals are there, ${checkpoint.number} were made`,
      );
    for (const head of this.verification.keys.headsOf(this.nodeId))
      if (head.number > number) this.verification.truncatedBefore(head, number);
    if (this.last && !checkpoint) this.verification.withoutCheckpoint(this.last, this.since);
    // All rows of this node were read. A further one would be out of order.
    if (rows.current?.nodeId === this.nodeId) throw new Error('rows out of order');
  }

  /** @returns whether the hashes of the seal can be trusted */
  private checkSeal(seal: StoredSeal): boolean {
    const { keys, checkpoints } = this.verification;
    const wrong = keys.wrongSeal(seal);
    const problems = wrong === undefined ? [] : [wrong];
    if (wrong === undefined && coveredTo(seal) !== seal.toSeq)
      problems.push('it has not a hash for each number');
    problems.push(...this.misplaced(seal));
    const checkpoint = checkpoints.get(this.nodeId);
    if (checkpoint?.number === seal.number && checkpoint.digest !== seal.digest.toString('hex'))
      problems.push('another one was made');
    for (const head of keys.headsOf(this.nodeId))
      if (head.number === seal.number && !head.digest.equals(seal.digest))
        problems.push('another one was there when its key handed over');
    if (problems.length > 0) this.verification.seal(seal, problems);
    return wrong === undefined && coveredTo(seal) === seal.toSeq;
  }

  private misplaced({ number, fromSeq, previous }: StoredSeal): string[] {
    const before = this.last;
    const expected = (before?.number ?? 0) + 1;
    if (number !== expected) return [`seals ${expected} to ${number - 1} are gone`];
    const problems: string[] = [];
    if (before?.closed) problems.push('the one before was the last');
    if (!previous.equals(before?.digest ?? NOTHING)) problems.push('it does not follow the one before');
    if (fromSeq !== (before?.toSeq ?? 0) + 1) problems.push(`it should begin at ${(before?.toSeq ?? 0) + 1}`);
    return problems;
  }

  private async compare(seal: StoredSeal): Promise<void> {
    const { verification } = this;
    const archive = verification.archiveOf(seal);
    for (let seq = Math.max(seal.fromSeq, this.end + 1); seq <= seal.toSeq; seq++) {
      const at = (seq - seal.fromSeq) * HASH_BYTES;
      const sealed = seal.hashes.subarray(at, at + HASH_BYTES);
      const isThere = await this.compareNumber(seq, sealed);
      if (isThere) continue;
      if (NOTHING.equals(sealed)) verification.countLost(this.nodeId);
      else if (archive) verification.gone(archive);
      else verification.missing(seal, seq);
    }
  }

  /** Compares the rows with one number. @returns whether there is any */
  private async compareNumber(seq: number, sealed: Buffer): Promise<boolean> {
    const { rows } = this.verification.snapshot;
    let right = false;
    let wrong: StoredRow | undefined;
    for (let row = rows.current; row?.nodeId === this.nodeId && row.seq <= seq; row = rows.current) {
      if (row.seq === seq && !right && row.hash.equals(sealed)) right = true;
      else if (wrong === undefined) wrong = row;
      else await this.extra(row, 'another row has the same number');
      const more = rows.next();
      if (more) await more;
    }
    if (wrong && right) await this.extra(wrong, 'another row has the same number');
    else if (wrong && NOTHING.equals(sealed))
      await this.extra(wrong, 'the number was sealed as never recorded');
    else if (wrong) await this.judge('changed', wrong, 'it is not what was sealed');
    return right || wrong !== undefined;
  }

  /** Skips the rows of a seal that cannot be trusted, because the seal itself was reported. */
  private async skip(seal: StoredSeal): Promise<void> {
    const { rows } = this.verification.snapshot;
    while (rows.current?.nodeId === this.nodeId && rows.current.seq <= coveredTo(seal)) await rows.next();
  }

  /** Judges the rows up to a number that no seal covers. */
  private async uncoveredUpTo(seq: number): Promise<void> {
    const { rows } = this.verification.snapshot;
    for (let row = rows.current; row?.nodeId === this.nodeId && row.seq <= seq; row = rows.current) {
      await this.uncovered(row);
      this.lastUncovered = row.seq;
      const more = rows.next();
      if (more) await more;
    }
  }

  private async uncovered(row: StoredRow): Promise<void> {
    const { verification } = this;
    const age = verification.startedAt - row.recordedAt;
    if (row.seq < 1) return this.extra(row, 'numbers begin at 1');
    if (row.seq === this.lastUncovered || row.seq <= this.end)
      return this.extra(row, 'another row has the same number');
    if (this.last?.closed) return this.extra(row, `the node ended with number ${this.last.toSeq}`);
    if (age < UNSEALED_MS && age > -CLOCK_MS) verification.waiting++;
    else if (age < 0) await this.judge('unsealed', row, 'it was recorded in the future');
    else if (!this.last) await this.extra(row, 'its node has no seals');
    else await this.judge('unsealed', row, 'it was recorded more than 15 minutes ago');
  }

  private extra(row: StoredRow, what: string): Promise<void> {
    return this.judge('added', row, what);
  }

  private async judge(kind: 'changed' | 'added' | 'unsealed', row: StoredRow, what: string): Promise<void> {
    const number = await this.verification.sealedElsewhere(row);
    if (number === undefined) this.verification.row(kind, row, what);
    else this.verification.row('reordered', row, `it was sealed as number ${number}`);
  }
}

/** The last number that a seal has a hash for. Its `toSeq` is not trusted, because a forged one would make rows be skipped. */
const coveredTo = ({ fromSeq, hashes }: StoredSeal): number =>
  fromSeq - 1 + Math.floor(hashes.length / HASH_BYTES);
