import type { StoredSeal } from './stored.js';

/** The newest sealed row that was compared. */
export interface VerifiedUpTo {
  nodeId: string;
  nodeSeq: number;
  /** The number of its seal. */
  seal: number;
  /** The time of the row in ISO 8601. */
  at: string;
}

export interface VerifyProgress {
  rows: number;
  seals: number;
  sealsTotal: number;
  nodes: number;
  nodesTotal: number;
  verifiedUpTo: VerifiedUpTo | null;
}

/** Who watches a verification, and may stop it. */
export interface VerifyWatch {
  /** Is called after each seal, so it must be fast. */
  progress: (progress: VerifyProgress) => void;
  signal?: AbortSignal;
}

/** Notes the seals that were compared. Rows come node by node, so the newest one may be any of them. */
export class NewestSeal {
  private newest: StoredSeal | undefined;

  note(seal: StoredSeal): void {
    if (seal.lastAt && !(this.newest && seal.lastAt <= this.newest.lastAt!)) this.newest = seal;
  }

  get place(): VerifiedUpTo | null {
    if (!this.newest || Number.isNaN(this.newest.lastAt!.getTime())) return null;
    const { nodeId, toSeq, number, lastAt } = this.newest;
    return { nodeId, nodeSeq: toSeq, seal: number, at: lastAt!.toISOString() };
  }
}
