/** Exponential backoff: each failure schedules a retry after a longer pause, until one succeeds. */
export class Backoff {
  private ms: number;
  private until = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly bounds: { first: number; most: number }) {
    this.ms = bounds.first;
  }

  get isPausing(): boolean {
    return Date.now() < this.until;
  }

  failed(again: () => void): void {
    clearTimeout(this.timer);
    this.until = Date.now() + this.ms;
    this.timer = setTimeout(again, this.ms);
    this.ms = Math.min(this.ms * 2, this.bounds.most);
  }

  succeeded(): void {
    this.until = 0;
    this.ms = this.bounds.first;
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
