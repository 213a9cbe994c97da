import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { AT_ONCE, LOAD_CORE, SERVER_CORE, watchCores } from './cores.mjs';

/** Runs the load in a process of its own, on the core of the process that starts it. */
export class Load {
  /** @param kind is `closed-loop` or `steady` */
  constructor(kind = 'closed-loop') {
    const script = fileURLToPath(new URL(`../load/${kind}.mjs`, import.meta.url));
    const [command, ...args] = [...AT_ONCE, process.execPath, script];
    this.child = spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  }

  /**
   * @param server the server whose processor time is counted
   * @throws Error when the load could not run; wrong answers are counted in the result
   */
  async run(server, job) {
    const busy = watchCores();
    const cpuUs = server.cpuUs;
    this.child.send({ port: server.port, ...job });
    const [{ result, error }] = await once(this.child, 'message');
    if (error) throw new Error(error);
    const cores = busy();
    return {
      ...result,
      cpuUs: (server.cpuUs - cpuUs) / result.requests,
      serverCoreBusy: cores[SERVER_CORE],
      loadCoreBusy: cores[LOAD_CORE],
    };
  }

  async stop() {
    this.child.kill();
    await once(this.child, 'exit');
  }
}
