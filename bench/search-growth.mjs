// Measures how long natural questions take while the documents grow, beside plain AND with the same words in the same
// database.
//   npm run bench:search-growth [-- --documents 1000,100000 --owners 1 --questions 200 --connections 8 --smoke]
// The documents are written over REST, a few at once, and are spread evenly over the owners: a million over a thousand
// owners is `--documents 1000000 --owners 1000`. Times are of one question after the other. The service answers over
// REST; plain AND is a query of the pool, without HTTP.
import { Database } from './harness/database.mjs';
import { keepResult, readOptions } from './harness/options.mjs';
import { Ours } from './harness/ours.mjs';
import { table } from './harness/tables.mjs';
import { Times } from './load/times.mjs';
import { askPlain, createPlain, fillPlain } from './search/plain-and.mjs';
import { Rest } from './search/rest.mjs';
import { documentOf, numbersOf, questionOf } from './search/text.mjs';

/** The bar: how many times as long as plain AND the service may take at p95. */
const MOST_TIMES = 3;
/** The bar holds from this many documents on. With fewer, the ratio is mostly that of HTTP to a local query. */
const BAR_FROM = 100_000;
const AIM_MS = 150;
const CHUNK = 1000;
const SEED = 7;
const SCOPES = ['documents:read', 'documents:write'];

const options = readOptions(
  { documents: [1000], owners: 1, questions: 200, connections: 8 },
  { documents: [100], questions: 20 },
);
const database = await Database.start();
const points = [];
try {
  const ours = await Ours.start(database);
  try {
    await createPlain(database);
    const owners = await ownersOf(ours);
    let have = 0;
    for (const size of options.documents) {
      const perSecond = await load(owners, have, size);
      have = size;
      await fillPlain(database);
      await database.query('VACUUM ANALYZE');
      points.push({ size, loadedPerSecond: perSecond, ...(await ask(owners, size)) });
    }
  } finally {
    await ours.stop();
  }
} finally {
  await database.stop();
}
const ms = (value) => `${value.toFixed(1)} ms`;
const rows = points.map(({ size, service, plain, ratio, found }) => [
  size.toLocaleString('en'),
  ms(service.p50),
  ms(service.p95),
  ms(plain.p50),
  ms(plain.p95),
  ratio.toFixed(2),
  size < BAR_FROM ? '' : ratio <= MOST_TIMES ? 'ok' : 'missed',
  service.p95 <= AIM_MS ? 'yes' : 'no',
  `${found.service} / ${found.plain}`,
]);
console.log(
  `\n${table(['documents', 'service p50', 'p95', 'plain AND p50', 'p95', 'ratio of p95', `<= ${MOST_TIMES}`, `<= ${AIM_MS} ms`, 'answered'], rows)}`,
);
keepResult('search-growth', options, { points });
if (points.some(({ size, ratio }) => size >= BAR_FROM && ratio > MOST_TIMES)) process.exitCode = 1;

async function ownersOf(ours) {
  const owners = [];
  for (let count = 0; count < options.owners; count++) {
    const { userId, key } = await ours.createKeys(SCOPES);
    owners.push({ userId, rest: new Rest(ours.server.url, key) });
  }
  return owners;
}

/** Document number n belongs to owner n modulo their count. @returns how many were written in a second */
async function load(owners, from, to) {
  const create = (number) => owners[number % owners.length].rest.create(documentOf(number));
  const began = performance.now();
  for (let start = from; start < to; start += CHUNK) {
    const numbers = Array.from({ length: Math.min(CHUNK, to - start) }, (_, index) => start + index);
    await Rest.each(numbers, create, options.connections);
    const done = start + numbers.length;
    const perSecond = (done - from) / ((performance.now() - began) / 1000);
    console.log(`${done.toLocaleString('en')} documents, ${Math.round(perSecond)} a second`);
  }
  return (to - from) / ((performance.now() - began) / 1000);
}

/** Asks the service and plain AND in turn. A first round of a tenth of the questions warms up and does not count. */
async function ask(owners, size) {
  const next = numbersOf(SEED);
  const questions = Array.from({ length: options.questions }, () => {
    const number = Math.floor(next() * size);
    return { owner: owners[number % owners.length], query: questionOf(number, next) };
  });
  const times = { service: new Times(), plain: new Times() };
  const found = { service: 0, plain: 0 };
  const timed = async (name, search, counts) => {
    const began = performance.now();
    const results = await search();
    if (!counts) return;
    times[name].add(performance.now() - began);
    if (results.length > 0) found[name]++;
  };
  const round = async (asked, counts) => {
    for (const { owner, query } of asked) {
      await timed('service', () => owner.rest.search(query), counts);
      await timed('plain', () => askPlain(database, owner.userId, query), counts);
    }
  };
  await round(questions.slice(0, Math.ceil(questions.length / 10)), false);
  await round(questions, true);
  const [service, plain] = [times.service.summary(), times.plain.summary()];
  return { service, plain, ratio: service.p95 / plain.p95, found };
}
