import { spawnSync } from 'node:child_process';
import { createServer, connect, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import type { ProcessOptions } from './process.js';

const probe = spawnSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up'], { encoding: 'utf8' });

/** Says why this machine cannot create a network namespace; it is empty when it can. */
export const obstacle = probe.status === 0 ? '' : `unshare -n: ${probe.stderr ?? String(probe.error)}`.trim();
if (obstacle) console.warn(`Specs of network namespaces are skipped: ${obstacle}`);

/** Is `describe` on machines that can create namespaces, and skips elsewhere. */
export const describeNamespaces = obstacle ? describe.skip : describe;

/** Connects another network namespace to a server in this one through a socket file, which both can reach. */
export class Relay {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    private readonly path: string,
    private readonly port: number,
  ) {
    server.on('connection', (near) => {
      const far = connect(port, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.sockets.add(one);
        one.on('error', () => one.destroy()).on('close', () => other.destroy());
        one.pipe(other);
      }
    });
  }

  static async to(port: number, folder: string): Promise<Relay> {
    const path = join(folder, 'relay');
    const relay = new Relay(createServer(), path, port);
    await new Promise<void>((listening) => relay.server.listen(path, listening));
    return relay;
  }

  /**
   * The options that start a program in a network namespace of its own, in which the server has the same address as
   * here.
   */
  get options(): Pick<ProcessOptions, 'through' | 'node' | 'env'> {
    return {
      through: ['unshare', '-n'],
      node: ['--import', resolve(__dirname, 'namespace-relay.mjs')],
      env: { RELAY: `${this.port} ${this.path}` },
    };
  }

  async end(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((ended) => this.server.close(ended));
  }
}
