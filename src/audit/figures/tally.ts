import { Durations } from './durations.js';

/** A group of rows with the same outcome, reason and length. */
export interface GroupRow {
  outcome: string;
  reason: string | null;
  /** `null` for rows without a duration. */
  length: number | null;
  calls: number;
}

export interface Figures {
  calls: number;
  /** Calls that ran and failed. */
  errors: number;
  /** Calls that were refused. */
  refused: number;
  limitsHit: number;
  /** By code, the most frequent first. */
  refusals: { code: string; count: number }[];
  p50Ms: number | null;
  p95Ms: number | null;
}

/** Adds groups of rows up. Only calls that ran count for how long they took. */
export class Tally {
  private calls = 0;
  private errors = 0;
  private readonly codes = new Map<string, number>();
  private readonly durations = new Durations();

  add({ outcome, reason, length, calls }: GroupRow): void {
    this.calls += calls;
    if (outcome === 'failure') this.errors += calls;
    if (outcome === 'denied') {
      const code = reason ?? 'denied';
      this.codes.set(code, (this.codes.get(code) ?? 0) + calls);
    } else if (length !== null) this.durations.add(length, calls);
  }

  get figures(): Figures {
    const refusals = [...this.codes]
      .map(([code, count]) => ({ code, count }))
      .sort((one, other) => other.count - one.count || (one.code < other.code ? -1 : 1));
    return {
      calls: this.calls,
      errors: this.errors,
      refused: refusals.reduce((sum, { count }) => sum + count, 0),
      limitsHit: this.codes.get('rate_limited') ?? 0,
      refusals,
      p50Ms: this.durations.percentile(0.5),
      p95Ms: this.durations.percentile(0.95),
    };
  }
}
