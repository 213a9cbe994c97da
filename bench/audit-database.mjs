// A database of its own with as many rows in its audit as a measurement needs.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { AuditEvent } from '../dist/audit/events/audit-event.entity.js';
import { EmbeddedPostgres } from '../dist/database/embedded/embedded-postgres.js';
import { runMigrations } from '../dist/database/migrations.js';
import { fillAudit } from './audit-rows.mjs';

/** Runs `work` with a migrated and filled database, and removes it afterwards. */
export async function withFilledAudit({ rows, days }, work) {
  const folder = await mkdtemp(join(tmpdir(), 'bouncer-bench-'));
  const server = await EmbeddedPostgres.start(folder, ['max_wal_size=8GB', 'shared_buffers=256MB']);
  try {
    await runMigrations(server.urls);
    const database = await new DataSource({
      type: 'postgres',
      url: server.urls.adminUrl,
      entities: [AuditEvent],
      poolSize: 2,
    }).initialize();
    const query = (sql, values) => database.query(sql, values);
    await fillAudit(query, rows, (filled) => process.stdout.write(`\r${filled} rows`), 1, days);
    console.log();
    await work(database);
    await database.destroy();
  } finally {
    await server.remove();
    await rm(folder, { recursive: true, force: true });
  }
}
