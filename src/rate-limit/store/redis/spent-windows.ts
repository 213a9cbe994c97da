import { type CallLimit, type Costs, costAt, refusal, type Verdict } from '../limit.js';

interface Spent {
  hits: number;
  endsAt: number;
}

const SWEEP_MS = 30_000;

/**
 * Remembers the counts of limits that refused a call, until their windows end. A count only grows within its window, so
 * a call that did not fit then is refused here without asking Redis again. A cheaper one that may still fit is not.
 */
export class SpentWindows {
  private readonly windows = new Map<string, Spent>();
  private readonly sweeper = setInterval(() => this.sweep(), SWEEP_MS).unref();

  /** @returns the refusal of a call that cannot fit, or nothing where Redis has to decide */
  refusalOf(limits: readonly CallLimit[], costs: Costs): Verdict | undefined {
    if (this.windows.size === 0) return undefined;
    for (let i = 0; i < limits.length; i++) {
      const limit = limits[i]!;
      const spent = this.windows.get(limit.key);
      if (!spent || spent.hits + costAt(costs, i) <= limit.max) continue;
      const leftMs = spent.endsAt - performance.now();
      if (leftMs > 0) return refusal(limit, spent.hits, leftMs);
      this.windows.delete(limit.key);
    }
    return undefined;
  }

  /**
   * Remembers a count that leaves nothing, or that a call did not fit into.
   * @param sentAt when Redis was asked; counted from then, no window is thought to end later than it does
   */
  note({ key }: CallLimit, hits: number, leftMs: number, sentAt: number): void {
    if (leftMs > 0) this.windows.set(key, { hits, endsAt: sentAt + leftMs });
  }

  /** Follows a count that is remembered already. */
  follow(limit: CallLimit, hits: number, leftMs: number, sentAt: number): void {
    if (this.windows.has(limit.key)) this.note(limit, hits, leftMs, sentAt);
  }

  stop(): void {
    clearInterval(this.sweeper);
  }

  private sweep(): void {
    const now = performance.now();
    for (const [key, { endsAt }] of this.windows) if (endsAt <= now) this.windows.delete(key);
  }
}
