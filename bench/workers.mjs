// Compares several workers with one: what does a call cost more? All processes of a service have one core together.
//   npm run bench -- --workers 2 [--pairs 10 --seconds 3 --connections 32 --eras legacy,modern --warm 4]
import { isAtOnce, isAwake, isPinned, keepAwake, moveToLoadCore } from './harness/cores.mjs';
import { Database } from './harness/database.mjs';
import { Load } from './harness/load.mjs';
import { keepResult, readOptions } from './harness/options.mjs';
import { Ours } from './harness/ours.mjs';
import { median } from './harness/stats.mjs';

/** How much processor time a call may take with several workers, of that with one. */
const BAR = 1.1;

const options = readOptions(
  { workers: 2, pairs: 10, seconds: 3, warm: 4, connections: 32, eras: ['legacy', 'modern'] },
  { pairs: 1, seconds: 0.3, warm: 0.3 },
);
const running = [];
let load;
try {
  moveToLoadCore();
  keepAwake();
  load = new Load();
  const several = await start(options.workers);
  const one = await start(1);
  const results = [];
  for (const era of options.eras) results.push(await compare(era, several, one));
  const lost = (await Promise.all([several, one].map(missingRows))).reduce((sum, rows) => sum + rows);
  const errors = several.errors + one.errors;
  keepResult('workers', options, { isPinned, isAtOnce, isAwake, errors, lost, results });
  console.log(`Wrong answers of both: ${errors}; calls without an audit row: ${lost}`);
  for (const { era, cpu } of results)
    console.log(
      `${cpu.median <= BAR ? 'holds' : 'DOES NOT HOLD'}: ${era}, ${cpu.median.toFixed(3)} of the processor time, of at most ${BAR} wanted`,
    );
  if (errors > 0 || lost > 0 || results.some(({ cpu }) => cpu.median > BAR)) process.exitCode = 1;
} finally {
  await load?.stop();
  for (const each of running) await each.stop();
}

async function start(workers) {
  const database = await Database.start();
  running.unshift(database);
  const ours = await Ours.start(database, {
    script: ['ours/bouncer.mjs'],
    env: { WORKERS: String(workers) },
  });
  running.unshift(ours);
  const { key } = await ours.createKeys();
  return { ours, key, calls: 0, errors: 0 };
}

async function round(service, era, seconds) {
  const { connections } = options;
  const job = { kind: 'call', era, connections, keys: [service.key], seconds };
  const result = await load.run(service.ours.server, job);
  if (result.errors > 0) console.error(`${result.errors} wrong answers, first ${result.firstError}`);
  service.calls += result.requests;
  service.errors += result.errors;
  // Rows that this service still writes must not slow down the other's round.
  await service.ours.auditedCalls(service.calls - service.errors);
  return result;
}

async function missingRows(service) {
  const calls = service.calls - service.errors;
  return calls - (await service.ours.auditedCalls(calls));
}

/** Measures each pair in the opposite order of the pair before, so that what a round leaves behind affects both. */
async function compare(era, several, one) {
  for (const service of [several, one]) await round(service, era, options.warm);
  const pairs = [];
  for (let pair = 0; pair < options.pairs; pair++) {
    const measured = new Map();
    for (const service of pair % 2 === 0 ? [several, one] : [one, several])
      measured.set(service, await round(service, era, options.seconds));
    pairs.push([measured.get(several), measured.get(one)]);
  }
  const cpu = spread(pairs.map(([here, there]) => here.cpuUs / there.cpuUs));
  const rate = spread(pairs.map(([here, there]) => here.perSecond / there.perSecond));
  const cpuUs = [0, 1].map((side) => median(pairs.map((pair) => pair[side].cpuUs)));
  console.log(
    `\ntools/call, ${era}, ${options.connections} connections, ${pairs.length} pairs, ${options.workers} workers against one
  processor, a call  ${cpuUs.map((us) => us.toFixed(1)).join(' to ')} us, ratio ${shown(cpu)}
  calls a second     ratio ${shown(rate)}`,
  );
  return { era, cpu, rate, cpuUs };
}

function spread(ratios) {
  return { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}

function shown({ median, low, high }) {
  return `${median.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}
