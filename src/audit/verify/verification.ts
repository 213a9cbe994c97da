import type { Checkpoint } from '../seal/checkpoint.js';
import type { Head } from '../seal/key-handover.js';
import { keyIdOfDer } from '../seal/seal-key.js';
import { type Finding, Findings, type Kind } from './findings.js';
import type { HandoverProblem } from './key-chain.js';
import type { Snapshot } from './snapshot.js';
import type { StoredRow, StoredSeal, StoredStatement } from './stored.js';
import type { VerifyKeys } from './verify-keys.js';
import { NewestSeal, type VerifyWatch } from './verify-progress.js';

/** How many hashes are searched for in other seals. Beyond it, a row that moved counts as changed or added. */
const LOOK_UPS = 1_000;

/** A node may lack a checkpoint where it began to seal this long before the newest checkpoint, or after it. */
const NEW_NODE_MS = 15 * 60_000;

/** The state of one verification: what it trusts and what it has found so far. */
export class Verification {
  readonly findings = new Findings();
  /** How many numbers of each node were sealed as never recorded. */
  readonly lost = new Map<string, number>();
  /** Rows that are not sealed yet and recent enough for that. */
  waiting = 0;
  /** Rows that a signed statement accounts for as archived. */
  archived = 0;
  nodes = 0;
  readonly newest = new NewestSeal();
  private lookUps = 0;
  /** When the newest checkpoint was made; without any, every node should have one. */
  private readonly newestCheckpoint: number;
  private readonly archives = new Map<StoredStatement, number>();

  constructor(
    readonly snapshot: Snapshot,
    readonly keys: VerifyKeys,
    readonly checkpoints: ReadonlyMap<string, Checkpoint>,
    readonly startedAt: number,
    private readonly watch?: VerifyWatch,
    private readonly size = { sealsTotal: 0, nodesTotal: 0 },
  ) {
    const times = [...checkpoints.values()].map(({ sealedAt }) => Date.parse(sealedAt));
    this.newestCheckpoint = times.reduce(
      (newest, time) => Math.max(newest, time),
      times.length > 0 ? 0 : Infinity,
    );
  }

  /** Tells whoever watches how far it is. @throws the reason of who stops the verification */
  advance(): void {
    this.watch?.signal?.throwIfAborted();
    const { rows, seals } = this.snapshot;
    this.watch?.progress({
      rows: rows.read,
      seals: seals.read,
      nodes: this.nodes,
      ...this.size,
      verifiedUpTo: this.newest.place,
    });
  }

  row(kind: Kind, { nodeId, seq, id, occurredAt }: StoredRow, what: string): void {
    this.add({ kind, nodeId, nodeSeq: seq, rowId: id, time: isoOf(occurredAt), what });
  }

  missing(seal: StoredSeal, seq: number): void {
    const time = seal.lastAt && isoOf(seal.lastAt);
    const what = `no row has this number; one was sealed with it, in seal ${seal.number}`;
    this.add({ kind: 'missing', nodeId: seal.nodeId, nodeSeq: seq, rowId: null, time, what });
  }

  seal({ nodeId, number, fromSeq, toSeq, lastAt }: StoredSeal, problems: string[]): void {
    const what = `seal ${number} (numbers ${fromSeq} to ${toSeq}): ${problems.join('; ')}`;
    const time = lastAt && isoOf(lastAt);
    this.add({ kind: 'seal', nodeId, nodeSeq: fromSeq, rowId: null, time, what });
  }

  checkpoint(kind: 'seal' | 'truncated', { nodeId, toSeq, sealedAt }: Checkpoint, what: string): void {
    this.add({ kind, nodeId, nodeSeq: toSeq, rowId: null, time: sealedAt, what });
  }

  /**
   * Reports a node that has seals and no checkpoint, because its last seals may have been removed. Checkpoints that were kept
   * elsewhere say nothing about nodes that began later.
   * @param since the time of its first sealed row
   */
  withoutCheckpoint({ nodeId, number, toSeq, lastAt }: StoredSeal, since: Date | undefined): void {
    if (since && since.getTime() > this.newestCheckpoint - NEW_NODE_MS) return;
    const what = `it has ${number} seals and no checkpoint: a truncated end would not be noticed`;
    const time = lastAt && isoOf(lastAt);
    this.add({ kind: 'no_checkpoint', nodeId, nodeSeq: toSeq, rowId: null, time, what });
  }

  /** Checks the signed statements about archived rows and trusts the valid ones. */
  believe(statements: readonly StoredStatement[]): void {
    for (const statement of statements) {
      const wrong = this.keys.wrongStatement(statement);
      if (wrong === undefined) this.archives.set(statement, 0);
      else this.statement('seal', statement, wrong);
    }
  }

  /** Reports what is wrong with handovers of keys. */
  handovers(problems: readonly HandoverProblem[]): void {
    for (const { handover, what } of problems)
      this.add({
        kind: 'handover',
        nodeId: null,
        nodeSeq: null,
        rowId: null,
        time: isoOf(handover.handedOverAt),
        what: `the handover from the key ${keyIdOfDer(handover.fromKey)} to ${keyIdOfDer(handover.toKey)}: ${what}`,
      });
  }

  /** Reports that the last seals which a key had made of a node are not there. */
  truncatedBefore(head: Head, seals: number): void {
    const what = `${seals} seals are there, ${head.number} were there when their key handed over`;
    this.add({ kind: 'truncated', nodeId: head.nodeId, nodeSeq: null, rowId: null, time: null, what });
  }

  /** The statement that accounts for the rows of a seal, if there is one. */
  archiveOf({ firstAt, lastAt }: StoredSeal): StoredStatement | undefined {
    if (!firstAt || !lastAt) return undefined;
    return [...this.archives.keys()].find(({ since, before }) => firstAt >= since && lastAt < before);
  }

  gone(statement: StoredStatement): void {
    this.archived++;
    this.archives.set(statement, this.archives.get(statement)! + 1);
  }

  /** Reports statements that count fewer rows than are gone: somebody deleted rows before the month was archived. */
  countArchives(): void {
    for (const [statement, gone] of this.archives)
      if (gone > statement.rows)
        this.statement('missing', statement, `it is about ${statement.rows} rows, ${gone} are gone`);
  }

  countLost(nodeId: string): void {
    this.lost.set(nodeId, (this.lost.get(nodeId) ?? 0) + 1);
  }

  /** The number under which a row is sealed, where that is another than its own. */
  async sealedElsewhere({ nodeId, seq, hash }: StoredRow): Promise<number | undefined> {
    if (++this.lookUps > LOOK_UPS) return undefined;
    const number = await this.snapshot.numberSealed(nodeId, hash);
    return number === seq ? undefined : number;
  }

  private statement(kind: Kind, { partition, before }: StoredStatement, problem: string): void {
    const what = `the statement that ${partition} was archived: ${problem}`;
    this.add({ kind, nodeId: null, nodeSeq: null, rowId: null, time: isoOf(before), what });
  }

  private add(finding: Finding): void {
    this.findings.add(finding);
  }
}

/** A time in ISO 8601. Infinity and years beyond the range of Date stay numbers. */
function isoOf(time: number | Date): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}
