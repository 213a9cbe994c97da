// Measures the built-in tools: the processor time that each costs beside that of `echo`, and beside that of the same
// read by `pg` alone. It ends with 1 when a bar is missed.
//   npm run bench -- --tools real [--rounds 5 --seconds 3 --connections 16 --documents 1000 --smoke]
import { isAtOnce, isAwake, isPinned, keepAwake, moveToLoadCore } from './harness/cores.mjs';
import { Database } from './harness/database.mjs';
import { compareAnswers, GET, LIST, LISTED } from './harness/document-reads.mjs';
import { Load } from './harness/load.mjs';
import { keepResult, readOptions } from './harness/options.mjs';
import { Ours } from './harness/ours.mjs';
import { PlainReads } from './harness/plain-reads.mjs';
import { median } from './harness/stats.mjs';
import { addDocuments } from './growth/documents.mjs';
import { SCOPE } from './peers/common.mjs';
import { realBars } from './harness/real-bars.mjs';

/** The words of a document, which make about 2,000 characters. */
const WORDS = 250;
const CALLS = {
  echo: 'call',
  whoami: 'whoami',
  'tools/list': 'list',
  documents_get: 'get',
  documents_list: 'documents',
  documents_search: 'search',
};

const options = readOptions(
  { tools: ['real'], rounds: 5, seconds: 3, warm: 3, connections: 16, documents: 1_000 },
  { rounds: 1, seconds: 0.5, warm: 0.3 },
);
moveToLoadCore();
keepAwake();
const load = new Load();
const database = await Database.start();
const first = await Ours.start(database);
const { userId, key } = await first.createKeys([SCOPE, 'documents:read']);
await addDocuments(database, userId, 0, options.documents, { words: WORDS });
await first.stop();
const ours = await Ours.startIndexed(database);
await database.query('VACUUM ANALYZE');
const ids = (await database.query('SELECT id FROM documents WHERE owner_id = $1', [userId])).map(
  (row) => row.id,
);
await compareAnswers(ours.server.url, key, database, { userId, ids });

const plain = new PlainReads();
const reads = {
  'pg: one document': { statement: GET, values: ids.map((id) => [userId, id]) },
  [`pg: a list of ${LISTED}`]: { statement: LIST, values: [[userId, LISTED + 1]] },
};
const { url } = database.server.urls;
const measures = {
  ...Object.fromEntries(Object.entries(CALLS).map(([name, kind]) => [name, () => call(name, kind)])),
  ...Object.fromEntries(Object.entries(reads).map(([name, job]) => [name, () => read(job)])),
};
const rounds = Object.fromEntries(Object.keys(measures).map((name) => [name, []]));
const calls = {};
let seconds = options.warm;
let errors = 0;
// Interleaves the rounds, so that other work on the machine affects all of them.
for (let round = 0; round <= options.rounds; round++) {
  for (const [name, measure] of Object.entries(measures)) {
    const result = await measure();
    if (round > 0) rounds[name].push(result);
  }
  seconds = options.seconds;
}
await load.stop();
await plain.stop();
await ours.stop();
await database.stop();

const medians = Object.fromEntries(
  Object.entries(rounds).map(([name, all]) => [
    name,
    { perSecond: median(all.map((one) => one.perSecond)), cpuUs: median(all.map((one) => one.cpuUs)) },
  ]),
);
const bars = realBars(medians);
keepResult('real', options, { isPinned, isAtOnce, isAwake, errors, medians, bars });
print();
process.exit(errors > 0 || bars.some(({ ok }) => ok === false) ? 1 : 0);

async function call(name, kind) {
  const job = { kind, era: 'legacy', keys: [key], connections: options.connections, seconds, ids };
  const result = await load.run(ours.server, job);
  if (result.errors > 0) console.error(`${name}: ${result.errors} wrong answers, first ${result.firstError}`);
  errors += result.errors;
  // Rows that this service still writes must not slow down the next round.
  if (kind !== 'list') {
    calls[name] = (calls[name] ?? 0) + result.requests;
    await ours.auditedCalls(calls[name], name);
  }
  return result;
}

function read({ statement, values }) {
  return plain.run({ url, statement, values, concurrent: options.connections, seconds });
}

function print() {
  console.log(
    `\n${options.connections} connections, ${options.documents} documents, wrong answers: ${errors}`,
  );
  for (const [name, { perSecond, cpuUs }] of Object.entries(medians))
    console.log(
      `  ${name.padEnd(20)}${String(Math.round(perSecond)).padStart(7)}/s  ${cpuUs.toFixed(1).padStart(7)} us of processor`,
    );
  console.log('');
  for (const { what, bar, measured, ok } of bars) {
    const word = ok === undefined ? '' : ok ? 'ok' : 'MISSED';
    console.log(
      `${word.padEnd(8)}${what.padEnd(64)}at most ${bar.toFixed(0).padStart(4)} us  measured ${measured.toFixed(0).padStart(4)} us`,
    );
  }
}
