interface Pending {
  endsAt: number;
  late: () => void;
}

/** Ends what takes too long, where the limit is the same for all: one timer, for whoever began first. */
export class TimeLimit {
  /** In the order in which they began, and so in the order in which they end. */
  private readonly pending = new Set<Pending>();
  private timer: NodeJS.Timeout | undefined;

  constructor(readonly ms: number) {}

  /** @param late called when the time is over before the work is; what it returns is what the caller gets then */
  hold<T>(work: Promise<T>, late: () => Error): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const entry = { endsAt: performance.now() + this.ms, late: () => reject(late()) };
      this.pending.add(entry);
      this.timer ??= setTimeout(() => this.expire(), this.ms);
      work.then(
        (value) => {
          this.pending.delete(entry);
          return resolve(value);
        },
        (error: Error) => {
          this.pending.delete(entry);
          return reject(error);
        },
      );
    });
  }

  /** The service stops: nothing waits for the timer. */
  stop(): void {
    clearTimeout(this.timer);
  }

  private expire(): void {
    this.timer = undefined;
    for (const entry of this.pending) {
      // A timer may come up to a millisecond early.
      const left = entry.endsAt - performance.now();
      if (left > 1) {
        this.timer = setTimeout(() => this.expire(), left);
        return;
      }
      this.pending.delete(entry);
      entry.late();
    }
  }
}
