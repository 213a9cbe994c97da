import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { FirstAdmin } from '../../first-admin/first-admin.service.js';
import type { WorkerTask } from './messages.js';
import { WorkerProcess } from './worker-process.js';

/** How long the place of a worker stays empty: longer after each end, until one has served for the longest of these times. */
const PAUSE_MS = { first: 100, most: 30_000 };

/**
 * Runs the workers. After the end of one, another takes its number. They start and stop together: the service is there when all
 * of them serve, and it has ended when all of them have.
 */
export class WorkerPool {
  private readonly logger = new Logger('Workers');
  /** The latest process of each worker, by its number. */
  private readonly processes = new Map<number, WorkerProcess>();
  private readonly stopping = new AbortController();
  private keeping: Promise<unknown> = Promise.resolve();

  constructor(private readonly count: number) {}

  /**
   * Starts the workers. The first one starts before the others, so that what is wrong with the start is said once, and what is
   * made once is made by one.
   * @param onFirstAdmin is told of the first admin as soon as there is one, also when the start fails afterwards
   * @returns the address that clients use @throws Error when one ends before it serves
   */
  async start(task: WorkerTask, onFirstAdmin: (admin: FirstAdmin, url: string) => void): Promise<string> {
    this.stopping.signal.throwIfAborted();
    const first = this.fork(1);
    await first.listen(task);
    this.stopping.signal.throwIfAborted();
    const others = Array.from({ length: this.count - 1 }, (_, index) => this.fork(index + 2));
    await Promise.all(others.map((process) => process.listen(task)));
    // A key that is shown only once must not be made by a start that fails.
    const { url, firstAdmin } = await first.open(true);
    if (firstAdmin) onFirstAdmin(firstAdmin, url);
    await Promise.all(others.map((process) => process.open()));
    this.keeping = Promise.all([first, ...others].map((process) => this.keep(process, task)));
    return url;
  }

  /** Passes a signal on to all workers, after which none is replaced. */
  signal(signal: NodeJS.Signals): void {
    this.stopping.abort(new Error(`Stopped by ${signal} before it served`));
    for (const process of this.processes.values()) process.kill(signal);
  }

  /** Waits for the end of all workers. @returns whether each of them stopped as it should */
  async end(): Promise<boolean> {
    await this.keeping;
    const processes = [...this.processes.values()];
    await Promise.all(processes.map(({ ended }) => ended));
    return processes.every(({ isDone, servesSince }) => isDone || servesSince === undefined);
  }

  private fork(number: number): WorkerProcess {
    const process = WorkerProcess.fork(number);
    this.processes.set(number, process);
    return process;
  }

  /** Replaces the process of a worker whenever it has ended, until the pool stops. */
  private async keep(first: WorkerProcess, task: WorkerTask): Promise<void> {
    let pauseMs = PAUSE_MS.first;
    for (let process = first; ; process = this.fork(first.number)) {
      if (process !== first) await this.serve(process, task);
      const how = await process.ended;
      if (this.stopping.signal.aborted) return;
      const servedMs = performance.now() - (process.servesSince ?? Infinity);
      if (servedMs > PAUSE_MS.most) pauseMs = PAUSE_MS.first;
      this.logger.error(`Worker ${process.number} ended (${how}); another one starts in ${pauseMs} ms`);
      await sleep(pauseMs, undefined, this.stopping).catch(() => undefined);
      if (this.stopping.signal.aborted) return;
      pauseMs = Math.min(pauseMs * 2, PAUSE_MS.most);
    }
  }

  private async serve(process: WorkerProcess, task: WorkerTask): Promise<void> {
    try {
      await process.listen(task);
      await process.open();
      this.logger.log(`Worker ${process.number} serves again`);
    } catch {
      // It has ended, which is told where its end is awaited.
    }
  }
}
