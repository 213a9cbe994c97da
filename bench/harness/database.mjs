// Runs a real PostgreSQL, the one that the service embeds, in a temporary folder.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../dist/database/embedded/embedded-postgres.js';
import { Pool } from 'pg';

export class Database {
  static async start() {
    const database = new Database();
    database.folder = await mkdtemp(join(tmpdir(), 'bouncer-bench-'));
    database.server = await EmbeddedPostgres.start(join(database.folder, 'server'));
    database.pool = new Pool({ connectionString: database.server.urls.ownerUrl, max: 2 });
    // The server ends connections of the pool when it stops, and the pool may not have closed all of them.
    database.pool.on('error', () => {});
    return database;
  }

  /** Runs a query as the owner of the schema. */
  async query(sql, values) {
    return (await this.pool.query(sql, values)).rows;
  }

  async stop() {
    await this.pool.end();
    await this.server.remove();
    await rm(this.folder, { recursive: true, force: true });
  }
}
