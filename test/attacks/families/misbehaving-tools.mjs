// Handlers that throw, return and leave behind what they should not, on every way in. Each call is answered with an error
// that tells nothing of it, its row says so too, and nothing else suffers.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { codeOf } from '../client.mjs';
import { MISDEEDS, SECRET } from '../hostile-tools.mjs';
import { rowsOf, settled, Site } from '../site.mjs';
import { notHeld } from '../tries.mjs';

const MAIN = new URL('../hostile-service.mjs', import.meta.url).pathname;
const ENV = { MCP_HANDLER_TIMEOUT_SECONDS: '1', MCP_SESSIONS_PER_USER: '5' };
/** Of a deed that only MCP knows as wrong: REST answers a list or nothing as it always does. */
const FINE_ON_REST = new Set([
  'too_large',
  'late_getter',
  'map',
  'set_within',
  'function_within',
  'promise_within',
]);
/** A handler of REST has no time limit of ours. */
const NOT_ON_REST = new Set(['never_answers', 'a_function']);

const isError = ({ body }) => body?.error !== undefined || body?.result?.isError === true;

async function attack(tries) {
  await Site.with(async (site) => {
    const service = await site.start(ENV, { hostile: true });
    const { client } = service;
    const { key } = await site.person(client, { scopes: ['hostile:read'] });
    const session = await openSession(client, key);
    const ways = {
      'the direct path': (name) => client.call(key, `hostile_${name}`),
      'the direct path of 2026-07-28': (name) =>
        client.modern(key, 'tools/call', { name: `hostile_${name}` }),
      'the SDK': (name) => client.call(key, `hostile_sdk_${name}`),
      'the SDK, 2026-07-28': (name) => client.modern(key, 'tools/call', { name: `hostile_sdk_${name}` }),
      'a session': (name) =>
        client.rpc(key, 'tools/call', { name: `hostile_${name}`, arguments: {} }, session),
      'a resource': (name) => client.rpc(key, 'resources/read', { uri: `hostile://${name}` }),
      'a prompt': (name) => client.rpc(key, 'prompts/get', { name: `hostile_${name}` }),
      'a batch': async (name) => {
        const answer = await client.send('POST', '/mcp', {
          key,
          headers: { accept: 'application/json, text/event-stream' },
          body: [
            { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: `hostile_${name}` } },
            { jsonrpc: '2.0', id: 2, method: 'ping' },
          ],
        });
        const messages = messagesOf(answer);
        if (!messages.some(({ id }) => id === 2)) notHeld({ ...answer, body: undefined });
        return { ...answer, body: messages.find(({ id }) => id === 1) };
      },
    };
    const asked = [];
    for (const [way, call] of Object.entries(ways))
      for (const name of Object.keys(MISDEEDS))
        await tries.make(`${name} by ${way}`, async () => {
          const answer = await call(name);
          if (answer.id) asked.push([answer.id, `${name} by ${way}`]);
          if (answer.text.includes(SECRET)) notHeld(`told ${answer.text.slice(0, 300)}`);
          if (answer.headers['set-cookie']) notHeld('a header was smuggled in');
          if (!isError(answer)) notHeld(`was answered ${answer.status} ${answer.text.slice(0, 300)}`);
          if (codeOf(answer) === 'invalid_api_key') notHeld('blames the key of the caller');
        });
    for (const name of Object.keys(MISDEEDS).filter((one) => !NOT_ON_REST.has(one)))
      await tries.make(`${name} by REST`, async () => {
        const answer = await client.send('POST', `/api/hostile/${name}`, { key });
        if (answer.text.includes(SECRET)) notHeld(`told ${answer.text.slice(0, 300)}`);
        if (answer.headers['set-cookie']) notHeld('a header was smuggled in');
        if (codeOf(answer) === 'invalid_api_key') notHeld('blames the key of the caller');
        if (answer.status === 0 || (answer.status < 400 && !FINE_ON_REST.has(name)))
          notHeld(`was answered ${answer.status} ${answer.text.slice(0, 300)}`);
      });
    await tries.make('every row says that its call failed', async () => {
      const rows = await rowsOf(
        site,
        service,
        asked.map(([id]) => id),
      );
      const outcome = new Map(rows.map((row) => [row.request_id, row.outcome]));
      const wrong = asked.filter(([id]) => outcome.get(id) !== 'failure' && outcome.get(id) !== 'denied');
      if (wrong.length > 0)
        notHeld(wrong.map(([id, title]) => `${title}: ${outcome.get(id) ?? 'no row'}`).join('; '));
    });
    await tries.make('the service goes on', async () => {
      const { status } = await client.call(key, 'whoami');
      if (status !== 200 || service.child.exitCode !== null) notHeld(`${status}`);
    });
    await overStdio(tries, site, key);
    await floating(tries, site);
  });
}

