// Measures the time from `node dist/server/main.js` to the first answer on an existing database, and the memory of
// the process.
//   npm run bench:start [-- --rounds 5 --seconds 10 --smoke]
import { moveToLoadCore } from './harness/cores.mjs';
import { Database } from './harness/database.mjs';
import { Load } from './harness/load.mjs';
import { keepResult, readOptions } from './harness/options.mjs';
import { adminKey, Ours } from './harness/ours.mjs';
import { median } from './harness/stats.mjs';

const IDLE_MS = 10_000;
const MAIN = ['../dist/server/main.js'];

const options = readOptions({ rounds: 5, seconds: 10, idle: IDLE_MS }, { rounds: 1, seconds: 1, idle: 1000 });
moveToLoadCore();
const database = await Database.start();
// The first start creates the schema and the first admin.
await (await Ours.start(database, { script: MAIN })).stop();

const rounds = [];
for (let round = 0; round < options.rounds; round++) {
  const ours = await Ours.start(database, { script: MAIN });
  const answered = await firstAnswer(ours.server);
  const startMs = performance.now() - ours.server.startedAt;
  await new Promise((wake) => setTimeout(wake, options.idle));
  rounds.push({ startMs, answered, idleMb: ours.server.residentMb });
  await ours.stop();
}

const ours = await Ours.start(database);
const { key } = await ours.createKeys();
const load = new Load();
const job = { kind: 'call', era: 'legacy', keys: [key], connections: 64, seconds: options.seconds };
await load.run(ours.server, job);
const loadedMb = ours.server.residentPeakMb;
await load.stop();
await ours.stop();
await database.stop();

const startMs = median(rounds.map((round) => round.startMs));
const idleMb = median(rounds.map((round) => round.idleMb));
keepResult('start', options, { startMs, idleMb, loadedMb, rounds });
console.log(
  `First answer after ${startMs.toFixed(0)} ms; ${idleMb.toFixed(0)} MB resident idle, at most ${loadedMb.toFixed(0)} MB under load`,
);

/** Makes a tool call with a key, which needs everything that an agent needs. */
async function firstAnswer({ url }) {
  const response = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${adminKey}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami' } }),
  });
  const { result } = await response.json();
  if (response.status !== 200 || result.isError) throw new Error(`The first answer is ${response.status}`);
  return response.status;
}
