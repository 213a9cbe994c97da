// Measures how long a page of a filtered audit takes with many rows, and what its indexes cost the writer.
//   npm run bench:audit-page [-- ROWS ROUNDS]
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { DEFAULT_ORGANIZATION } from '../dist/access/principal.js';
import { v7 as uuid } from 'uuid';
import { insertAuditEvents } from '../dist/audit/writer/audit-insert.js';
import { ask } from './audit-questions.mjs';
import { withFilledAudit } from './audit-database.mjs';

const ROWS = Number(process.argv[2] ?? 5_000_000);
const ROUNDS = Number(process.argv[3] ?? 40);
const BOUND_MS = 50;
/** The indexes that only reading needs. */
const INDEXES = [
  'organization',
  'key_name',
  'client',
  'actors',
  'tool',
  'action',
  'resource',
  'outcome',
  'reason',
  'recorded',
].map((name) => `audit_events_${name}`);
const BATCH = 500;
const BATCHES = 40;

let slow = [];
await withFilledAudit({ rows: ROWS }, async (database) => {
  slow = await ask(database, ROUNDS, BOUND_MS, true);
  await measureInserts(database);
});
if (slow.length > 0) console.error(`Over ${BOUND_MS} ms: ${slow.join(', ')}`);
process.exit(slow.length > 0 ? 1 : 0);

/**
 * Measures the rows per second with all indexes, without each of them, and without any: medians of interleaved
 * rounds.
 */
async function measureInserts(database) {
  const definitions = new Map(
    (
      await database.query(
        'SELECT indexname AS name, indexdef AS sql FROM pg_indexes WHERE indexname = ANY($1)',
        [INDEXES],
      )
    ).map(({ name, sql }) => [name, sql]),
  );
  const cases = {
    all: [],
    ...Object.fromEntries(INDEXES.map((name) => [`without ${name}`, [name]])),
    none: INDEXES,
  };
  const speeds = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = 0; round < 5; round++) {
    for (const [name, away] of Object.entries(cases)) {
      for (const index of away) await database.query(`DROP INDEX ${index}`);
      speeds[name].push(await insertSpeed(database));
      for (const index of away) await database.query(definitions.get(index).replace(' ON ONLY ', ' ON '));
    }
  }
  const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
  const base = median(speeds.none);
  for (const [name, list] of Object.entries(speeds)) {
    console.log(
      `inserts, ${name.padEnd(32)} ${(median(list) / base).toFixed(2)} of the speed without any of them`,
    );
  }
}

async function insertSpeed(database) {
  const nodeId = randomUUID();
  let nodeSeq = 0;
  const event = () => ({
    id: uuid(),
    occurredAt: new Date(),
    nodeId,
    nodeSeq: ++nodeSeq,
    userId: randomUUID(),
    userName: 'User',
    keyId: null,
    keyStart: 'mcp_a1B2',
    action: nodeSeq % 10 === 0 ? 'document.list' : 'tools/call',
    tool: nodeSeq % 10 === 0 ? null : 'documents_get',
    resource: nodeSeq % 2 === 0 ? `document:${randomUUID()}` : null,
    targets: [],
    outcome: nodeSeq % 50 === 0 ? 'denied' : 'success',
    reason: null,
    elevated: false,
    scopes: ['documents:read'],
    ip: '192.0.2.7',
    userAgent: 'example/1.0',
    requestId: randomUUID(),
    traceId: null,
    via: 'key',
    organizationId: DEFAULT_ORGANIZATION,
    keyName: nodeSeq % 3 === 0 ? null : 'Laptop',
    clientId: nodeSeq % 3 === 0 ? `https://client.example/${nodeSeq % 100}/metadata.json` : null,
    actors: nodeSeq % 5 === 0 ? [randomUUID(), randomUUID()] : null,
    durationMs: 3.2,
    metadata: {},
  });
  const batches = Array.from({ length: BATCHES }, () => Array.from({ length: BATCH }, event));
  await database.query('CHECKPOINT');
  const start = performance.now();
  for (const batch of batches) await insertAuditEvents(database, batch);
  return (BATCH * BATCHES * 1000) / (performance.now() - start);
}
