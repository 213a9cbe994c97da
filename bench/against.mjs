// Compares this build with another build of the service: did a change make a call slower?
//   npm run bench -- --against <git ref> [--pairs 10 --seconds 2 --connections 16 --eras legacy,modern --warm 4]
import { isAtOnce, isAwake, isPinned, keepAwake, moveToLoadCore } from './harness/cores.mjs';
import { Load } from './harness/load.mjs';
import { keepResult, readOptions } from './harness/options.mjs';
import { OtherBuild } from './harness/other-build.mjs';
import { measurePairs, Side } from './harness/side.mjs';
import { median, shownSpread, spread } from './harness/stats.mjs';

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
  for (const script of [undefined, build.script]) running.push(await Side.start(script && { script }));
  const results = [];
  for (const era of options.eras) results.push(await compare(era));
  const lost = (await Promise.all(running.map((side) => side.missingRows()))).reduce(
    (sum, rows) => sum + rows,
  );
  const errors = running.reduce((sum, { errors }) => sum + errors, 0);
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
  for (const side of running) await side.stop();
  build.remove();
}

async function compare(era) {
  const { pairs, seconds, warm, connections } = options;
  const measured = await measurePairs(load, running, { pairs, seconds, warm, connections, era });
  const rate = spread(measured.map(([ours, other]) => ours.perSecond / other.perSecond));
  const cpu = spread(measured.map(([ours, other]) => ours.cpuUs / other.cpuUs));
  const [perSecond, cpuUs] = ['perSecond', 'cpuUs'].map((name) =>
    [0, 1].map((side) => median(measured.map((pair) => pair[side][name]))),
  );
  console.log(
    `\ntools/call, ${era}, ${connections} connections, ${pairs} pairs, this build against ${build.commit}
  calls a second     ${perSecond.map(Math.round).join(' to ')}, ratio ${shownSpread(rate)}
  processor, a call  ${cpuUs.map((us) => us.toFixed(1)).join(' to ')} us, ratio ${shownSpread(cpu)}`,
  );
  return { era, rate, cpu, perSecond, cpuUs };
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