async function openSession(client, key) {
  const { headers } = await client.rpc(key, 'initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'attacks', version: '1' },
  });
  if (!headers['mcp-session-id']) throw new Error('no session');
  return { 'mcp-session-id': headers['mcp-session-id'], 'mcp-protocol-version': '2025-11-25' };
}

function messagesOf({ text, body }) {
  if (Array.isArray(body)) notHeld(body);
  const lines = text.split('\n').filter((line) => line.startsWith('data: '));
  return lines.length > 0 ? lines.map((line) => JSON.parse(line.slice(6))) : body ? [body] : [];
}

async function overStdio(tries, site, key) {
  const child = spawn(process.execPath, [MAIN, 'stdio'], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: site.server.urls.url,
      MIGRATE_ON_START: 'false',
      DATA_DIR: await site.folder(),
      MCP_STDIO_KEY: key,
      RATE_LIMIT_DEVELOPMENT: '1000000',
      ...ENV,
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const answers = new Map();
  const waiting = new Map();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id } = JSON.parse(line);
    answers.set(id, line);
    waiting.get(id)?.();
  });
  const ask = (id, method, params) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no answer to ${method} ${JSON.stringify(params)}`)),
        20_000,
      );
      waiting.set(id, () => resolve(answers.get(id), clearTimeout(timer)));
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  const clientInfo = { name: 'attacks', version: '1' };
  await ask(0, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
  for (const [index, name] of Object.keys(MISDEEDS).entries())
    await tries.make(`${name} by stdio`, async () => {
      const line = await ask(index + 1, 'tools/call', { name: `hostile_${name}`, arguments: {} });
      if (line.includes(SECRET)) notHeld(`told ${line.slice(0, 300)}`);
      if (!isError({ body: JSON.parse(line) })) notHeld(`was answered ${line.slice(0, 300)}`);
    });
  child.stdin.end();
  await new Promise((resolve) => child.once('close', resolve));
}

/** A promise that a tool leaves behind ends the process, but not before its rows are written, and names the tool. */
async function floating(tries, site) {
  const service = await site.start({}, { hostile: true });
  const { key } = await site.person(service.client, { scopes: ['hostile:read'] });
  await settled(service);
  const [{ count: before }] = await site.query('SELECT count(*)::int FROM audit_events');
  const calls = await Promise.all([
    ...Array.from({ length: 20 }, () => service.client.call(key, 'hostile_big')),
    service.client.call(key, 'hostile_floating'),
  ]);
  const [code] = await service.ended;
  await tries.make('a promise that a tool left behind ends the process with its rows', async () => {
    const answered = calls.filter(({ status }) => status === 200).length;
    const [{ count: after }] = await site.query('SELECT count(*)::int FROM audit_events');
    if (code !== 1) notHeld(`exit code ${code}`);
    if (after - before < answered) notHeld(`${answered} calls were answered, ${after - before} have rows`);
  });
  await tries.make('and the log names the tool', () => {
    if (!service.output.includes('hostile_floating')) notHeld(service.output.slice(-2_000));
  });
}

export const misbehavingTools = { attack };
