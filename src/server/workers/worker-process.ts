import cluster, { type Worker } from 'node:cluster';
import { environmentOfWorker } from '../../config/process-environment.js';
import type { WorkerMessage, WorkerNews, WorkerOrders, WorkerTask } from './messages.js';

/** One process of a worker, as the process that runs the workers sees it. */
export class WorkerProcess {
  /** Says how the process ended. */
  readonly ended: Promise<string>;
  /** When it began to serve, by the monotonic clock. */
  servesSince: number | undefined;
  /** Whether it ended as one that was stopped. */
  isDone = false;

  private constructor(
    readonly number: number,
    private readonly worker: Worker,
  ) {
    this.ended = new Promise((resolve) => {
      worker.once('exit', (code: number | null, signal: string | null) => {
        this.isDone = code === 0;
        resolve(signal ?? `code ${code}`);
      });
      // What cannot be sent to a process that ends is no matter. One that could not be made has no end.
      worker.on('error', (error) => {
        if (worker.process.pid === undefined) resolve(String(error));
      });
    });
  }

  /** @param number which worker the process is. Another one has it after its end */
  static fork(number: number): WorkerProcess {
    return new WorkerProcess(number, cluster.fork(environmentOfWorker(number)));
  }

  /** Waits until the process accepts requests. @throws Error when it ends before */
  async listen(task: WorkerTask): Promise<void> {
    await this.news('started');
    this.order('task', task);
    await this.news('listening');
  }

  /** Lets the process count as ready. @throws Error when it ends before */
  async open(makesFirstAdmin = false): Promise<WorkerNews['serving']> {
    this.order('open', { makesFirstAdmin });
    const serving = await this.news('serving');
    this.servesSince = performance.now();
    return serving;
  }

  kill(signal: NodeJS.Signals): void {
    this.worker.process.kill(signal);
  }

  private order<Kind extends keyof WorkerOrders>(kind: Kind, content: WorkerOrders[Kind]): void {
    this.worker.send({ kind, content } satisfies WorkerMessage<WorkerOrders>);
  }

  private news<Kind extends keyof WorkerNews>(kind: Kind): Promise<WorkerNews[Kind]> {
    return new Promise((resolve, reject) => {
      const receive = (message: WorkerMessage<WorkerNews>) => {
        if (message.kind !== kind) return;
        this.worker.off('message', receive);
        resolve(message.content as WorkerNews[Kind]);
      };
      this.worker.on('message', receive);
      void this.ended.then((how) =>
        reject(new Error(`Worker ${this.number} ended before it served (${how})`)),
      );
    });
  }
}
