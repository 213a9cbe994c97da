// Ways to have something done, or to try it, without a row in the audit; and ways to have a secret told.
import { httpText } from '../client.mjs';
import { rowsOf, settled, Site } from '../site.mjs';
import { notHeld } from '../tries.mjs';
import { secretsOut } from './secrets.mjs';

const BOTH = { accept: 'application/json, text/event-stream' };
let marks = 0;
const mark = () => `evaded-${++marks}-${Math.random().toString(36).slice(2)}`;

async function attack(tries) {
  await Site.with(async (site) => {
    const service = await site.start({ MCP_SESSIONS_PER_USER: '3' });
    const { client } = service;
    const writer = await site.person(client, { scopes: ['documents:write', 'documents:read'] });
    const { key } = writer;
    const creation = (title) => ({ name: 'documents_create', arguments: { title, content: 'x' } });
    const message = (title, more = {}) => ({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: creation(title),
      ...more,
    });

    /** What was made must have a row of its success; how often it was made, as many rows. */
    const accounted = (title, attempt) =>
      tries.make(title, async () => {
        const name = mark();
        await attempt(name);
        await settled(service);
        const made = await site.query('SELECT id FROM documents WHERE title = $1', [name]);
        const rows = await site.query(
          `SELECT resource, outcome FROM audit_events WHERE outcome = 'success' AND resource = ANY ($1)`,
          [made.map(({ id }) => `document:${id}`)],
        );
        if (rows.length < made.length) notHeld(`${made.length} were made, ${rows.length} have rows`);
      });

    const PATHS = [
      '/mcp',
      '/mcp/',
      '//mcp',
      '/MCP',
      '/%6dcp',
      '/mcp?x=1',
      '/mcp#x',
      '/./mcp',
      '/api/../mcp',
      '/mcp;x',
      '/mcp%00',
      '/mcp%2f',
    ];
    for (const path of PATHS)
      await accounted(`a call to ${path}`, (name) =>
        client.send('POST', path, { key, headers: BOTH, body: message(name) }),
      );
    for (const path of [
      '/api/documents',
      '/api/documents/',
      '/API/documents',
      '/api/%64ocuments',
      '/api//documents',
    ])
      await accounted(`a creation at ${path}`, (name) =>
        client.send('POST', path, { key, body: { title: name, content: 'x' } }),
      );
    for (const header of ['x-http-method-override', 'x-method-override', 'x-original-url', 'x-rewrite-url'])
      await accounted(`with the header ${header}`, (name) =>
        client.send('GET', '/health', {
          key,
          headers: { [header]: 'POST' },
          body: { title: name, content: 'x' },
        }),
      );
    await accounted('a batch of ten', (name) =>
      client.send('POST', '/mcp', {
        key,
        headers: BOTH,
        body: Array.from({ length: 10 }, (_, id) => message(name, { id: id + 1 })),
      }),
    );
    await accounted('a batch in which all have one id', (name) =>
      client.send('POST', '/mcp', {
        key,
        headers: BOTH,
        body: Array.from({ length: 5 }, () => message(name)),
      }),
    );
    for (const id of [undefined, null, 0, '', -1, 1.5, 2 ** 60, {}, [], true, 'x'.repeat(10_000)])
      await accounted(`a call with the id ${JSON.stringify(id)?.slice(0, 40)}`, (name) =>
        client.send('POST', '/mcp', { key, headers: BOTH, body: message(name, { id }) }),
      );
    const TEXTS = {
      'the method twice': (name) =>
        `{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call","params":${JSON.stringify(creation(name))}}`,
      'the name twice': (name) =>
        `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","name":"documents_create","arguments":{"title":"${name}","content":"x"}}}`,
      'a prototype': (name) =>
        `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"__proto__":{"name":"whoami"},"name":"documents_create","arguments":{"title":"${name}","content":"x"}}}`,
      'a mark of byte order': (name) => `\ufeff${JSON.stringify(message(name))}`,
      'spaces around': (name) => ` \n\t${JSON.stringify(message(name))}\r\n `,
      'two messages': (name) => `${JSON.stringify(message(name))}\n${JSON.stringify(message(name))}`,
      'escapes in the method': (name) =>
        JSON.stringify(message(name)).replace('tools/call', '\\u0074ools\\/call'),
      'a method in capitals': (name) => JSON.stringify(message(name)).replace('tools/call', 'Tools/Call'),
      'an answer and a request in one': (name) => JSON.stringify({ ...message(name), result: {} }),
    };
    for (const [title, text] of Object.entries(TEXTS))
      await accounted(title, (name) => client.send('POST', '/mcp', { key, headers: BOTH, body: text(name) }));
    for (const [title, headers] of Object.entries({
      'a session that is none': { 'mcp-session-id': 'x' },
      'another revision': { 'mcp-protocol-version': '2026-07-28' },
      'a revision that is none': { 'mcp-protocol-version': '1999-01-01' },
      'a name in the header that is another': { 'mcp-name': 'whoami', 'mcp-method': 'ping' },
      'a request id of its own': { 'x-request-id': 'mine' },
      'a trace of its own': { traceparent: '00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-00' },
      'an agent with line breaks': { 'user-agent': 'a\tb' },
      'an agent of 8 KB': { 'user-agent': 'a'.repeat(8_000) },
      'an idempotency key': { 'idempotency-key': 'evasion' },
      'an address of its own': { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' },
    }))
      await accounted(`a call with ${title}`, (name) =>
        client.send('POST', '/mcp', { key, headers: { ...BOTH, ...headers }, body: message(name) }),
      );
    await accounted('in a session', async (name) => {
      const { headers } = await client.rpc(key, 'initialize', {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'attacks', version: '1' },
      });
      const session = { 'mcp-session-id': headers['mcp-session-id'], 'mcp-protocol-version': '2025-11-25' };
      await client.rpc(key, 'tools/call', creation(name), session);
    });
    await accounted('by a client that goes away at once', async (name) => {
      const body = JSON.stringify(message(name));
      const socket = await client.deaf(
        httpText('POST', '/mcp', { key, body, headers: { Accept: BOTH.accept } }),
      );
      socket.destroy();
      await client.call(key, 'whoami');
    });
    await accounted('by 30 requests on one line', (name) => {
      const body = JSON.stringify(message(name));
      const request = httpText('POST', '/mcp', { key, body, headers: { Accept: BOTH.accept } });
      return client.raw(request.repeat(30), { waitMs: 1_500 });
    });
    await accounted('by a second request that hides in the body of the first', (name) => {
      const body = JSON.stringify(message(name));
      const hidden = httpText('POST', '/mcp', { key, body, headers: { Accept: BOTH.accept } });
      const head = `POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
      return client.raw(head + hidden, { waitMs: 1_500 });
    });

    await refusals(tries, site, service, writer);
    await secretsOut(tries, site, service, writer);
  });
}

/** What is refused to a known key has its row as well. */
async function refusals(tries, site, service, { key, keyId }) {
  const { client } = service;
  const ways = {
    'a tool without its scope': () => client.call(key, 'documents_delete', { id: keyId }),
    'the same of 2026-07-28': () =>
      client.modern(key, 'tools/call', { name: 'documents_delete', arguments: { id: keyId } }),
    'a tool that is none': () => client.call(key, 'nothing\u202e_here'),
    'a resource without its scope': () => client.rpc(key, 'resources/read', { uri: `document://${keyId}` }),
    'a route without its scope': () => client.send('GET', '/api/users', { key }),
    'a route without its scope, with a body that is none': () =>
      client.send('POST', '/api/users', { key, body: '{' }),
    'a change of somebody else': () => client.send('DELETE', `/api/documents/${keyId}`, { key }),
  };
  for (const [title, ask] of Object.entries(ways))
    await tries.make(`${title} leaves its row`, async () => {
      const { id, status, text } = await ask();
      const rows = await rowsOf(site, service, [id]);
      if (rows.length !== 1) notHeld(`${status} ${text}: ${rows.length} rows`);
      if (/[\u202a-\u202e\u2066-\u2069\u061c\u200b-\u200f]/.test(JSON.stringify(rows)))
        notHeld(JSON.stringify(rows));
    });
  const ended = await site.key(client, (await ownerOf(site, keyId)).user_id, ['read']);
  await client.send('GET', '/api/me', { key: ended.key });
  await client.send('DELETE', `/api/mcp/keys/${ended.keyId}`, { key: site.adminKey });
  await tries.make('a revoked key leaves its row, with the reason', async () => {
    const { id } = await client.call(ended.key, 'whoami');
    const [row] = await rowsOf(site, service, [id]);
    if (row?.reason !== 'revoked_api_key' || row.key_id !== ended.keyId) notHeld(JSON.stringify(row));
  });
}

async function ownerOf(site, keyId) {
  const [key] = await site.query('SELECT user_id FROM api_keys WHERE id = $1', [keyId]);
  return key;
}

export const evasion = { attack };
