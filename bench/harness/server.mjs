import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onCore, SERVER_CORE } from './cores.mjs';
import { processorTimeOf } from './processor-time.mjs';

/** Replicas share it. Other servers do not read it. */
const SECRETS_KEY = 'a-key-that-only-the-benchmarks-use';
const folder = new URL('../', import.meta.url);

/** Runs a server in a process of its own, on the core of the servers. */
export class Server {
  output = '';

  /**
   * @param script the path in `bench`, with its arguments @param options `env`, and `node` for arguments of Node
   * @returns the server, when it has printed where it listens
   */
  static async start([script, ...args], { env = {}, node = [] } = {}) {
    const server = new Server();
    const path = fileURLToPath(new URL(script, folder));
    const [command, rest] = onCore(SERVER_CORE, [...node, path, ...args]);
    server.startedAt = performance.now();
    server.child = spawn(command, rest, {
      env: { PATH: process.env.PATH, NODE_ENV: 'production', PORT: '0', SECRETS_KEY, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    server.ended = once(server.child, 'close');
    const url = await new Promise((resolve, reject) => {
      for (const stream of [server.child.stdout, server.child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          if (server.url) return;
          server.output += text;
          const [, found] = /[Ss]erves (http:\S+)\/mcp/.exec(server.output) ?? [];
          if (found) resolve(found);
        });
      }
      server.child.once('exit', () => reject(new Error(`${script} ended:\n${server.output}`)));
    });
    server.url = url;
    server.port = Number(new URL(url).port);
    return server;
  }

  /** The resident memory in MB. */
  get residentMb() {
    return this.#status('VmRSS');
  }

  get residentPeakMb() {
    return this.#status('VmHWM');
  }

  /** The processor time of its processes so far, in microseconds. */
  get cpuUs() {
    return processorTimeOf(this.child.pid);
  }

  async stop() {
    this.child.kill('SIGTERM');
    await this.ended;
  }

  /** `taskset` replaces itself with the program that it starts, so its process id is the server's. */
  #status(name) {
    const text = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)[1]) / 1024;
  }
}
