import { Logger } from '@nestjs/common';

const FLUSH_MS = 15_000;

/**
 * Keeps when rows were last used, and writes it all in one statement now and then, so that no request costs a write.
 *
 * @example `new LatestTimes('sessions', (ids, times) => dataSource.query(WRITE, [ids, times]))`
 */
export class LatestTimes {
  private readonly logger = new Logger(LatestTimes.name);
  private noted = new Map<string, number>();
  private writing: Promise<void> = Promise.resolve();
  private readonly timer = setInterval(() => void this.flush(), FLUSH_MS).unref();

  /**
   * @param rows what they are called in the log
   * @param store writes each time at its row, and none that is earlier than the row's own
   */
  constructor(
    private readonly rows: string,
    private readonly store: (ids: string[], times: Date[]) => Promise<unknown>,
  ) {}

  /** @param at in milliseconds, as of `Date.now()` */
  note(id: string, at: number): void {
    this.noted.set(id, at);
  }

  /** Writes what was noted, after any write in progress. It never throws; after a failure the times are kept. */
  flush(): Promise<void> {
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  /** Writes for the last time. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private async write(): Promise<void> {
    if (this.noted.size === 0) return;
    const batch = this.noted;
    this.noted = new Map();
    try {
      await this.store(
        [...batch.keys()],
        [...batch.values()].map((at) => new Date(at)),
      );
    } catch (error) {
      this.logger.warn(`The last use of ${batch.size} ${this.rows} waits for the next try: ${String(error)}`);
      this.noted = new Map([...batch, ...this.noted]);
    }
  }
}
