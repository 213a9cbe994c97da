// Measures whether the time of an answer tells that an address has an account: sign-ins with a wrong password, mails for
// a forgotten one, and mails that verify an address; known and unknown in turn, in a random order.
//   npm run bench:sign-in-time [-- ROUNDS]
import { randomInt } from 'node:crypto';
import { SMTPServer } from 'smtp-server';
import { generateApiKey } from '../dist/api-keys/key-format.js';
import { startServiceProcess } from '../test/support/service-process.mjs';
import { median } from './harness/stats.mjs';

const ROUNDS = Number(process.argv[2] ?? 200);
const WARM_UP = 10;
/** The library waits half a second for each of these. */
const FEW = Math.ceil(ROUNDS / 4);
/** How far the medians of known and unknown may be apart. */
const BOUND = 0.05;
const PASSWORD = 'correct horse battery staple';

let mails = 0;
const smtp = new SMTPServer({
  authOptional: true,
  disableReverseLookup: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  onData: (stream, _session, done) => {
    mails++;
    stream.resume().on('end', done);
  },
});
await new Promise((listening) => smtp.listen(0, '127.0.0.1', listening));
const adminKey = generateApiKey('mcp');
const service = await startServiceProcess('dist/server/main.js', adminKey, {
  NODE_ENV: 'test',
  SMTP_URL: `smtp://127.0.0.1:${smtp.server.address().port}`,
  SIGN_UP: 'open',
  TRUST_PROXY: '127.0.0.1',
  RATE_LIMIT_DEVELOPMENT: '1000000',
  RATE_LIMIT_FAILED_KEYS: '1000000',
});

let sent = 0;
/** Each request comes from a network of its own, so that no limit of networks counts. */
const post = async (path, body, headers = {}) => {
  sent++;
  const response = await fetch(service.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: service.url,
      'x-forwarded-for': `10.${(sent >> 16) & 255}.${(sent >> 8) & 255}.${sent & 255}`,
      ...headers,
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
};

const address = (kind, round) => `${kind}${round}@example.com`;
const rounds = (count) => Array.from({ length: count + WARM_UP }, (_, round) => round);
const wanted = (status, answer) => {
  if (answer.status !== status) throw new Error(`${answer.status} ${answer.text}`);
};

/** What an account is before it is asked about, and how it is asked. */
const QUESTIONS = {
  'sign-in, wrong password': {
    count: ROUNDS,
    make: (email) => post('/auth/sign-up/email', { name: 'Known', email, password: PASSWORD }),
    ask: (email) => post('/auth/sign-in/email', { email, password: `${PASSWORD}!` }),
    status: 401,
  },
  'forgotten password': {
    count: ROUNDS,
    make: (email) => post('/api/users', { name: 'Known', email }, { 'x-api-key': adminKey }),
    ask: (email) => post('/auth/request-password-reset', { email }),
    status: 200,
  },
  'verification of an address': {
    count: FEW,
    make: (email) => post('/api/users', { name: 'Known', email }, { 'x-api-key': adminKey }),
    ask: (email) => post('/auth/send-verification-email', { email }),
    status: 200,
  },
};

const quartiles = (times) => {
  const sorted = times.toSorted((a, b) => a - b);
  return [sorted[times.length >> 2], sorted[(times.length * 3) >> 2]].map((ms) => ms.toFixed(2)).join(' to ');
};

let apart = 0;
for (const [title, { count, make, ask, status }] of Object.entries(QUESTIONS)) {
  const kind = title.replace(/\W/g, '');
  for (const round of rounds(count)) {
    const made = await make(address(`${kind}-known`, round));
    if (made.status >= 300) throw new Error(made.text);
  }
  const times = { known: [], unknown: [] };
  const measure = async (which, round) => {
    const email = address(`${kind}-${which}`, round);
    const started = performance.now();
    const answer = await ask(email);
    if (round >= WARM_UP) times[which].push(performance.now() - started);
    wanted(status, answer);
  };
  for (const round of rounds(count))
    for (const which of randomInt(2) ? ['known', 'unknown'] : ['unknown', 'known'])
      await measure(which, round);
  const [known, unknown] = [median(times.known), median(times.unknown)];
  const ratio = known / unknown;
  if (Math.abs(ratio - 1) > BOUND) apart++;
  console.log(
    `${title.padEnd(28)} ${count} each  known ${known.toFixed(2)} ms (${quartiles(times.known)})  ` +
      `unknown ${unknown.toFixed(2)} ms (${quartiles(times.unknown)})  ratio ${ratio.toFixed(3)}`,
  );
}
console.log(`${mails} mails were received; the bound of each ratio is ${1 - BOUND} to ${1 + BOUND}`);
await service.stop();
await new Promise((closed) => smtp.close(closed));
process.exit(apart === 0 ? 0 : 1);
