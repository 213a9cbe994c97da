// Measures what the audit adds to a call. Services with each durability mode, and one without audit, run in one
// process and are called in random order.
//   npm run bench:audit-call [-- CALLS]
import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateApiKey } from '../dist/api-keys/key-format.js';
import { AuditedCalls } from '../dist/audit/recording/audited-calls.js';
import { readSettings } from '../dist/config/settings.js';
import { startService } from '../dist/server/http-service.js';

const CALLS = Number(process.argv[2] ?? 20_000);
const MODES = ['without', 'memory', 'spool', 'wal'];
const BODY = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami' } });

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const key = generateApiKey('mcp');
const folders = [];

async function start(mode) {
  const folder = await mkdtemp(join(tmpdir(), 'bouncer-bench-'));
  folders.push(folder);
  const service = await startService(
    readSettings({
      NODE_ENV: 'test',
      PORT: '0',
      DATA_DIR: folder,
      BOOTSTRAP_ADMIN_KEY: key,
      RATE_LIMIT_DEVELOPMENT: '100000000',
      AUDIT_DURABILITY: mode === 'without' ? 'memory' : mode,
    }),
  );
  if (mode === 'without') {
    service.app.get(AuditedCalls, { strict: false }).execute = (_, work) => work();
  }
  return service;
}

/** @returns the duration in milliseconds */
const call = (url) =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const started = performance.now();
    const sent = request(`${url}/mcp`, { method: 'POST', headers, agent }, (response) => {
      response.resume().on('end', () => resolve(performance.now() - started));
    });
    sent.on('error', reject).end(BODY);
  });

const quantile = (numbers, q) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * q)];

const services = [];
for (const mode of MODES) services.push(await start(mode));
const times = MODES.map(() => []);
for (let done = -2_000; done < CALLS; done++) {
  for (const index of MODES.map((_, i) => i).sort(() => Math.random() - 0.5)) {
    const ms = await call(services[index].url);
    if (done >= 0) times[index].push(ms);
  }
}
const base = quantile(times[0], 0.5);
MODES.forEach((mode, index) => {
  const [p50, p99] = [quantile(times[index], 0.5), quantile(times[index], 0.99)];
  console.log(
    `${mode.padEnd(8)} median ${p50.toFixed(3)} ms, p99 ${p99.toFixed(3)} ms, adds ${(p50 - base).toFixed(3)} ms at the median`,
  );
});
agent.destroy();
for (const service of services) await service.stop();
for (const folder of folders) await rm(folder, { recursive: true, force: true });
process.exit(0);
