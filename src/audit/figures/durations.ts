/** Each group of durations ends at so many times the end of the group before, so that an estimate is at most 12 % off. */
const GROWTH = 1.25;
const SHORTEST_MS = 0.25;
const GROUPS = 70;

/** The ends of the groups in milliseconds: from 0.25 ms to above 20 minutes. */
export const DURATION_ENDS: readonly number[] = Array.from(
  { length: GROUPS },
  (_, at) => SHORTEST_MS * GROWTH ** at,
);

/** Counts durations by group, as PostgreSQL's `width_bucket(duration, ends)` numbers them, and estimates percentiles. */
export class Durations {
  private readonly counts = new Map<number, number>();
  private total = 0;

  add(group: number, count: number): void {
    this.counts.set(group, (this.counts.get(group) ?? 0) + count);
    this.total += count;
  }

  /** @returns milliseconds with three digits, and `null` where nothing was measured */
  percentile(share: number): number | null {
    let left = Math.max(1, Math.ceil(this.total * share));
    for (const [group, count] of [...this.counts].sort(([one], [other]) => one - other)) {
      left -= count;
      if (left <= 0) return Number(middleOf(group).toPrecision(3));
    }
    return null;
  }
}

function middleOf(group: number): number {
  const start = DURATION_ENDS[group - 1];
  if (start === undefined) return SHORTEST_MS / 2;
  return start * Math.sqrt(GROWTH);
}
