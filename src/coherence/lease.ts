/** The most by which the monotonic clocks of two machines may differ in speed, as a share. */
const CLOCK_DRIFT = 0.01;
/** What a writer waits in addition, so that no rounding decides. */
const SLACK_MS = 50;

/**
 * Returns how long a writer waits by its own clock until no lease can be live that was granted before its change. The
 * clocks of the others may run slower than its own.
 */
export const expiryOfLeasesMs = (leaseMs: number): number => leaseMs * (1 + CLOCK_DRIFT) + SLACK_MS;

/**
 * Says until when a process may trust what it has in memory. The time is monotonic: a clock that is set back must not
 * make a lease longer.
 */
export class Lease {
  private until = -Infinity;

  constructor(private readonly leaseMs: number) {}

  /**
   * Extends the lease.
   * @param sampledAt the time before the changes were read. Counted from their receipt, a slow answer would make the lease
   * longer than the writers assume
   */
  extend(sampledAt: number): void {
    this.until = Math.max(this.until, sampledAt + this.leaseMs);
  }

  isLive(now = performance.now()): boolean {
    return now < this.until;
  }

  /** Returns the milliseconds that are left, or 0. */
  leftMs(now = performance.now()): number {
    return Math.max(0, this.until - now);
  }

  end(): void {
    this.until = -Infinity;
  }
}
