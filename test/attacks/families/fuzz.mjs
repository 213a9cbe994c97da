// Messages at random, by a seed that is printed, and ids of somebody else over all routes, tools and resources. An answer
// is never a 500 and never the row of another; a foreign row answers as one that is not there.
import { randomBytes } from 'node:crypto';
import { MODERN } from '../client.mjs';
import { Site } from '../site.mjs';
import { notHeld } from '../tries.mjs';
import { argumentsOf, surfaceOf, urlOf } from '../surface.mjs';

const MESSAGES = 1_500;
const FOREIGN = 'foreign-3d9a41';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

async function attack(tries, seed) {
  await Site.with(async (site) => {
    const service = await site.start({ MCP_SESSIONS_PER_USER: '100' });
    const { client } = service;
    const surface = await surfaceOf(client, site.adminKey);
    const { key } = await site.person(client, { scopes: ['read', 'write', 'delete'] });
    await messages(tries, { client, service, surface, key, random: randomFrom(seed) });
    await foreignIds(tries, { site, client, surface });
  });
}

async function messages(tries, { client, service, surface, key, random }) {
  const one = (list) => list[Math.floor(random() * list.length)];
  const odd = () =>
    one([
      null,
      '',
      0,
      -1,
      1.5,
      2 ** 53,
      true,
      [],
      {},
      [[]],
      { a: { b: 1 } },
      'x'.repeat(3_000),
      '\u0000',
      '\ud800',
      '../..',
      '%00',
    ]);
  const methods = [
    'initialize',
    'ping',
    'tools/list',
    'tools/call',
    'resources/list',
    'resources/templates/list',
    'resources/read',
    'resources/subscribe',
    'resources/unsubscribe',
    'prompts/list',
    'prompts/get',
    'completion/complete',
    'logging/setLevel',
    'server/discover',
    'notifications/initialized',
    'notifications/cancelled',
    'tasks/get',
    'x',
    7,
  ];
  const params = (method) => {
    const tool = one(surface.tools);
    const args = argumentsOf(tool);
    if (random() < 0.5) for (const name of Object.keys(args)) if (random() < 0.5) args[name] = odd();
    const all = {
      'tools/call': { name: tool.name, arguments: args },
      'resources/read': {
        uri: one(['document://x', 'document://01900000-0000-7000-8000-000000000000', 'x']),
      },
      'prompts/get': { name: one(surface.prompts).name, arguments: { question: 'x' } },
      'completion/complete': { ref: { type: 'ref/prompt', name: 'x' }, argument: { name: 'a', value: 'b' } },
    };
    const chosen = { ...all[method] };
    if (random() < 0.3)
      chosen[one(['name', 'uri', 'cursor', 'arguments', '_meta', 'requestState', 'task', 'level'])] = odd();
    return random() < 0.1 ? odd() : chosen;
  };
  const message = () => {
    const method = one(methods);
    const body = { jsonrpc: '2.0', id: 1 + Math.floor(random() * 100), method, params: params(method) };
    if (random() < 0.2) body[one(['jsonrpc', 'id', 'method', 'params', 'result', 'error'])] = odd();
    return body;
  };
  for (let n = 0; n < MESSAGES; n++) {
    const body = random() < 0.1 ? [message(), message()] : message();
    let text = JSON.stringify(body);
    if (random() < 0.1) text = text.slice(0, Math.floor(random() * text.length));
    if (random() < 0.05) text = text.replace(/[:,]/, () => one(['', '::', ',,', '\u0000']));
    const headers = {
      accept: one(['application/json, text/event-stream', 'application/json', '*/*', 'text/html']),
      ...(random() < 0.3 && { 'mcp-protocol-version': one([MODERN, '2025-11-25', '2024-11-05', 'x']) }),
      ...(random() < 0.2 && { 'mcp-method': one(['tools/call', 'ping', 'x']) }),
      ...(random() < 0.2 && { 'mcp-name': one(['whoami', 'x']) }),
      ...(random() < 0.1 && { 'mcp-session-id': 'x' }),
    };
    await tries.make(`message ${n}: ${text.slice(0, 200)} ${JSON.stringify(headers)}`, async () => {
      const answer = await client.send('POST', '/mcp', { key, headers, body: text });
      if (answer.status === 0) notHeld(answer.text);
      if (answer.status >= 500 && answer.status !== 501) notHeld(`${answer.status} ${answer.text}`);
      if (/at .*\.js:\d+|postgres:\/\/|SELECT /.test(answer.text))
        notHeld(`told ${answer.text.slice(0, 300)}`);
    });
  }
  await tries.make('the service goes on after all messages', async () => {
    const { status } = await client.call(key, 'whoami');
    if (status !== 200 || service.child.exitCode !== null) notHeld(String(status));
  });
}

