// pgbouncer before a PostgreSQL on loopback.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../faults/service.mjs';
import { freePort } from './free-port.mjs';

/** It refuses to run as root. */
const ACCOUNT = process.getuid() === 0 ? ['-u', 'nobody'] : [];

export class Pgbouncer {
  output = '';

  /** @param mode `session` or `transaction` */
  static async start(mode, urls) {
    const pgbouncer = new Pgbouncer();
    const port = await freePort();
    const through = (url) => Object.assign(new URL(url), { port }).href;
    pgbouncer.urls = { url: through(urls.url), ownerUrl: through(urls.ownerUrl) };
    pgbouncer.folder = await mkdtemp(join(tmpdir(), 'bouncer-pgbouncer-'));
    await chmod(pgbouncer.folder, 0o755);
    const [users, settings] = ['users.txt', 'pgbouncer.ini'].map((name) => join(pgbouncer.folder, name));
    const accounts = [urls.url, urls.ownerUrl].map((url) => new URL(url));
    await writeFile(
      users,
      accounts.map(({ username, password }) => `"${username}" "${decodeURIComponent(password)}"\n`).join(''),
    );
    await writeFile(
      settings,
      `[databases]
* = host=127.0.0.1 port=${new URL(urls.url).port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = ${mode}
default_pool_size = 50
`,
    );
    pgbouncer.child = spawn('pgbouncer', [...ACCOUNT, settings]);
    pgbouncer.ended = once(pgbouncer.child, 'close');
    for (const stream of [pgbouncer.child.stdout, pgbouncer.child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (pgbouncer.output += text));
    await eventually(
      async () => {
        if (pgbouncer.child.exitCode !== null) throw new Error(`pgbouncer has ended:\n${pgbouncer.output}`);
        return pgbouncer.output.includes('listening on 127.0.0.1');
      },
      (listens) => listens,
    );
    return pgbouncer;
  }

  async stop() {
    this.child.kill('SIGKILL');
    await this.ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}
