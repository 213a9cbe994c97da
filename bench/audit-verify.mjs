// Measures the time and the memory of verifying a whole audit against its seals.
//   npm run bench:audit-verify [-- ROWS]
// The service's own writer and sealer produce the rows. Then `audit:verify` reads them in a process of its own.
import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { v7 as uuid } from 'uuid';
import { DEFAULT_ORGANIZATION } from '../dist/access/principal.js';
import { AuditWriter } from '../dist/audit/writer/audit-writer.js';
import { AuditSealer } from '../dist/audit/seal/audit-sealer.js';
import { readSettings } from '../dist/config/settings.js';
import { EmbeddedPostgres } from '../dist/database/embedded/embedded-postgres.js';
import { startService } from '../dist/server/http-service.js';

const ROWS = Number(process.argv[2] ?? 1_000_000);
const CHUNK = 10_000;
const COMMAND = fileURLToPath(new URL('../dist/cli/bouncer.js', import.meta.url));
const PEAK = 'data:text/javascript,process.on("exit",()=>console.error(process.resourceUsage().maxRSS))';

const record = (row) => ({
  userId: uuid(),
  userName: 'Ada',
  keyId: uuid(),
  keyStart: 'mcp_Ab12',
  action: 'tools/call',
  tool: 'documents_get',
  resource: `document:${uuid()}`,
  targets: [`document:${uuid()}`],
  outcome: 'success',
  reason: null,
  elevated: false,
  scopes: ['documents:read'],
  ip: '192.0.2.1',
  userAgent: 'bench/1.0',
  requestId: uuid(),
  traceId: null,
  via: 'key',
  organizationId: DEFAULT_ORGANIZATION,
  keyName: 'Laptop',
  clientId: null,
  actors: null,
  durationMs: row / 7,
  metadata: { arguments: { id: uuid() } },
});

const folder = await mkdtemp(join(tmpdir(), 'bouncer-bench-'));
const server = await EmbeddedPostgres.start(folder);
const env = { DATABASE_URL: server.urls.ownerUrl, DATA_DIR: folder };
try {
  await fill();
  await verify();
} finally {
  await server.remove();
  await rm(folder, { recursive: true, force: true });
}

async function fill() {
  const service = await startService(readSettings({ ...env, NODE_ENV: 'test', PORT: '0' }));
  const writer = service.app.get(AuditWriter, { strict: false });
  const sealer = service.app.get(AuditSealer, { strict: false });
  const started = Date.now();
  let sealing = 0;
  for (let row = 0; row < ROWS; row += CHUNK) {
    for (let next = row; next < Math.min(ROWS, row + CHUNK); next++) void writer.add(record(next));
    while (writer.state().pending + writer.state().spooled > 0) await writer.flush();
    const sealed = Date.now();
    await sealer.seal();
    sealing += Date.now() - sealed;
  }
  const seconds = (Date.now() - started - sealing) / 1000;
  await service.stop();
  console.log(`written   ${ROWS} rows, ${Math.round(ROWS / seconds)} rows/s`);
  console.log(`sealed    ${Math.round(ROWS / (sealing / 1000))} rows/s`);
}

async function verify() {
  const child = spawn(process.execPath, ['--import', PEAK, COMMAND, 'audit', 'verify', '--json'], {
    env,
  });
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`${out}${errors}`);
  const { rows, seals, seconds } = JSON.parse(out);
  console.log(
    `verified  ${rows} rows and ${seals} seals in ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} rows/s`,
  );
  console.log(`peak      ${Math.round(Number(errors.trim().split('\n').at(-1)) / 1024)} MiB resident`);
}
