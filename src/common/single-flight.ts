/**
 * Runs work at most once at a time. Whoever joins while it runs gets the promise of the current run.
 *
 * @example
 * ```ts
 * private readonly sending = new SingleFlight(() => this.sendAll());
 *
 * send(): Promise<void> {
 *   return this.sending.join();
 * }
 * ```
 */
export class SingleFlight<T, Args extends unknown[] = []> {
  private flight: Promise<T> | undefined;

  constructor(private readonly work: (...args: Args) => Promise<T>) {}

  /** The promise of the current run, if there is one. */
  get current(): Promise<T> | undefined {
    return this.flight;
  }

  /** Joins the current run, or starts one with these arguments. */
  join(...args: Args): Promise<T> {
    this.flight ??= this.work(...args).finally(() => (this.flight = undefined));
    return this.flight;
  }
}
