// Measures whether the time of a refusal reveals how similar a key is to a real one: in process, interleaved, by
// Welch's t-test.
//   npm run bench:timing [-- REQUESTS]
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { ApiKeyStrategy } from '../dist/api-keys/api-key.strategy.js';
import { generateApiKey } from '../dist/api-keys/key-format.js';
import { readSettings } from '../dist/config/settings.js';
import { startService } from '../dist/server/http-service.js';

const ROUNDS = Number(process.argv[2] ?? 100_000);
const BOUND = 4.5;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const folder = await mkdtemp(join(tmpdir(), 'bouncer-bench-'));
const adminKey = generateApiKey('mcp');
const service = await startService(
  readSettings({
    NODE_ENV: 'test',
    PORT: '0',
    DATA_DIR: folder,
    BOOTSTRAP_ADMIN_KEY: adminKey,
    RATE_LIMIT_DEVELOPMENT: '1000000',
    RATE_LIMIT_FAILED_KEYS: '1000000000',
  }),
);

const post = async (method, path, body) => {
  const headers = { 'x-api-key': adminKey, 'content-type': 'application/json' };
  const response = await fetch(service.url + path, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  return response.status === 204 ? undefined : response.json();
};

/** Returns a well-formed key that differs from `key` in the last random character only. */
function nearMiss(key) {
  const body = key.slice(0, -6);
  const other = body.slice(0, -1) + (body.endsWith('a') ? 'b' : 'a');
  let rest = crc32(other);
  let checksum = '';
  for (let i = 0; i < 6; i++) {
    checksum = ALPHABET[rest % 62] + checksum;
    rest = Math.floor(rest / 62);
  }
  return other + checksum;
}

const good = (await post('POST', '/api/mcp/keys', { name: 'Good' })).apiKey;
const revoked = await post('POST', '/api/mcp/keys', { name: 'Revoked' });
await post('DELETE', `/api/mcp/keys/${revoked.id}`);
const disabled = await post('POST', '/api/mcp/keys', { name: 'Disabled' });
await post('PATCH', `/api/mcp/keys/${disabled.id}`, { enabled: false });

const near = nearMiss(good);
const cases = {
  unknown: () => generateApiKey('mcp'),
  'near miss': () => near,
  revoked: () => revoked.apiKey,
  disabled: () => disabled.apiKey,
};
const strategy = service.app.get(ApiKeyStrategy, { strict: false });
const names = Object.keys(cases);
const sums = Object.fromEntries(names.map((name) => [name, { n: 0, mean: 0, m2: 0 }]));

async function measure(name, count) {
  const request = {
    id: 'x',
    ip: '127.0.0.1',
    method: 'POST',
    url: '/mcp',
    headers: { 'x-api-key': cases[name]() },
  };
  const start = process.hrtime.bigint();
  await strategy.validate(request).catch(() => undefined);
  const time = Number(process.hrtime.bigint() - start) / 1000;
  if (!count) return;
  const sum = sums[name];
  sum.n++;
  const delta = time - sum.mean;
  sum.mean += delta / sum.n;
  sum.m2 += delta * (time - sum.mean);
}

for (let round = -2000; round < ROUNDS; round++) {
  // The order is random, so that no case always follows the same other one.
  const order = [...names].sort(() => randomBytes(1)[0] - 127.5);
  for (const name of order) await measure(name, round >= 0);
}

const welch = (a, b) => (a.mean - b.mean) / Math.sqrt(a.m2 / (a.n - 1) / a.n + b.m2 / (b.n - 1) / b.n);
for (const name of names) {
  const { n, mean, m2 } = sums[name];
  console.log(
    `${name.padEnd(10)} ${n} requests  mean ${mean.toFixed(2)} us  deviation ${Math.sqrt(m2 / (n - 1)).toFixed(2)} us`,
  );
}
const t = welch(sums.unknown, sums['near miss']);
console.log(`Welch's t between unknown and near miss: ${t.toFixed(2)} (bound ${BOUND})`);
await service.stop();
await rm(folder, { recursive: true, force: true });
process.exit(Math.abs(t) < BOUND ? 0 : 1);
