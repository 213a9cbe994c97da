// npm run clients [-- part of a name]: real clients from npm, set up with what the service itself says of them, list the tools
// of a key and call one; then they come with a wrong key, and then without one: a person signs in by the browser that they open. Exits 1
// if any of it fails.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { generateApiKey } from '../../dist/api-keys/key-format.js';
import { installPackages } from '../support/installed-packages.mjs';
import { startServiceProcess } from '../support/service-process.mjs';
import { freePort } from '../replicas/support/free-port.mjs';
import { CLIENTS, NOT_RUN } from './clients.mjs';
import { ClientHome } from './client-home.mjs';
import { openFront } from './front.mjs';
import { Person } from './person.mjs';

const TITLE = 'Travel rules of the house';
const SCOPES = ['documents:read', 'documents:write'];
/** Without `documents_delete`. */
const TOOLS = ['create', 'get', 'list', 'search', 'update']
  .map((name) => `documents_${name}`)
  .concat('whoami');
const READING_TOOLS = ['documents_get', 'documents_list', 'documents_search', 'whoami'];

const folder = fileURLToPath(new URL('../../.cache/real-clients', import.meta.url));
const wanted = process.argv[2] ?? '';
const clients = CLIENTS.filter(({ packages: [name] }) => name.includes(wanted));
const installed = installPackages(
  folder,
  CLIENTS.flatMap(({ packages }) => packages),
  ['@anthropic-ai/claude-code'],
);

const admin = generateApiKey('mcp');
const front = await openFront();
const port = await freePort();
front.leadTo(port);
const service = await startServiceProcess('dist/server/main.js', admin, {
  PORT: String(port),
  PUBLIC_URL: front.url,
  OAUTH_DCR: 'open',
  RATE_LIMIT_DEVELOPMENT: '100000',
  RATE_LIMIT_FAILED_KEYS: '100000',
});

async function ask(method, path, body) {
  const response = await fetch(service.url + path, {
    method,
    headers: { 'x-api-key': admin, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return response.json();
}

/** How often the key has searched, by the audit. */
async function searches(keyId) {
  const { events } = await ask('GET', `/api/audit?keyId=${keyId}&tool=documents_search&outcome=success`);
  return events.length;
}

/** Rows are written a moment after the call. */
async function hasSearched(keyId, count) {
  for (let tries = 0; tries < 100; tries++) {
    if ((await searches(keyId)) === count) return true;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  return false;
}

async function withPlace(who, act) {
  const place = new ClientHome(installed, who);
  try {
    return await act(place);
  } finally {
    place.clear();
  }
}

async function check({ settings, use, shows }, { id, apiKey }) {
  const config = await ask('GET', `/api/mcp/client-config?client=${settings}`);
  const before = await searches(id);
  const { tools, result } = await withPlace({ key: apiKey }, (place) => use(place, config));
  if (String(tools.toSorted()) !== String(TOOLS)) throw new Error(`Listed: ${tools}`);
  if (!JSON.stringify(result).includes(TITLE)) throw new Error(`Found: ${JSON.stringify(result)}`);
  if (!(await hasSearched(id, before + 1))) throw new Error('The audit has no row of the call');
  const wrong = await withPlace({ key: generateApiKey('mcp') }, (place) => use(place, config)).then(
    () => Promise.reject(new Error('It worked with a wrong key')),
    (error) => error.message,
  );
  const [shown] = shows.exec(wrong) ?? [];
  if (!shown) throw new Error(`With a wrong key, it shows: ${wrong}`);
  // What differs from run to run.
  const cause = shown.replace(/(requestId\W+)[0-9a-f-]{36}/, '$1...').replaceAll(service.url, 'URL');
  return { count: tools.length, shown: cause };
}

/** The first administrator, who owns the document that is found. */
const EMAIL = 'admin@localhost';

/** Gives the administrator a password, by the link that an operator hands out. */
async function choosePassword() {
  const bouncer = fileURLToPath(new URL('../../dist/cli/bouncer.js', import.meta.url));
  const printed = execFileSync(process.execPath, [bouncer, 'users', 'link', EMAIL, '--json'], {
    env: { ...process.env, ...service.env },
    encoding: 'utf8',
  });
  await new Person(EMAIL).choosePassword(JSON.parse(printed).url);
}

/** A client that has no key: it opens a browser, and what it does there is in the audit under its own id. */
async function checkWithoutKey({ settings, signIn }) {
  const { client, url, oauth } = await ask('GET', `/api/mcp/client-config?client=${settings}`);
  return withPlace({ email: EMAIL }, async (place) => {
    const { tools, result } = await signIn(place, { client, url, ...oauth });
    const asked = new URL(place.opened.at(-1)).searchParams;
    const scopes = asked.get('scope').split(' ');
    const listed = scopes.includes('write') || scopes.includes('documents:write') ? TOOLS : READING_TOOLS;
    if (String(tools.toSorted()) !== String(listed)) throw new Error(`Listed: ${tools}`);
    if (!JSON.stringify(result).includes(TITLE)) throw new Error(`Found: ${JSON.stringify(result)}`);
    const id = asked.get('client_id');
    const filter = `clientId=${encodeURIComponent(id)}&tool=documents_search&outcome=success`;
    const [row] = await eventually(async () => (await ask('GET', `/api/audit?${filter}`)).events);
    if (row?.via !== 'token' || row.clientId !== id) throw new Error(`The audit has: ${JSON.stringify(row)}`);
    return { count: tools.length, redirect: asked.get('redirect_uri'), scopes: scopes.length };
  });
}

/** Rows are written a moment after the call. */
async function eventually(read) {
  for (let tries = 0; tries < 100; tries++) {
    const rows = await read();
    if (rows.length > 0) return rows;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  return [];
}

async function report(name, act) {
  try {
    console.log(`Client ${name}${await act()}`);
    results.passed++;
  } catch (error) {
    results.failed++;
    console.log(`Client ${name}: FAILED\n${error.stack}`);
  }
}

const results = { passed: 0, failed: 0 };
try {
  const key = await ask('POST', '/api/mcp/keys', { name: 'Real clients', scopes: SCOPES });
  await choosePassword();
  await ask('POST', '/api/documents', { title: TITLE, content: 'Trains within the country.' });
  for (const client of clients) {
    const [name, version] = client.packages[0].split(/(?<=.)@/);
    await report(`${name} ${version}`, async () => {
      const { count, shown } = await check(client, key);
      return `: ${count} tools listed, documents_search called: ok\n  with a wrong key: ${shown}`;
    });
    await report(`${name} ${version}`, async () => {
      const { count, redirect, scopes } = await checkWithoutKey(client);
      return ` without a key: ${count} tools listed, documents_search called: ok\n  asked for ${scopes} scopes, back to ${redirect}`;
    });
  }
  for (const [name, reason] of Object.entries(NOT_RUN))
    if (name.includes(wanted)) console.log(`Client ${name} without a key: not run, as ${reason}`);
} finally {
  await service.stop();
  front.close();
}
console.log(`Clients: ${results.passed} passed, ${results.failed} failed`);
process.exit(results.failed > 0 || clients.length === 0 ? 1 : 0);
