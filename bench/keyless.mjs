// Measures how hostile requests without a key affect a valid key: its p99 during the attack, divided by its p99
// alone. Rounds are interleaved, and medians are compared.
//   npm run bench:keyless [-- --rounds 7 --seconds 5 --rate 200 --hostile 50 --smoke]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { moveToLoadCore } from './harness/cores.mjs';
import { Database } from './harness/database.mjs';
import { Load } from './harness/load.mjs';
import { keepResult, readOptions } from './harness/options.mjs';
import { LIMIT, Ours } from './harness/ours.mjs';
import { median } from './harness/stats.mjs';

const BAR = 3;
const SCRIPT = fileURLToPath(new URL('load/keyless.mjs', import.meta.url));

const options = readOptions(
  { rounds: 7, seconds: 5, rate: 200, hostile: 50, connections: 16 },
  { rounds: 1, seconds: 1 },
);
moveToLoadCore();
const database = await Database.start();
// The limit on requests without a key would stop the attack after seconds, so it is set high and each request is
// answered.
const ours = await Ours.start(database, { env: { RATE_LIMIT_KEYLESS: String(LIMIT) } });
const { key } = await ours.createKeys();
const load = new Load('steady');
const { connections, rate: perSecond, seconds } = options;
const run = async () => {
  const job = { kind: 'call', era: 'legacy', keys: [key], connections, perSecond, seconds };
  const result = await load.run(ours.server, job);
  if (result.errors > 0) throw new Error(`${result.errors} wrong answers: ${result.firstError}`);
  return result;
};

async function underAttack() {
  const attack = fork(SCRIPT, [String(ours.server.port), String(options.hostile)]);
  const result = await run();
  attack.send('stop');
  const [{ sent, answered }] = await once(attack, 'message');
  return { ...result, sent, answered };
}

await run(); // warms up
const rounds = [];
for (let round = 1; round <= options.rounds; round++) {
  const alone = await run();
  const under = await underAttack();
  rounds.push({
    alone: alone.p99,
    under: under.p99,
    ratio: under.p99 / alone.p99,
    sent: under.sent,
    answered: under.answered,
  });
  const { sent, answered } = under;
  console.log(
    `round ${round}: p99 alone ${alone.p99.toFixed(2)} ms, under ${sent} hostile requests (${answered} answered) ${under.p99.toFixed(2)} ms`,
  );
}
await load.stop();
await ours.stop();
await database.stop();

const of = (name) => rounds.map((round) => round[name]);
const ratio = median(of('under')) / median(of('alone'));
const [low, high] = [Math.min(...of('ratio')), Math.max(...of('ratio'))];
console.log(
  `\np99 of a good key: alone ${median(of('alone')).toFixed(2)} ms, under ${options.hostile} hostile requests a second ` +
    `${median(of('under')).toFixed(2)} ms: ${ratio.toFixed(2)} times (rounds ${low.toFixed(2)} to ${high.toFixed(2)}; bar ${BAR})`,
);
console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`);
keepResult('keyless', options, { ratio, low, high, bar: BAR, rounds });
process.exit(ratio <= BAR ? 0 : 1);
