// Measures what one row of the audit and one poll of a replica cost PostgreSQL: what bounds a service of many replicas.
//   npm run bench:scaling [-- ROWS RUNS]
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '../node_modules/@nestjs/core/index.js';
import { AppModule } from '../dist/app.module.js';
import { auditRecord } from '../dist/audit/events/audit-record.js';
import { AuditWriter } from '../dist/audit/writer/audit-writer.js';
import { CoherenceStore } from '../dist/coherence/coherence-store.js';
import { readSettings } from '../dist/config/settings.js';
import { runMigrations } from '../dist/database/migrations.js';
import { defaultConfig } from '../dist/server/bouncer-config.js';
import { Database } from './harness/database.mjs';
import { postgresTime } from './harness/processor-time.mjs';

const [ROWS = 60_000, RUNS = 3] = process.argv.slice(2).map(Number);
const POLLS = 5_000;
const CALLERS = 64;
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const database = await Database.start();
const { urls } = database.server;
const dataFolder = join(database.folder, 'server', 'postgres');
await runMigrations(urls);

const sizeOfRows = async () => {
  const [{ size }] = await database.query(
    `SELECT sum(pg_total_relation_size(relid))::float8 AS size FROM pg_partition_tree('audit_events')`,
  );
  return size;
};
const written = async () => {
  const [{ bytes }] = await database.query(
    `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS bytes`,
  );
  return bytes;
};

async function costOfRows() {
  const dataDir = await mkdtemp(join(tmpdir(), 'bouncer-bench-data-'));
  const settings = readSettings({ NODE_ENV: 'test', DATA_DIR: dataDir, AUDIT_DURABILITY: 'memory' });
  const app = await NestFactory.createApplicationContext(AppModule.for(settings, urls.url, defaultConfig()), {
    logger: ['error'],
  });
  const writer = app.get(AuditWriter, { strict: false });
  const keys = Array.from({ length: 20 }, () => ({
    userId: randomUUID(),
    name: 'Ada',
    keyId: randomUUID(),
    keyStart: 'mcp_AbCd',
  }));
  const record = (index) =>
    auditRecord(
      {
        request: {
          id: randomUUID(),
          ip: '192.0.2.7',
          headers: { 'user-agent': 'bench/1.0' },
          user: keys[index % keys.length],
        },
        action: 'tools/call',
        tool: 'documents_get',
        resource: `document:${randomUUID()}`,
        scopes: ['documents:read'],
      },
      'success',
      null,
      1.234,
    );
  const before = { us: postgresTime(dataFolder), wal: await written(), size: await sizeOfRows() };
  let left = ROWS;
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (left-- > 0) {
        if (!writer.hasRoom()) await writer.waitForRoom();
        await writer.add(record(left));
      }
    }),
  );
  while (writer.state().written < writer.state().accepted) await writer.flush();
  const cost = {
    us: (postgresTime(dataFolder) - before.us) / ROWS,
    wal: ((await written()) - before.wal) / ROWS,
    size: ((await sizeOfRows()) - before.size) / ROWS,
  };
  await app.close();
  await rm(dataDir, { recursive: true, force: true });
  return cost;
}

async function costOfPolls(replicas) {
  await database.query('DELETE FROM coherence_replicas');
  await database.query(
    `INSERT INTO coherence_replicas (id, mode) SELECT gen_random_uuid(), 'replicas' FROM generate_series(2, $1)`,
    [replicas],
  );
  const nothing = () => undefined;
  const store = new CoherenceStore({ options: { url: urls.url } }, 5_000, {
    changed: nothing,
    applied: nothing,
    event: nothing,
  });
  const id = randomUUID();
  await store.join(id, 'replicas', []);
  const before = { us: postgresTime(dataFolder), own: process.cpuUsage() };
  for (let poll = 0; poll < POLLS; poll++) await store.poll(id, 0, false);
  const us = (postgresTime(dataFolder) - before.us) / POLLS;
  const { user, system } = process.cpuUsage(before.own);
  store.drop();
  return { us, ownUs: (user + system) / POLLS };
}

const rows = [];
for (let run = 0; run <= RUNS; run++) {
  const cost = await costOfRows();
  // The first run makes what the others find.
  if (run > 0) rows.push(cost);
}
const of = (name) => median(rows.map((cost) => cost[name]));
console.log(
  `A row of the audit costs PostgreSQL ${of('us').toFixed(1)} us (${rows.map(({ us }) => us.toFixed(1)).join(', ')}), ${Math.round(of('wal'))} bytes of its log and ${Math.round(of('size'))} bytes of disk`,
);
for (const replicas of [3, 30, 100]) {
  const polls = [];
  for (let run = 0; run < RUNS; run++) polls.push(await costOfPolls(replicas));
  console.log(
    `A poll of one of ${replicas} replicas costs PostgreSQL ${median(polls.map(({ us }) => us)).toFixed(0)} us, and the replica ${median(polls.map(({ ownUs }) => ownUs)).toFixed(0)} us`,
  );
}
await database.stop();
process.exit(0);
