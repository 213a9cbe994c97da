// Compares this service, with all protections on, with its peers: calls per second, and how many times faster it is.
//   npm run bench [-- --rounds 5 --seconds 3 --connections 1,16,64 --eras legacy,modern --only ours,bare
//                     --lasting 20 --smoke --publish]
import { isAtOnce, isAwake, isPinned, keepAwake, moveToLoadCore } from './harness/cores.mjs';
import { Database } from './harness/database.mjs';
import { installPeers } from './harness/install.mjs';
import { Load } from './harness/load.mjs';
import { keepResult, readOptions } from './harness/options.mjs';
import { PEERS, startPeer } from './harness/peers.mjs';
import { Server } from './harness/server.mjs';
import { ratio, summarize } from './harness/stats.mjs';

/** The number of tools when lists are measured. */
const LIST_TOOLS = 100;

const options = readOptions(
  {
    rounds: 5,
    seconds: 3,
    warm: 2,
    lasting: 20,
    connections: [1, 16, 64],
    eras: ['legacy', 'modern'],
    only: Object.keys(PEERS),
  },
  { rounds: 1, seconds: 0.3, warm: 0.3, lasting: 0.5, connections: [1, 16] },
);
installPeers();
moveToLoadCore();
keepAwake();
const load = new Load();
const database = await Database.start();
const ceiling = await measureCeiling();
const results = [];
const audit = { calls: 0, rows: 0, behindMs: 0 };
let proof;

const among = (wanted) => Object.keys(PEERS).filter((name) => options.only.includes(name) && wanted(name));
await measure(
  1,
  among(() => true),
  options.connections.flatMap((connections) =>
    options.eras.map((era) => ({ kind: 'call', era, connections })),
  ),
);
// A short round does not show whether PostgreSQL writes the rows as fast as they arrive.
if (options.lasting > 0)
  await measure(
    1,
    among((name) => name === 'ours' || name === 'bare'),
    [{ kind: 'call', era: options.eras[0], connections: 16, lasting: options.lasting }],
  );
await measure(
  LIST_TOOLS,
  among((name) => PEERS[name].lists && name !== 'off'),
  options.eras.map((era) => ({ kind: 'list', era, connections: 16 })),
);
await load.stop();
await database.stop();
const errors = results.reduce((sum, { medians }) => sum + medians.errors, 0);
keepResult('run', options, { isPinned, isAtOnce, isAwake, ceiling, proof, audit, errors, results });
console.log(
  `Audit rows: ${audit.rows} for ${audit.calls} calls of ours, the last of a round ${Math.round(audit.behindMs)} ms after it at most; wrong answers of all: ${errors}`,
);
if (audit.rows !== audit.calls || errors > 0) process.exitCode = 1;

/** Measures the limit of the load generator, against the cheapest possible server. */
async function measureCeiling() {
  const server = await Server.start(['load/ceiling.mjs']);
  const job = { kind: 'call', era: 'legacy', keys: ['none'], connections: 16 };
  await load.run(server, { ...job, seconds: options.warm });
  const { perSecond, generatorBusy } = await load.run(server, { ...job, seconds: options.seconds });
  await server.stop();
  console.log(
    `The load generator reaches ${Math.round(perSecond)} a second against a server that does nothing, at ${percent(generatorBusy)} of its core`,
  );
  return { perSecond, generatorBusy };
}

async function measure(tools, names, scenarios) {
  const running = {};
  for (const name of names) running[name] = await startPeer(name, database, tools);
  proof ??= running.ours?.proof;
  for (const scenario of scenarios) {
    // The protections are measured with one connection only, because with more their cost is hidden by waiting.
    const here = names.filter(
      (name) => PEERS[name].eras.includes(scenario.era) && (name !== 'off' || scenario.connections === 1),
    );
    await measureScenario(scenario, here, running, tools);
  }
  if (running.ours) {
    audit.calls += running.ours.calls;
    audit.rows += await running.ours.ours.auditedCalls(running.ours.calls);
    audit.behindMs = Math.max(audit.behindMs, running.ours.ours.behindMs);
  }
  for (const peer of Object.values(running)) await peer.stop();
}

/** Interleaves the rounds: each peer once, and then again, so that other work on the machine affects all of them. */
async function measureScenario(scenario, names, running, tools) {
  const { lasting, ...job } = scenario;
  const rounds = Object.fromEntries(names.map((name) => [name, []]));
  const last = lasting ? Math.min(2, options.rounds) : options.rounds;
  for (let round = 0; round <= last; round++) {
    for (const name of names) {
      const peer = running[name];
      const seconds = round === 0 ? options.warm : (lasting ?? options.seconds);
      const result = await load.run(peer.server, { ...job, keys: [peer.key], seconds });
      if (result.errors > 0)
        console.error(`${name}: ${result.errors} wrong answers, first ${result.firstError}`);
      if (scenario.kind === 'call') peer.calls += result.requests;
      if (round > 0 || result.errors > 0) rounds[name].push(result);
      // Rows that this service still writes must not slow down the next peer's round.
      if (name === 'ours') await peer.ours.auditedCalls(peer.calls);
    }
  }
  const measured = names.map((peer) => ({
    peer,
    tools,
    ...scenario,
    rounds: rounds[peer],
    medians: summarize(rounds[peer]),
  }));
  const ours = measured.find(({ peer }) => peer === 'ours');
  for (const result of measured) if (ours && result !== ours) result.oursTimes = ratio(ours, result);
  print(scenario, tools, measured);
  results.push(
    ...measured.map(({ rounds, ...rest }) => ({ ...rest, each: rounds.map(({ perSecond }) => perSecond) })),
  );
}

function print({ kind, era, connections, lasting }, tools, measured) {
  const rounds = lasting ? `, rounds of ${lasting} s` : '';
  console.log(`\n${kind}, ${era}, ${connections} connections, ${tools} tools${rounds}`);
  for (const { peer, medians, oursTimes } of measured) {
    const { perSecond, cpuUs, p50, p99, spread, generatorBusy, loadCoreBusy } = medians;
    const times = oursTimes
      ? `ours x ${oursTimes.ratio.toFixed(2)} (${oursTimes.low.toFixed(2)} to ${oursTimes.high.toFixed(2)})`
      : '';
    console.log(
      `  ${peer.padEnd(17)}${String(Math.round(perSecond)).padStart(7)}/s  spread ${percent(spread).padStart(4)}  p50 ${p50.toFixed(3)} ms  p99 ${p99.toFixed(3)} ms  ${cpuUs.toFixed(0)} us of processor  generator ${percent(generatorBusy)}, its core ${percent(loadCoreBusy)}  ${times}`,
    );
  }
}

function percent(share) {
  return `${Math.round((share ?? 0) * 100)}%`;
}
