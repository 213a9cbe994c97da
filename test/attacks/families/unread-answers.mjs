// Clients that ask and never read. What waits for them is bounded, and goes when they stall.
import { httpText } from '../client.mjs';
import { figuresObstacle, residentMegabytes } from '../process-figures.mjs';
import { Site } from '../site.mjs';
import { notHeld } from '../tries.mjs';
import { pause } from '../../faults/service.mjs';

const STALL_SECONDS = 2;
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

    const deaf = (title, count, bytes, { megabytes, during = async () => undefined }) =>
      tries.make(title, async () => {
        const before = residentMegabytes(service);
        const sockets = await Promise.all(Array.from({ length: count }, () => client.deaf(bytes)));
        let most = before;
        const watch = setInterval(() => (most = Math.max(most, residentMegabytes(service))), 100);
        try {
          await during();
          await pause(2_000);
          if (most - before > megabytes) notHeld(`took ${Math.round(most - before)} MB`);
          if ((await client.send('GET', '/health')).status !== 200) notHeld('the service does not answer');
        } finally {
          clearInterval(watch);
          for (const socket of sockets) socket.destroy();
        }
      });

    // Of resident memory. Without bounds the streams took 3,456 MB, and the documents 354.
    await deaf('95 answers of 3 MB', 95, CALL_BIG(reader.key), { megabytes: 400 });
    await deaf('100 streams that hear much', 100, LISTEN(reader.key), {
      megabytes: 600,
      during: async () => {
        for (let n = 0; n < 20; n++) await client.call(reader.key, 'hostile_news', { times: 2_000 });
      },
    });
    await deaf('300 sockets with 30 requests for the document each', 300, DOCS.repeat(30), {
      megabytes: 250,
    });
    await deaf('60 sockets with 30 calls of 3 MB each', 60, CALL_BIG(reader.key).repeat(30), {
      megabytes: 600,
    });
  });
}

export const unreadAnswers = { attack, obstacle: figuresObstacle };
