/** Exponential backoff: each failure schedules a retry after a longer pause, until one succeeds. */
export class Backoff {
  private ms: number;
  private until = 0;
  private timer: NodeJS.Timeout | undefined;
  private isEnded = false;

  constructor(private readonly bounds: { first: number; most: number }) {
    this.ms = bounds.first;
  }

  get isPausing(): boolean {
    return this.isEnded || Date.now() < this.until;
  }

  failed(again: () => void): void {
    if (this.isEnded) return;
    clearTimeout(this.timer);
    this.until = Date.now() + this.ms;
    this.timer = setTimeout(again, this.ms);
    this.ms = Math.min(this.ms * 2, this.bounds.most);
  }

  succeeded(): void {
    this.until = 0;
    this.ms = this.bounds.first;
  }

  /** Cancels the retry that is scheduled. */
  stop(): void {
    clearTimeout(this.timer);
  }

  /** Ends the retries for good. An attempt that is under way may still fail, and is not repeated. */
  end(): void {
    this.isEnded = true;
    clearTimeout(this.timer);
  }
}
