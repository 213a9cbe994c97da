// haproxy with the configuration that docker-compose.yml uses, before three replicas on loopback.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../../faults/service.mjs';
import { freePort } from './free-port.mjs';

const CONFIGURATION = resolve(import.meta.dirname, '../../../deploy/haproxy/haproxy.cfg');

export class Haproxy {
  output = '';

  /** @param port where it listens, of its own choice if there is none */
  static async start(replicas, port) {
    const haproxy = new Haproxy();
    port ??= await freePort();
    const env = { PATH: process.env.PATH, LISTEN: `127.0.0.1:${port}`, ...addressesOf(replicas) };
    haproxy.url = `http://127.0.0.1:${port}`;
    haproxy.child = spawn('haproxy', ['-db', '-f', CONFIGURATION], { env });
    haproxy.ended = once(haproxy.child, 'close');
    for (const stream of [haproxy.child.stdout, haproxy.child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (haproxy.output += text));
    await haproxy.listens();
    return haproxy;
  }

  async listens() {
    await eventually(
      async () => {
        if (this.child.exitCode !== null) throw new Error(`haproxy has ended:\n${this.output}`);
        return fetch(`${this.url}/health/live`).then(
          ({ status }) => status,
          ({ message }) => message,
        );
      },
      (status) => status === 200,
    );
  }

  /** Waits until it says for the nth time that a server is up or down. */
  async says(number, state, times) {
    const pattern = new RegExp(`Server replicas/bouncer-${number} is ${state}`, 'g');
    await eventually(
      async () => [...this.output.matchAll(pattern)].length,
      (count) => count >= times,
    );
  }

  async stop() {
    this.child.kill('SIGTERM');
    await this.ended;
  }
}

/** Checks the configuration as it is, with the names of the containers, which nobody knows here. */
export async function checkConfiguration() {
  const { stdout, stderr } = await promisify(execFile)('haproxy', ['-c', '-f', CONFIGURATION]);
  return stdout + stderr;
}

const addressesOf = (replicas) =>
  Object.fromEntries(replicas.map(({ port }, index) => [`BOUNCER_${index + 1}`, `127.0.0.1:${port}`]));
