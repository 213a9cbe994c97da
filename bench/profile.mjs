// Profiles this service under load with `--cpu-prof`, and prints the self time by package and by function.
//   npm run bench:profile [-- --seconds 10 --connections 16 --era legacy --kind get --keep file.cpuprofile]
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDocuments } from './growth/documents.mjs';
import { moveToLoadCore } from './harness/cores.mjs';
import { Database } from './harness/database.mjs';
import { Load } from './harness/load.mjs';
import { readOptions } from './harness/options.mjs';
import { Ours } from './harness/ours.mjs';
import { packageOf, selfTimes, wholeTimes } from './harness/cpu-profile.mjs';
import { SCOPE } from './peers/common.mjs';

const TOP = 30;
/** The documents that the kinds `get`, `documents` and `search` ask for, and the words of each. */
const DOCUMENTS = 1_000;
const WORDS = 250;

const options = readOptions(
  { seconds: 10, warm: 3, connections: 16, era: 'legacy', kind: 'call', tools: 1, keep: '' },
  { seconds: 1, warm: 0.5 },
);
moveToLoadCore();
const folder = await mkdtemp(join(tmpdir(), 'bouncer-profile-'));
const database = await Database.start();
const node = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=200'];
const first = await Ours.start(database);
const { userId, key } = await first.createKeys([SCOPE, 'documents:read']);
await addDocuments(database, userId, 0, DOCUMENTS, { words: WORDS });
await first.stop();
const ours = await Ours.startIndexed(database, { node, env: { TOOLS: String(options.tools) } });
await database.query('VACUUM ANALYZE');
const ids = (await database.query('SELECT id FROM documents')).map(({ id }) => id);
const load = new Load();
const { kind, era, connections } = options;
const job = { kind, era, connections, keys: [key], ids };
await load.run(ours.server, { ...job, seconds: options.warm });
const from = now();
const result = await load.run(ours.server, { ...job, seconds: options.seconds });
const to = now();
await load.stop();
await ours.stop();
await database.stop();
const [file] = await readdir(folder);
if (options.keep) await copyFile(join(folder, file), options.keep);
const profile = JSON.parse(await readFile(join(folder, file), 'utf8'));
await rm(folder, { recursive: true });

const functions = selfTimes(profile, from, to);
const all = functions.reduce((sum, { us }) => sum + us, 0);
const busy = all - (functions.find(({ name }) => name === '(idle)')?.us ?? 0);
console.log(
  `${result.requests} calls at ${Math.round(result.perSecond)}/s while profiled: ${result.cpuUs.toFixed(1)} us of processor time each`,
);
print('Self time by package', totals(functions, packageOf));
print(
  'Self time by function',
  totals(functions, ({ name, at }) => `${name}  ${at}`),
);
print(
  'Of this service, with all that was called',
  totals(wholeTimes(profile, from, to), ({ label }) => label),
);

function totals(entries, labelOf) {
  const sums = new Map();
  for (const entry of entries) {
    if (entry.name !== '(idle)') sums.set(labelOf(entry), (sums.get(labelOf(entry)) ?? 0) + entry.us);
  }
  return [...sums].sort(([, a], [, b]) => b - a).slice(0, TOP);
}

function print(title, rows) {
  console.log(`\n${title}: share, and microseconds of a call`);
  for (const [label, us] of rows) {
    console.log(
      `${((us / busy) * 100).toFixed(1).padStart(6)}%  ${((us / busy) * result.cpuUs).toFixed(2).padStart(7)}  ${label}`,
    );
  }
}

/** Returns the time of the profile's clock, in microseconds. */
function now() {
  return Number(process.hrtime.bigint() / 1000n);
}
