// npm run clients [-- part of a name]: real clients from npm, set up with what the service itself says of them, list the tools
// of a key and call one; then they come with a wrong key. Exits 1 if any of it fails.
import { fileURLToPath } from 'node:url';
import { generateApiKey } from '../../dist/api-keys/key-format.js';
import { installPackages } from '../support/installed-packages.mjs';
import { startServiceProcess } from '../support/service-process.mjs';
import { CLIENTS } from './clients.mjs';
import { ClientHome } from './client-home.mjs';

const TITLE = 'Travel rules of the house';
const SCOPES = ['documents:read', 'documents:write'];
/** Without `documents_delete`. */
const TOOLS = ['create', 'get', 'list', 'search', 'update']
  .map((name) => `documents_${name}`)
  .concat('whoami');

const folder = fileURLToPath(new URL('../../.cache/real-clients', import.meta.url));
const wanted = process.argv[2] ?? '';
const clients = CLIENTS.filter(({ packages: [name] }) => name.includes(wanted));
const installed = installPackages(
  folder,
  CLIENTS.flatMap(({ packages }) => packages),
  ['@anthropic-ai/claude-code'],
);

const admin = generateApiKey('mcp');
const service = await startServiceProcess('dist/server/main.js', admin, {
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

async function withPlace(key, act) {
  const place = new ClientHome(installed, key);
  try {
    return await act(place);
  } finally {
    place.clear();
  }
}

async function check({ settings, use, shows }, { id, apiKey }) {
  const config = await ask('GET', `/api/mcp/client-config?client=${settings}`);
  const before = await searches(id);
  const { tools, result } = await withPlace(apiKey, (place) => use(place, config));
  if (String(tools.toSorted()) !== String(TOOLS)) throw new Error(`Listed: ${tools}`);
  if (!JSON.stringify(result).includes(TITLE)) throw new Error(`Found: ${JSON.stringify(result)}`);
  if (!(await hasSearched(id, before + 1))) throw new Error('The audit has no row of the call');
  const wrong = await withPlace(generateApiKey('mcp'), (place) => use(place, config)).then(
    () => Promise.reject(new Error('It worked with a wrong key')),
    (error) => error.message,
  );
  const [shown] = shows.exec(wrong) ?? [];
  if (!shown) throw new Error(`With a wrong key, it shows: ${wrong}`);
  // What differs from run to run.
  const cause = shown.replace(/(requestId\W+)[0-9a-f-]{36}/, '$1...').replaceAll(service.url, 'URL');
  return { count: tools.length, shown: cause };
}

const results = { passed: 0, failed: 0 };
try {
  const key = await ask('POST', '/api/mcp/keys', { name: 'Real clients', scopes: SCOPES });
  await ask('POST', '/api/documents', { title: TITLE, content: 'Trains within the country.' });
  for (const client of clients) {
    const [name, version] = client.packages[0].split(/(?<=.)@/);
    try {
      const { count, shown } = await check(client, key);
      results.passed++;
      console.log(`Client ${name} ${version}: ${count} tools listed, documents_search called: ok`);
      console.log(`  with a wrong key: ${shown}`);
    } catch (error) {
      results.failed++;
      console.log(`Client ${name} ${version}: FAILED\n${error.stack}`);
    }
  }
} finally {
  await service.stop();
}
console.log(`Clients: ${results.passed} passed, ${results.failed} failed`);
process.exit(results.failed > 0 || clients.length === 0 ? 1 : 0);
