// Measures the search for secrets against eleven `includes` on the same 4 KiB text, in the same run, round by round.
//   npm run bench:secrets [-- ROUNDS]
import { randomBytes, randomUUID } from 'node:crypto';
import { findSecrets } from '../dist/secrets/secret-finder.js';
import { median } from './harness/stats.mjs';

const ROUNDS = Number(process.argv[2] ?? 101);
const CALLS = 200;
const WARM_UP = 20;
const BYTES = 4_096;
const BAR = 2;
const NEEDLES = [
  '-----BEGIN',
  'AKIA',
  'AIza',
  'eyJ',
  'ghp_',
  'github_pat_',
  'glpat-',
  'mcp_',
  'npm_',
  'sk_live_',
  'xoxb-',
];

const WORDS =
  'the quarterly report says that revenue grew by 12 % while costs fell, and the board will decide in May (see the table) whether to open an office in Oslo'.split(
    ' ',
  );
const prose = (length) => {
  let text = '';
  for (let at = 0; text.length < length; at = (at * 31 + 7) % 9_973) text += `${WORDS[at % WORDS.length]} `;
  return text.slice(0, length);
};
const answer = () =>
  JSON.stringify({
    results: Array.from({ length: 14 }, (_, rank) => ({
      id: randomUUID(),
      title: prose(30),
      excerpt: prose(180),
      filename: 'reports/2026/quarter-1.md',
      rank: 0.607927 / (rank + 1),
      createdAt: new Date(0).toISOString(),
    })),
  });
const secret = `AKIA${'A7QZ3KX5'.repeat(2)}`;

/** Makes each text a flat string of its own, as `JSON.stringify` does. */
const flat = (text) => Buffer.from(text.slice(0, BYTES).padEnd(BYTES, ' x')).toString('utf8');
const TEXTS = {
  prose: flat(prose(BYTES)),
  'a search as JSON': flat(answer()),
  'JSON within JSON': flat(JSON.stringify({ text: answer() })),
  links: flat('[a page](https://docs.example.com/guide/chapter-1/a-long-name.html) '.repeat(80)),
  base64: flat(randomBytes(BYTES).toString('base64')),
  'with ten secrets': flat(`${prose(380)} ${secret} `.repeat(10)),
};

let kept = 0;
const eleven = (text) => {
  for (const needle of NEEDLES) kept += text.includes(needle) ? 1 : 0;
};
const ours = (text) => {
  kept += findSecrets(text).length;
};

const timeOf = (work, text) => {
  const started = performance.now();
  for (let call = 0; call < CALLS; call++) work(text);
  return ((performance.now() - started) * 1_000) / CALLS;
};

// All texts are warmed up before the first is measured, so that what the compiler learns from one does not slow
// another.
for (let round = 0; round < WARM_UP; round++)
  for (const text of Object.values(TEXTS)) for (const work of [eleven, ours]) timeOf(work, text);

/** Measures all texts in each round, and alternates the order, so that whatever slows the machine affects both. */
const times = Object.fromEntries(Object.keys(TEXTS).map((name) => [name, { eleven: [], ours: [] }]));
for (let round = 0; round < ROUNDS; round++)
  for (const [name, text] of Object.entries(TEXTS))
    for (const work of round % 2 ? [eleven, ours] : [ours, eleven])
      times[name][work.name].push(timeOf(work, text));

console.log(`Medians of ${ROUNDS} rounds, in microseconds for ${BYTES} bytes\n`);
console.log(
  `${'text'.padEnd(20)}${'11 includes'.padStart(12)}${'findSecrets'.padStart(13)}${'ratio'.padStart(8)}`,
);
let worst = 0;
for (const name of Object.keys(TEXTS)) {
  const [base, own] = [median(times[name].eleven), median(times[name].ours)];
  worst = Math.max(worst, own / base);
  const cells = [
    base.toFixed(2).padStart(12),
    own.toFixed(2).padStart(13),
    (own / base).toFixed(2).padStart(8),
  ];
  console.log(name.padEnd(20) + cells.join(''));
}
console.log(`\nRatio of the worst: ${worst.toFixed(2)}, bar: at most ${BAR} (${kept} matches counted)`);
if (worst > BAR) process.exitCode = 1;