async function foreignIds(tries, { site, client, surface }) {
  const victim = await site.person(client, {
    scopes: ['read', 'write', 'delete', 'keys:read', 'keys:write'],
  });
  const { body: document } = await client.send('POST', '/api/documents', {
    key: victim.key,
    body: { title: FOREIGN, content: FOREIGN, filename: `${FOREIGN}.md` },
  });
  const manages = ['keys', 'sessions', 'grants', 'teams', 'organizations', 'agents'].flatMap((resource) => [
    `${resource}:read`,
    `${resource}:write`,
  ]);
  const attacker = await site.person(client, { scopes: ['read', 'write', 'delete', ...manages] });
  const made = async (path, body) =>
    (await client.send('POST', path, { key: site.adminKey, body: { name: FOREIGN, ...body } })).body.id;
  const session = await site.session(victim.id, FOREIGN);
  const registered = await client.send('POST', '/api/oauth/clients', {
    key: site.adminKey,
    body: { name: FOREIGN, redirectUris: ['https://client.example.com/callback'] },
  });
  const { clientId } = registered.body;
  const [grant] = await site.query(
    `INSERT INTO oauth_consents (id, client_id, user_id, reference_id, scopes, created_at, updated_at)
     SELECT gen_random_uuid(), $1, $2, organization_id, '["documents:read"]', now(), now()
     FROM memberships WHERE user_id = $2 RETURNING id`,
    [clientId, victim.id],
  );
  const { body: verification } = await client.send('POST', '/api/audit/verify', { key: site.adminKey });
  const ids = {
    audit: verification.id,
    documents: document.id,
    keys: victim.keyId,
    users: victim.id,
    sessions: session,
    clients: clientId,
    grants: grant.id,
    teams: await made('/api/teams'),
    organizations: await made('/api/organizations'),
    agents: await made('/api/agents', { scopes: ['documents:read'] }),
  };
  const row = async () =>
    JSON.stringify(
      await site.query(
        'SELECT d.title, d.content, k.scopes, k.enabled, k.revoked_at, u.role, s.user_agent FROM documents d, api_keys k, users u, sessions s WHERE d.id = $1 AND k.id = $2 AND u.id = $3 AND s.id = $4',
        [ids.documents, ids.keys, ids.users, ids.sessions],
      ),
    );
  const before = await row();
  const none = () => `01900000-0000-7000-8000-${randomBytes(6).toString('hex')}`;
  for (const route of surface.routes.filter(({ takesId, scopes }) => takesId && scopes?.length)) {
    const id = ids[route.scopes[0].split(':')[0]];
    if (id === undefined) throw new Error(`no foreign row for ${route.id}`);
    for (const written of new Set([id, id.toUpperCase()]))
      await tries.make(`${route.id} with the id of somebody else, ${written}`, async () => {
        const ask = (one) =>
          client.send(route.method, urlOf(route, one), { key: attacker.key, body: route.body });
        const [answer, missing] = [await ask(written), await ask(none())];
        if (answer.status !== missing.status) notHeld(`${answer.status}, and ${missing.status} for none`);
        if (![403, 404].includes(answer.status)) notHeld(`${answer.status} ${answer.text}`);
        if (answer.text.includes(FOREIGN)) notHeld(answer.text);
      });
  }
  for (const tool of surface.tools.filter(({ inputSchema }) => 'id' in (inputSchema.properties ?? {})))
    await tries.make(`tool ${tool.name} with the id of somebody else`, async () => {
      const ask = (id) => client.call(attacker.key, tool.name, argumentsOf(tool, id));
      const [answer, missing] = [await ask(ids.documents), await ask(none())];
      if (answer.text.includes(FOREIGN)) notHeld(answer.text);
      if (!answer.body.error && !answer.body.result.isError) notHeld(answer.text);
      if (wordsOf(answer) !== wordsOf(missing)) notHeld(`${answer.text} and ${missing.text} differ`);
    });
  for (const { uriTemplate } of surface.templates)
    for (const method of ['resources/read', 'resources/subscribe'])
      await tries.make(`${method} of ${uriTemplate} with the id of somebody else`, async () => {
        const answer = await client.rpc(attacker.key, method, {
          uri: uriTemplate.replace(/\{\w+\}/, ids.documents),
        });
        if (answer.text.includes(FOREIGN)) notHeld(answer.text);
      });
  for (const [title, ask] of Object.entries({
    'a search': () => client.call(attacker.key, 'documents_search', { query: FOREIGN }),
    'a list': () => client.call(attacker.key, 'documents_list'),
    'a prompt': () =>
      client.rpc(attacker.key, 'prompts/get', { name: 'documents_answer', arguments: { question: 'x' } }),
    'the keys of somebody else': () =>
      client.send('GET', `/api/mcp/keys?userId=${victim.id}`, { key: attacker.key }),
  }))
    await tries.make(`${title} shows nothing of somebody else`, async () => {
      const { text } = await ask();
      if (text.includes(`${FOREIGN}.md`) || text.includes(ids.documents) || text.includes(victim.keyId))
        notHeld(text);
    });
  await tries.make('nothing of somebody else was changed', async () => {
    if ((await row()) !== before) notHeld(await row());
  });
}

const wordsOf = ({ body }) =>
  JSON.stringify({ ...body, error: { ...body.error, data: undefined } })
    .replace(/"requestId":"[^"]*",?/g, '')
    .replace(/[0-9a-f-]{36}/g, '');

export const fuzz = { attack };
