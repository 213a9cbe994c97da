// A PostgreSQL of a fault's own, with fsync as in production, that can be stopped and started again at the same address.
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { binariesFor } from '../../dist/database/embedded/binaries.js';
import { EmbeddedPostgres } from '../../dist/database/embedded/embedded-postgres.js';
import { runAs, serverAccount } from '../../dist/database/embedded/run-as.js';

export class Server {
  static async start() {
    const server = new Server();
    server.folder = await mkdtemp(join(tmpdir(), 'bouncer-faults-'));
    server.embedded = await EmbeddedPostgres.start(server.folder, ['max_connections=100']);
    server.urls = server.embedded.urls;
    server.data = await realpath(join(server.folder, 'postgres'));
    server.account = await serverAccount();
    server.bin = await binariesFor(server.account);
    return server;
  }

  stop() {
    return this.control('stop', '-m', 'fast');
  }

  /** Stops without a checkpoint, as a crash does. */
  crash() {
    return this.control('stop', '-m', 'immediate');
  }

  startAgain() {
    const { port } = new URL(this.urls.ownerUrl);
    const options = `-c port=${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=100`;
    return this.control('start', '-l', join(this.data, 'server.log'), '-o', options);
  }

  async end() {
    await this.embedded.remove();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** As the superuser. */
  async query(sql, values = []) {
    const client = new pg.Client({ connectionString: this.urls.adminUrl });
    await client.connect();
    try {
      return (await client.query(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Locks a table, so that whoever reads it waits. @returns what releases it */
  async lock(table) {
    const client = new pg.Client({ connectionString: this.urls.adminUrl });
    await client.connect();
    await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    return () => client.end();
  }

  control(...args) {
    return runAs(this.account, join(this.bin, 'pg_ctl'), ['-D', this.data, '-s', '-w', ...args]);
  }
}
