// Measures what a search finds, beside other engines on the same data.
//   npm run bench:search [-- --collections FOLDER --write]
// The folder (default: bench/collections) has two files for each of the collections `cisi` and `med`, which are not part
// of this repository. `NAME-documents.jsonl` has a document `{ id, title, content }` in each line, with a number as the
// id; `NAME-queries.jsonl` has a question `{ id, query, relevant: [ids] }` in each line.
// `--write` keeps the result and writes it into docs/performance.md.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Database } from './harness/database.mjs';
import { installPeers } from './harness/install.mjs';
import { keepResult, readResult } from './harness/options.mjs';
import { Ours } from './harness/ours.mjs';
import { fillPage } from './harness/page.mjs';
import { bm25Engine } from './search/bm25.mjs';
import { LONGEST_QUERY, readCollections } from './search/collections.mjs';
import { evaluate } from './search/measures.mjs';
import { postgresEngines, stemsOf } from './search/postgres.mjs';
import { searchBar, searchTables } from './search/report.mjs';
import { serviceEngine } from './search/service.mjs';

const { values } = parseArgs({
  options: { collections: { type: 'string' }, write: { type: 'boolean', default: false } },
});
const folder = resolve(values.collections ?? fileURLToPath(new URL('collections', import.meta.url)));
const collections = readCollections(folder);
if (collections.length === 0) {
  console.error(
    `No collections in ${folder}. Name a folder that has cisi-documents.jsonl and cisi-queries.jsonl, or the same of med, with --collections FOLDER.`,
  );
  process.exit(2);
}
installPeers();
const { miniSearchEngine } = await import('./search/mini-search.mjs');

const database = await Database.start();
const measured = [];
try {
  const ours = await Ours.start(database);
  try {
    for (const collection of collections) measured.push(await measure(ours, collection));
  } finally {
    await ours.stop();
  }
} finally {
  await database.stop();
}
keepResult('search', { isApart: !values.write }, { collections: measured });
const result = readResult('search', !values.write);
console.log(`\n${searchTables(result)}`);
if (values.write) fillPage({ search: searchTables(result) });
if (measured.flatMap(searchBar).some(({ ok }) => !ok)) process.exitCode = 1;

async function measure(ours, collection) {
  const { name, documents, queries, cut } = collection;
  if (cut > 0) console.log(`${name}: ${cut} queries are cut to ${LONGEST_QUERY} characters`);
  const engines = [
    await serviceEngine(ours, collection),
    bm25Engine(collection, await stemsOf(database, collection)),
    miniSearchEngine(collection),
    ...(await postgresEngines(database, collection)),
  ];
  const results = [];
  for (const engine of engines) {
    const engineResult = await evaluate(engine, collection);
    console.log(`${name}: ${engine.label}: nDCG@10 ${engineResult.ndcg.toFixed(3)}`);
    results.push(engineResult);
  }
  return { name, documents: documents.length, queries: queries.length, cut, results };
}
