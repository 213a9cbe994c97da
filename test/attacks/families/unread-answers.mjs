// Clients that ask and never read. What waits for them is bounded, and goes when they stall.
import { httpText } from '../client.mjs';
import { figuresObstacle, residentMegabytes } from '../process-figures.mjs';
import { Site } from '../site.mjs';
import { notHeld } from '../tries.mjs';
import { pause } from '../../faults/service.mjs';

const STALL_SECONDS = 2;
/** Of resident memory, whatever an attacker leaves unread: the attacks took 282, 465 and 680 MB. */
const MOST_MEGABYTES = 200;

const CALL_BIG = (key) => {
  const params = { name: 'hostile_big', arguments: { bytes: 3_000_000 } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  return httpText('POST', '/mcp', { key, body, headers: { Accept: 'application/json, text/event-stream' } });
};
const DOCS = httpText('GET', '/docs/openapi.json');
const LISTEN = (key) => {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'subscriptions/listen',
    params: {
      notifications: { resourceSubscriptions: ['hostile://news'] },
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'attacks', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  });
  const headers = {
    Accept: 'application/json, text/event-stream',
    'MCP-Protocol-Version': '2026-07-28',
    'Mcp-Method': 'subscriptions/listen',
  };
  return httpText('POST', '/mcp', { key, body, headers });
};

async function attack(tries) {
  await Site.with(async (site) => {
    const service = await site.start({ OUTPUT_STALL_SECONDS: String(STALL_SECONDS) }, { hostile: true });
    const { client } = service;
    const reader = await site.person(client, { scopes: ['hostile:read'] });
    await client.call(reader.key, 'hostile_big', { bytes: 3_000_000 });
    await client.send('GET', '/docs/openapi.json');

    const deaf = (title, count, bytes, during = async () => undefined) =>
      tries.make(title, async () => {
        const before = residentMegabytes(service);
        const sockets = await Promise.all(Array.from({ length: count }, () => client.deaf(bytes)));
        let most = before;
        const watch = setInterval(() => (most = Math.max(most, residentMegabytes(service))), 100);
        try {
          await during();
          await pause(2_000);
          if (most - before > MOST_MEGABYTES) notHeld(`took ${Math.round(most - before)} MB`);
          const open = await openAfterStall(service, sockets);
          if (open > 0)
            notHeld(`${open} of ${count} are still open after ${STALL_SECONDS} s without progress`);
          if ((await client.send('GET', '/health')).status !== 200) notHeld('the service does not answer');
        } finally {
          clearInterval(watch);
          for (const socket of sockets) socket.destroy();
        }
      });

    await deaf('95 answers of 3 MB', 95, CALL_BIG(reader.key));
    await deaf('100 streams that hear much', 100, LISTEN(reader.key), async () => {
      for (let n = 0; n < 40; n++) await client.call(reader.key, 'hostile_news', { times: 2_000 });
    });
    await deaf('300 sockets with 30 requests for the document each', 300, DOCS.repeat(30));
    await deaf('60 sockets with 30 calls of 3 MB each', 60, CALL_BIG(reader.key).repeat(30));
  });
}

/** How many the service still holds: it counts them by the table of sockets of the system. */
async function openAfterStall({ child, url }, sockets) {
  const deadline = Date.now() + (STALL_SECONDS + 20) * 1000;
  const ports = new Set(sockets.map(({ localPort }) => localPort));
  for (;;) {
    const held = await heldBy(child.pid, new URL(url).port, ports);
    if (held === 0 || Date.now() > deadline) return held;
    await pause(250);
  }
}

async function heldBy(pid, port, ports) {
  const { readFile } = await import('node:fs/promises');
  const hex = Number(port).toString(16).toUpperCase().padStart(4, '0');
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8').catch(() => '')),
  );
  return tables
    .join('\n')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, remote, state]) => state === '01' && local?.endsWith(`:${hex}`) && remote)
    .filter(([, , remote]) => ports.has(Number.parseInt(remote.split(':')[1], 16))).length;
}

export const unreadAnswers = { attack, obstacle: figuresObstacle };
