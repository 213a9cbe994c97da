import { LinkedList, type ListItem } from '../../common/linked-list.js';

class Pending implements ListItem<Pending> {
  previous: Pending | undefined;
  next: Pending | undefined;

  constructor(
    readonly endsAt: number,
    readonly expire: () => void,
  ) {}
}

/** Ends what takes too long, where the limit is the same for all: one timer, for whoever began first. */
export class TimeLimit {
  /** In the order in which they began, and so in the order in which they end. */
  private readonly pending = new LinkedList<Pending>();
  private timer: NodeJS.Timeout | undefined;

  constructor(readonly ms: number) {}

  /** @param late called when the time is over before the work is; what it returns is what the caller gets then */
  hold<T>(work: Promise<T>, late: () => Error): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const entry = new Pending(performance.now() + this.ms, () => reject(late()));
      this.pending.add(entry);
      this.timer ??= setTimeout(() => this.expire(), this.ms);
      work.then(
        (value) => {
          this.pending.remove(entry);
          return resolve(value);
        },
        (error: Error) => {
          this.pending.remove(entry);
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
    for (let entry = this.pending.first; entry; entry = this.pending.first) {
      // A timer may come up to a millisecond early.
      const left = entry.endsAt - performance.now();
      if (left > 1) {
        this.timer = setTimeout(() => this.expire(), left);
        return;
      }
      this.pending.remove(entry);
      entry.expire();
    }
  }
}
