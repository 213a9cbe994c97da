import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { eventually } from './until.js';

/** Whether `redis-server` is installed. Specs that need it say that they are skipped where it is not. */
export const hasRedis = (): boolean => {
  const found = spawnSync('redis-server', ['--version']).status === 0;
  if (!found) console.warn('Skipped: redis-server is not installed (apt-get install redis-server)');
  return found;
};

const running = new Set<ChildProcess>();
// A failed spec does not reach the statement that stops its server.
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs a Redis on a free port of the loopback address, which keeps nothing on disk. */
export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly options: string[],
  ) {}

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** @param options of the command line, such as `--maxmemory 1mb` */
  static async start(...options: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const cwd = mkdtempSync(join(tmpdir(), 'bouncer-redis-'));
    const child = spawn('redis-server', [...options, ...this.options], { stdio: 'ignore', cwd });
    running.add(child);
    child.once('exit', () => {
      running.delete(child);
      rmSync(cwd, { recursive: true, force: true });
    });
    this.child = child;
    await eventually(
      () => this.command('PING').catch(() => 'not yet'),
      (answer) => answer === 'PONG',
    );
  }

  /** Ends the process without a goodbye. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!child || !running.has(child)) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Stops the process from running, with its connections open. */
  stall(): void {
    this.child!.kill('SIGSTOP');
  }

  resume(): void {
    this.child!.kill('SIGCONT');
  }

  /** Runs one command. */
  async command(...words: string[]): Promise<unknown> {
    const client = createClient({ url: this.url, RESP: 2, socket: { reconnectStrategy: false } });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.sendCommand(words);
    } finally {
      if (client.isOpen) client.destroy();
    }
  }

  /** How often the script ran. */
  async runs(): Promise<number> {
    const stats = String(await this.command('INFO', 'commandstats'));
    return ['evalsha', 'eval'].reduce(
      (sum, name) => sum + Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0),
      0,
    );
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
