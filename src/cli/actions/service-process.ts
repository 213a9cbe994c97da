import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { environmentOfChild } from '../../config/process-environment.js';
import { SingleFlight } from '../../common/single-flight.js';

const BOUNCER = fileURLToPath(new URL('../bouncer.js', import.meta.url));

/** `bouncer start` as a child: one at a time, because two would share a port and a data folder. */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  private readonly restarting = new SingleFlight(() => this.replace());
  private isStale = false;
  private isStopped = false;

  /** Stops the child, if there is one, and starts a new one. Calls that come meanwhile are served by one more start. */
  restart(): void {
    this.isStale = true;
    void this.restarting.join();
  }

  /** Stops the child for good. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.restarting.current;
    await this.end();
  }

  private async replace(): Promise<void> {
    while (this.isStale) {
      this.isStale = false;
      await this.end();
      if (this.isStopped) return;
      this.start();
    }
  }

  private start(): void {
    const words = ['--enable-source-maps', '--max-semi-space-size=16', BOUNCER, 'start'];
    // While somebody develops, one process is started again at each change.
    const env = { ...environmentOfChild(), WORKERS: '1' };
    const child = spawn(process.execPath, words, { stdio: 'inherit', env });
    this.child = child;
    child.once('exit', (code) => {
      if (this.child !== child) return;
      this.child = undefined;
      if (!this.isStopped)
        process.stderr.write(`The service ended with code ${code}; it starts at the next change.\n`);
    });
  }

  private async end(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
}
