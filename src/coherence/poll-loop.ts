/** How long a failed poll waits before it is repeated. */
const RETRY_MS = 200;

/**
 * Polls at intervals, one poll after the other, and at once when it is woken. A failed poll is repeated soon.
 */
export class PollLoop {
  private isEnded = false;
  private isWoken = false;
  private endPause: (() => void) | undefined;
  private running: Promise<void> | undefined;
  /** What waits for a poll that begins from now on. */
  private waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];

  /**
   * @param poll returns whether to poll again at once
   * @param failed is called with the error of each failed poll, except of those before the first success
   */
  constructor(
    private readonly everyMs: number,
    private readonly poll: () => Promise<boolean>,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Returns after the first successful poll, and goes on in the background. @throws the error of the first poll */
  async start(): Promise<void> {
    while (await this.poll());
    this.running = this.run();
  }

  /** Polls at once, or once more after the poll that is under way. */
  wake(): void {
    this.isWoken = true;
    this.endPause?.();
  }

  /** Waits for a poll that begins from now on. @throws the error of that poll */
  next(): Promise<void> {
    const polled = new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
    this.wake();
    return polled;
  }

  /** Ends the loop, and returns when the last poll has ended. */
  async stop(): Promise<void> {
    this.isEnded = true;
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isEnded) {
      if (!this.isWoken) await this.pause();
      this.isWoken = false;
      if (this.isEnded) return;
      const waiting = this.waiting.splice(0);
      try {
        if (await this.poll()) this.isWoken = true;
        for (const { resolve } of waiting) resolve();
      } catch (error) {
        for (const { reject } of waiting) reject(error);
        this.failed(error);
        await this.pause(RETRY_MS);
        this.isWoken = true;
      }
    }
  }

  private pause(ms = this.everyMs): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.endPause = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms).unref();
      this.endPause = done;
    });
  }
}
