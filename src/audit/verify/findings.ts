/** The kinds of findings, by how the audit was tampered with. */
export const KINDS = [
  'changed',
  'missing',
  'added',
  'reordered',
  'seal',
  'handover',
  'truncated',
  'no_checkpoint',
  'unsealed',
  'schema',
] as const;
export type Kind = (typeof KINDS)[number];

export interface Finding {
  kind: Kind;
  nodeId: string | null;
  nodeSeq: number | null;
  rowId: string | null;
  /** The time of the row, or of the last row of its seal where there is no row. */
  time: string | null;
  what: string;
}

const SHOWN = 100;

/** Counts all findings and keeps the first ones. */
export class Findings {
  readonly shown: Finding[] = [];
  readonly counts = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  add(finding: Finding): void {
    this.counts[finding.kind]++;
    if (this.shown.length < SHOWN) this.shown.push(finding);
  }
}
