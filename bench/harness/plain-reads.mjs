import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onCore, SERVER_CORE } from './cores.mjs';

/** Reads with `pg` alone in a process of its own, on the core of the servers. */
export class PlainReads {
  constructor() {
    const script = fileURLToPath(new URL('../load/plain-reads.mjs', import.meta.url));
    const [command, args] = onCore(SERVER_CORE, [script]);
    this.child = spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  }

  /** @returns `perSecond`, `cpuUs` of one read, `reads` and `rows` */
  async run(job) {
    this.child.send(job);
    const [{ result, error }] = await once(this.child, 'message');
    if (error) throw new Error(error);
    return result;
  }

  async stop() {
    this.child.kill();
    await once(this.child, 'exit');
  }
}
