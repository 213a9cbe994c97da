// Measures how many rows per second the audit writer alone writes to PostgreSQL in each mode, and what limits it.
//   npm run bench:audit-writer [-- ROWS RUNS]
import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// This imports Nest from the service, not the copy in this folder that the peers use.
import { NestFactory } from '../node_modules/@nestjs/core/index.js';
import { AppModule } from '../dist/app.module.js';
import { defaultConfig } from '../dist/server/bouncer-config.js';
import { auditRecord } from '../dist/audit/events/audit-record.js';
import { AuditWriter } from '../dist/audit/writer/audit-writer.js';
import { readSettings } from '../dist/config/settings.js';
import { EmbeddedPostgres } from '../dist/database/embedded/embedded-postgres.js';
import { runMigrations } from '../dist/database/migrations.js';

const [ROWS = 100_000, RUNS = 5] = process.argv.slice(2).map(Number);
const MODES = ['memory', 'spool', 'wal'];
/** The number of concurrent callers that wait for their rows, in the modes that make them wait. */
const CALLERS = 64;

const request = {
  id: '019a0000-0000-7000-8000-000000000001',
  ip: '192.0.2.7',
  headers: { 'user-agent': 'bench/1.0' },
  user: {
    userId: '019a0000-0000-7000-8000-000000000002',
    name: 'Ada',
    keyId: '019a0000-0000-7000-8000-000000000003',
    keyStart: 'mcp_AbCd',
  },
};
const record = () =>
  auditRecord(
    {
      request,
      action: 'tools/call',
      tool: 'documents_get',
      resource: 'document:019a0000-0000-7000-8000-000000000004',
      scopes: ['documents:read'],
    },
    'success',
    null,
    1.234,
  );

async function rowsPerSecond(urls, mode) {
  const dataDir = await mkdtemp(join(tmpdir(), 'bouncer-bench-data-'));
  const settings = readSettings({ NODE_ENV: 'test', DATA_DIR: dataDir, AUDIT_DURABILITY: mode });
  const app = await NestFactory.createApplicationContext(AppModule.for(settings, urls.url, defaultConfig()), {
    logger: ['error'],
  });
  const writer = app.get(AuditWriter, { strict: false });
  const cpu = process.cpuUsage();
  const started = performance.now();
  let left = ROWS;
  const caller = async () => {
    while (left-- > 0) {
      if (!writer.hasRoom()) await writer.waitForRoom();
      await writer.add(record());
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  while (writer.state().written < writer.state().accepted) await writer.flush();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await app.close();
  await rm(dataDir, { recursive: true, force: true });
  return { rows: ROWS / seconds, cpuShare: (user + system) / 1e6 / seconds };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const folder = await mkdtemp(join(tmpdir(), 'bouncer-bench-'));
const server = await EmbeddedPostgres.start(folder);
await runMigrations(server.urls);
const results = Object.fromEntries(MODES.map((mode) => [mode, []]));
for (let run = 0; run <= RUNS; run++) {
  for (const mode of MODES) {
    const result = await rowsPerSecond(server.urls, mode);
    if (run > 0) results[mode].push(result);
  }
}
for (const mode of MODES) {
  const rows = results[mode].map((result) => result.rows);
  const share = median(results[mode].map(({ cpuShare }) => cpuShare));
  console.log(
    `${mode.padEnd(6)}  ${Math.round(median(rows))} rows/s (${Math.round(Math.min(...rows))} to ${Math.round(Math.max(...rows))}); the process itself uses ${(share * 100).toFixed(0)} % of a core`,
  );
}
await server.remove();
await rm(folder, { recursive: true, force: true });
process.exit(0);
