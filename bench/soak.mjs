// Runs a steady load for a long time, and checks for errors, missing audit rows and growing memory.
//   npm run bench:soak [-- --minutes 10 --rate 1000 --smoke]
import { moveToLoadCore } from './harness/cores.mjs';
import { Database } from './harness/database.mjs';
import { Load } from './harness/load.mjs';
import { keepResult, readOptions } from './harness/options.mjs';
import { Ours } from './harness/ours.mjs';
import { proveProtections } from './harness/proof.mjs';
import { median } from './harness/stats.mjs';

/** Memory is compared from this second on, because before it the program is still warming up. */
const FROM_SECOND = 120;

const options = readOptions({ minutes: 10, rate: 1000, connections: 64 }, { minutes: 0.2, rate: 300 });
moveToLoadCore();
const database = await Database.start();
const ours = await Ours.start(database);
const keys = await ours.createKeys();
await proveProtections(ours.server.url, keys);

const load = new Load('steady');
const memory = [];
const started = performance.now();
const watch = setInterval(() => {
  memory.push({ second: Math.round((performance.now() - started) / 1000), mb: ours.server.residentMb });
  const last = memory.at(-1);
  if (memory.length % 30 === 0) console.log(`second ${last.second}: ${last.mb.toFixed(0)} MB resident`);
}, 1000);
const seconds = options.minutes * 60;
const job = { kind: 'call', era: 'legacy', keys: [keys.key], connections: options.connections };
const result = await load.run(ours.server, { ...job, perSecond: options.rate, seconds });
clearInterval(watch);
await load.stop();

// The call that proved the key counts as well.
const calls = result.requests + 1;
const rows = await ours.auditedCalls(calls);
const [{ count }] = await database.query(
  `SELECT count(*)::float8 AS count FROM audit_events WHERE tool = 'echo' AND outcome = 'success'`,
);
const peakMb = ours.server.residentPeakMb;
await ours.stop();
await database.stop();

const from = Math.min(FROM_SECOND, seconds / 2);
const span = Math.min(30, seconds / 4);
const within = (first, last) =>
  memory.filter(({ second }) => second >= first && second < last).map(({ mb }) => mb);
const after = within(from, from + span);
const end = within(seconds - span, seconds);
const growthMb = median(end) - median(after);
const missing = calls - Math.min(rows, count);
keepResult('soak', options, {
  ...result,
  calls,
  rows: count,
  missing,
  growthMb,
  peakMb,
  memory: memory.filter((_, index) => index % Math.ceil(memory.length / 120) === 0),
});
console.log(
  `${result.requests} calls in ${seconds} s: ${result.errors} errors${result.firstError ? ` (${result.firstError})` : ''}, ${missing} audit rows missing, p50 ${result.p50.toFixed(2)} ms, p99 ${result.p99.toFixed(2)} ms; memory grew by ${growthMb.toFixed(1)} MB after second ${from}, peak ${peakMb.toFixed(0)} MB`,
);
if (result.errors > 0 || missing !== 0) process.exitCode = 1;
