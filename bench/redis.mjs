// Compares a service that counts limits in Redis with one that counts them in memory, by the processor time of a call.
//   npm run bench:redis [-- --pairs 10 --seconds 2 --connections 16 --eras legacy,modern --warm 4]
import { RedisProcess } from '../test/replicas/support/redis-process.mjs';
import { AT_ONCE, isAtOnce, isAwake, isPinned, keepAwake, moveToLoadCore } from './harness/cores.mjs';
import { Load } from './harness/load.mjs';
import { keepResult, readOptions } from './harness/options.mjs';
import { processorTimeOf } from './harness/processor-time.mjs';
import { measurePairs, Side } from './harness/side.mjs';
import { median, shownSpread, spread } from './harness/stats.mjs';

/** The most processor time of a call with Redis, relative to one in memory. Redis's own is not part of it. */
const BAR = 1.25;

const options = readOptions(
  { pairs: 10, seconds: 2, warm: 4, connections: [16], eras: ['legacy', 'modern'] },
  { pairs: 1, seconds: 0.3, warm: 0.3 },
);
const sides = [];
let redis;
let load;
try {
  moveToLoadCore();
  keepAwake();
  load = new Load();
  redis = await RedisProcess.start(AT_ONCE);
  const { pid } = redis.child;
  const beside = {
    get cpuUs() {
      return processorTimeOf(pid);
    },
  };
  sides.push(await Side.start({ env: { REDIS_URL: redis.url } }, beside));
  sides.push(await Side.start());
  const results = [];
  for (const connections of options.connections)
    for (const era of options.eras) results.push(await compare(era, connections));
  const store = await storeOf(sides[0]);
  const lost = (await Promise.all(sides.map((side) => side.missingRows()))).reduce((sum, rows) => sum + rows);
  const errors = sides.reduce((sum, { errors }) => sum + errors, 0);
  keepResult('redis', options, { isPinned, isAtOnce, isAwake, store, errors, lost, results });
  console.log(
    `Wrong answers of both: ${errors}; calls without an audit row: ${lost}; counted at last in ${store}`,
  );
  for (const result of results) console.log(verdict(result));
  if (errors > 0 || lost > 0 || store !== 'redis' || !results.every(isGood)) process.exitCode = 1;
} finally {
  await load?.stop();
  for (const side of sides) await side.stop();
  await redis?.remove();
}

async function compare(era, connections) {
  const { pairs, seconds, warm } = options;
  const measured = await measurePairs(load, sides, { pairs, seconds, warm, connections, era });
  const rate = spread(measured.map(([inRedis, inMemory]) => inRedis.perSecond / inMemory.perSecond));
  const cpu = spread(measured.map(([inRedis, inMemory]) => inRedis.cpuUs / inMemory.cpuUs));
  const cpuUs = [0, 1].map((side) => median(measured.map((pair) => pair[side].cpuUs)));
  const redisUs = median(measured.map(([inRedis]) => inRedis.besideUs));
  console.log(
    `\ntools/call, ${era}, ${connections} connections, ${pairs} pairs, with Redis against memory
  processor, a call  ${cpuUs.map((us) => us.toFixed(1)).join(' to ')} us, ratio ${shownSpread(cpu)}
  Redis's own        ${redisUs.toFixed(1)} us
  calls a second     ratio ${shownSpread(rate)}`,
  );
  return { era, connections, cpu, rate, cpuUs, redisUs };
}

/** Says where the service counts by now: a Redis that was late for once would not have been measured to the end. */
async function storeOf({ ours }) {
  const response = await fetch(`${ours.server.url}/health/ready`);
  return (await response.json()).checks.rateLimit.store;
}

function isGood({ cpu }) {
  return cpu.median <= BAR;
}

function verdict(result) {
  const words = isGood(result) ? 'holds' : 'DOES NOT HOLD';
  const { era, connections, cpu } = result;
  return `${words}: ${era}, ${connections} connections, ${cpu.median.toFixed(3)} times the processor time, at most ${BAR} wanted`;
}
