// A replica: a process of the service with a folder, a port and a way to PostgreSQL of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from '../../faults/service.mjs';
import { freePort } from './free-port.mjs';
import { TcpProxy } from './tcp-proxy.mjs';

const BOUNCER = resolve(import.meta.dirname, '../../../dist/cli/bouncer.js');
/** With it `bouncer start` serves in the process itself, which a signal then reaches. */
const WITHOUT_LAUNCHER = ['--max-semi-space-size=16'];

export class ReplicaProcess {
  output = '';

  /** @param urls of the database, which the replica reaches through a proxy */
  static async start(name, urls, env) {
    const replica = new ReplicaProcess();
    replica.name = name;
    replica.proxy = await TcpProxy.start(Number(new URL(urls.url).port));
    replica.dataDir = await mkdtemp(join(tmpdir(), 'bouncer-replica-'));
    const through = (url) => Object.assign(new URL(url), { port: replica.proxy.port }).href;
    replica.port = await freePort();
    // What it prints may be the public address, which is not its own.
    replica.url = `http://127.0.0.1:${replica.port}`;
    replica.env = {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      SECRETS_KEY: 'a-key-that-only-specs-and-tests-use',
      PORT: String(replica.port),
      DATABASE_URL: through(urls.url),
      MIGRATION_DATABASE_URL: through(urls.ownerUrl),
      DATA_DIR: replica.dataDir,
      ...env,
    };
    await replica.run();
    return replica;
  }

  /** Starts the process, always at the same port. */
  async run() {
    this.output = '';
    this.child = spawn(process.execPath, [...WITHOUT_LAUNCHER, BOUNCER, 'start'], { env: this.env });
    this.ended = once(this.child, 'close');
    for (const stream of [this.child.stdout, this.child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (this.output += text));
    await this.prints(/Bouncer serves /);
  }

  async prints(pattern) {
    const match = await eventually(
      async () => {
        if (this.child.exitCode !== null) throw new Error(`${this.name} has ended:\n${this.output}`);
        return pattern.exec(this.output);
      },
      (found) => found !== null,
    );
    return match[1] ?? match[0];
  }

  get isRunning() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  signal(name) {
    this.child.kill(name);
  }

  /** @returns the exit code, which is null after a kill */
  async end(signal = 'SIGTERM') {
    if (this.isRunning) {
      this.child.kill(signal);
      // A stopped process ends only when it goes on.
      if (signal !== 'SIGKILL') this.child.kill('SIGCONT');
    }
    const [code] = await this.ended;
    return code;
  }

  async remove() {
    await this.end('SIGKILL');
    await this.proxy.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Waits until it answers calls. */
  async becomesReady() {
    await eventually(
      () => this.ready().catch(({ message }) => ({ status: message })),
      ({ status }) => status === 'ok',
    );
  }

  async hasLease() {
    await eventually(
      () => this.ready().catch(({ message }) => ({ status: message })),
      ({ checks }) => checks?.coherence.status === 'ok',
    );
  }

  async ready() {
    const response = await fetch(`${this.url}/health/ready`);
    return response.json();
  }
}
