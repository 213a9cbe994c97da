// A Redis on a free port of the loopback address, which keeps nothing on disk.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { eventually } from '../../faults/service.mjs';
import { freePort } from './free-port.mjs';

export class RedisProcess {
  /** @param through a command that replaces itself with Redis, such as `['taskset', '-c', '1']` */
  static async start(through = []) {
    const redis = new RedisProcess();
    redis.through = through;
    redis.folder = await mkdtemp(join(tmpdir(), 'bouncer-redis-'));
    redis.port = await freePort();
    redis.url = `redis://127.0.0.1:${redis.port}`;
    await redis.run();
    return redis;
  }

  /** Starts the process, at the same port as before and without the counts from before. */
  async run() {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const [command, ...rest] = [...this.through, 'redis-server', ...options];
    this.child = spawn(command, rest, { cwd: this.folder, stdio: 'ignore' });
    this.ended = once(this.child, 'exit');
    await eventually(
      () => this.command('PING').catch(({ message }) => message),
      (answer) => answer === 'PONG',
    );
  }

  signal(name) {
    this.child.kill(name);
  }

  async end() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  async remove() {
    await this.end();
    await rm(this.folder, { recursive: true, force: true });
  }

  async command(...words) {
    const client = createClient({ url: this.url, RESP: 2, socket: { reconnectStrategy: false } });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.sendCommand(words);
    } finally {
      if (client.isOpen) client.destroy();
    }
  }
}
