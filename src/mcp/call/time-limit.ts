import { LinkedList, type ListItem } from '../../common/linked-list.js';

class Pending implements ListItem<Pending> {
  previous: Pending | undefined;
  next: Pending | undefined;

  constructor(
    readonly endsAt: number,
    readonly expire: () => void,
  ) {}
}

/** Rejects promises that take too long. The limit is the same for all of them, so one timer serves the oldest. */
export class TimeLimit {
  /** The pending promises in the order of their start, which is also the order of their ends. */
  private readonly pending = new LinkedList<Pending>();
  private timer: NodeJS.Timeout | undefined;

  constructor(readonly ms: number) {}

  /** @param onTimeout is called when the time is over before `work` settles, and returns the error of the promise */
  enforce<T>(work: Promise<T>, onTimeout: () => Error): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const entry = new Pending(performance.now() + this.ms, () => reject(onTimeout()));
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

  /** Stops the timer, so that it does not keep the process alive. */
  stop(): void {
    clearTimeout(this.timer);
  }

  private expire(): void {
    this.timer = undefined;
    for (let entry = this.pending.first; entry; entry = this.pending.first) {
      // A timer may fire up to a millisecond early.
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
