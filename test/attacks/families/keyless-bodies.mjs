// Bodies that cost much to parse or to write into a row, from somebody without a key, with an unknown key, and with a good
// one. What a request costs is counted in processor time of the service, against the cheapest refusal of the same size.
import { figuresObstacle, processorMs } from '../process-figures.mjs';
import { codeOf } from '../client.mjs';
import { rowsOf, settled, Site } from '../site.mjs';
import { notHeld } from '../tries.mjs';
import { generateApiKey } from '../../../dist/api-keys/key-format.js';

const SIZE = 1_900_000;
const ROUNDS = 10;
/** More than a body of this size costs to receive; the attack that this family is made of took 1,200. */
const MOST_MS_EACH = 60;

const message = (params) => JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'resources/read', params });
const filled = (unit) => unit.repeat(Math.floor(SIZE / unit.length));
const BODIES = {
  'a URI of 1.9 MB': message({ uri: `document://${filled('a')}` }),
  'a URI of 1.9 MB that looks like keys': message({ uri: filled('mcp_AbCd0123456789012345678901234567890') }),
  'a tool with a name of 1.9 MB': JSON.stringify({
    jsonrpc: '2.0',
    id: 7,
    method: 'tools/call',
    params: { name: filled('a_'), arguments: {} },
  }),
  'a list of empty lists': `[${filled('[],').slice(0, -1)}]`,
  'lists in lists': filled('['),
  'objects in objects': filled('{"a":'),
  'a batch of nothing': `[${filled('1,').slice(0, -1)}]`,
  escapes: message({ uri: '@' }).replace('@', filled('\\u0061')),
};

async function attack(tries) {
  await Site.with(async (site) => {
    const service = await site.start({ BODY_LIMIT_BYTES: '2097152' });
    const { client } = service;
    const reader = await site.person(client, { scopes: ['read'] });
    const unknown = generateApiKey('mcp');
    const WHO = { 'without a key': undefined, 'with an unknown key': unknown, 'with a good key': reader.key };
    for (const [what, body] of Object.entries(BODIES)) {
      for (const [who, key] of Object.entries(WHO)) {
        await tries.make(`${what}, ${who}`, async () => {
          const before = processorMs(service);
          const answers = [];
          for (let round = 0; round < ROUNDS; round++)
            answers.push(await client.send('POST', '/mcp', { key, body, headers: { connection: 'close' } }));
          const each = (processorMs(service) - before) / ROUNDS;
          const statuses = new Set(answers.map(({ status }) => status));
          if (key !== reader.key && [...statuses].some((status) => status !== 401 && status !== 0))
            notHeld(`answered ${[...statuses].join(', ')}`);
          if (statuses.has(500)) notHeld(`answered ${answers.find(({ status }) => status === 500).text}`);
          if (
            answers.some((answer) => key !== reader.key && answer.status === 401 && answer.body.id !== null)
          )
            notHeld('the id of a request that nobody may make was read');
          if (each > MOST_MS_EACH) notHeld(`cost ${each} ms of processor time a request`);
        });
      }
    }
    await tries.make('a request without a key leaves nothing of its body in a row', async () => {
      const { id } = await client.send('POST', '/mcp', { body: BODIES['a URI of 1.9 MB'].slice(0, 100_000) });
      const rows = await rowsOf(site, service, [id]);
      if (rows.some(({ action, tool, resource }) => action.includes('/') || tool || resource))
        notHeld(JSON.stringify(rows));
    });
    await limits(tries, site);
  });
}

/** Requests without a key are counted by address, apart from failed keys and from whoever has one. */
async function limits(tries, site) {
  const service = await site.start({ RATE_LIMIT_KEYLESS: '20', RATE_LIMIT_FAILED_KEYS: '5' });
  const { client } = service;
  await settled(service);
  const countRows = `SELECT count(*)::int AS rows FROM audit_events WHERE user_id IS NULL AND outcome = 'denied'`;
  const [{ rows: before }] = await site.query(countRows);
  const statuses = [];
  for (let n = 0; n < 40; n++) statuses.push((await client.rpc(undefined, 'tools/list')).status);
  await tries.make('requests without a key end in 429', () => {
    if (statuses[0] !== 401 || statuses.at(-1) !== 429) notHeld(String(statuses));
  });
  await tries.make('requests without a key do not fill the audit', async () => {
    await settled(service);
    const [{ rows }] = await site.query(countRows);
    if (rows - before > 6) notHeld(`40 requests left ${rows - before} rows`);
  });
  await tries.make('a good key behind the same address passes', async () => {
    const { status } = await client.rpc(site.adminKey, 'tools/list');
    if (status !== 200) notHeld(String(status));
  });
  await tries.make('a failed key behind the same address is still a 401', async () => {
    const answer = await client.rpc(generateApiKey('mcp'), 'tools/list');
    if (answer.status !== 401 || codeOf(answer) !== 'invalid_api_key') notHeld(answer.text);
  });
  for (const path of ['/health', '/health/live', '/.well-known/oauth-protected-resource', '/auth/session'])
    await tries.make(`${path} is not counted`, async () => {
      const { status } = await client.send('GET', path);
      if (status === 429) notHeld('was counted');
    });
}

export const keylessBodies = { attack, obstacle: figuresObstacle };
