// Compares this build with another build of the service: did a change make a call slower?
//   npm run bench -- --against <git ref> [--pairs 10 --seconds 2 --connections 16 --eras legacy,modern --warm 4]
import { isAtOnce, isAwake, isPinned, keepAwake, moveToLoadCore } from './harness/cores.mjs';
import { Database } from './harness/database.mjs';
import { Load } from './harness/load.mjs';
import { keepResult, readOptions } from './harness/options.mjs';
import { OtherBuild } from './harness/other-build.mjs';
import { Ours } from './harness/ours.mjs';
import { median } from './harness/stats.mjs';

/** The minimum speed of this build, relative to the other one. */
const BAR = 0.95;

const options = readOptions(
  { against: '', pairs: 10, seconds: 2, warm: 4, connections: 16, eras: ['legacy', 'modern'] },
  { pairs: 1, seconds: 0.3, warm: 0.3 },
);
const build = new OtherBuild(options.against);
const running = [];
let load;
try {
  moveToLoadCore();
  keepAwake();
  load = new Load();
  const here = await start();
  const there = await start(build.script);
  const results = [];
  for (const era of options.eras) results.push(await compare(era, here, there));
  const lost = (await Promise.all([here, there].map(missingRows))).reduce((sum, rows) => sum + rows);
  const errors = [here, there].reduce((sum, { errors }) => sum + errors, 0);
  const holds = errors === 0 && lost === 0 && results.every(isGood);
  keepResult('against', options, {
    commit: build.commit,
    isPinned,
    isAtOnce,
    isAwake,
    errors,
    lost,
    results,
  });
  console.log(`Wrong answers of both: ${errors}; calls without an audit row: ${lost}`);
  for (const result of results) console.log(verdict(result));
  if (!holds) process.exitCode = 1;
} finally {
  await load?.stop();
  for (const one of running) await one.stop();
  build.remove();
}

/** Starts a service of a build with a database of its own, because the builds may have different tables. */
async function start(script) {
  const database = await Database.start();
  running.unshift(database);
  const ours = await Ours.start(database, script && { script });
  running.unshift(ours);
  const { key } = await ours.createKeys();
  return { ours, key, calls: 0, errors: 0 };
}

async function round(one, era, seconds) {
  const { connections } = options;
  const job = { kind: 'call', era, connections, keys: [one.key], seconds };
  const result = await load.run(one.ours.server, job);
  if (result.errors > 0) console.error(`${result.errors} wrong answers, first ${result.firstError}`);
  one.calls += result.requests;
  one.errors += result.errors;
  // Rows that this service still writes must not slow down the other's round.
  await one.ours.auditedCalls(one.calls - one.errors);
  return result;
}

async function missingRows(one) {
  const calls = one.calls - one.errors;
  return calls - (await one.ours.auditedCalls(calls));
}

/**
 * Measures each pair in the opposite order of the pair before, so that what a round leaves behind affects both
 * builds.
 */
async function compare(era, here, there) {
  for (const one of [here, there]) await round(one, era, options.warm);
  const pairs = [];
  for (let pair = 0; pair < options.pairs; pair++) {
    const order = pair % 2 === 0 ? [here, there] : [there, here];
    const measured = new Map();
    for (const one of order) measured.set(one, await round(one, era, options.seconds));
    const [ours, other] = [measured.get(here), measured.get(there)];
    pairs.push({ rate: ours.perSecond / other.perSecond, cpu: ours.cpuUs / other.cpuUs, ours, other });
  }
  const rate = spread(pairs.map(({ rate }) => rate));
  const cpu = spread(pairs.map(({ cpu }) => cpu));
  const [perSecond, cpuUs] = ['perSecond', 'cpuUs'].map((name) =>
    ['ours', 'other'].map((side) => median(pairs.map((pair) => pair[side][name]))),
  );
  console.log(
    `\ntools/call, ${era}, ${options.connections} connections, ${pairs.length} pairs, this build against ${build.commit}
  calls a second     ${perSecond.map(Math.round).join(' to ')}, ratio ${shown(rate)}
  processor, a call  ${cpuUs.map((us) => us.toFixed(1)).join(' to ')} us, ratio ${shown(cpu)}`,
  );
  return { era, rate, cpu, perSecond, cpuUs };
}

function spread(ratios) {
  return { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}

function shown({ median, low, high }) {
  return `${median.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

/** Returns whether both measures, calls per second and processor time, meet the bar. */
function isGood({ rate, cpu }) {
  return rate.median >= BAR && 1 / cpu.median >= BAR;
}

function verdict(result) {
  const [rate, cpu] = [result.rate.median, 1 / result.cpu.median].map((speed) => speed.toFixed(3));
  const words = isGood(result) ? 'holds' : 'DOES NOT HOLD';
  return `${words}: ${result.era}, ${rate} of the speed by calls a second, ${cpu} by processor time, of at least ${BAR} wanted`;
}
