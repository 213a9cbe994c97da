// Sessions of the protocol's 2025 revisions behind haproxy, with a client of the SDK that speaks them.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Cluster } from '../support/cluster.mjs';
import { Haproxy } from '../support/haproxy.mjs';

const SESSIONS = 12;
const CALLS = 10;

async function connect(url, apiKey) {
  const client = new Client({ name: 'replicas', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${apiKey}` } },
  });
  await client.connect(transport);
  return { client, transport };
}

/** @returns the status of a call that goes to one replica, whatever haproxy would do */
async function statusAt({ url }, apiKey, sessionId) {
  const { status } = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': sessionId,
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
  });
  return status;
}

async function sticky(cluster) {
  const { apiKey } = await cluster.userWithKey(['read']);
  const haproxy = await Haproxy.start(cluster.replicas);
  try {
    const sessions = [];
    for (let session = 0; session < SESSIONS; session++) sessions.push(await connect(haproxy.url, apiKey));
    let answered = 0;
    for (let call = 0; call < CALLS; call++)
      for (const { client } of sessions) {
        const { isError } = await client.callTool({ name: 'whoami', arguments: {} });
        if (!isError) answered++;
      }
    const holders = await Promise.all(
      sessions.map(async ({ transport }) => {
        const statuses = await Promise.all(
          cluster.replicas.map((replica) => statusAt(replica, apiKey, transport.sessionId)),
        );
        return cluster.replicas.flatMap(({ name }, index) => (statuses[index] === 200 ? [name] : [])).join();
      }),
    );
    const perReplica = Object.fromEntries(
      cluster.replicas.map(({ name }) => [name, holders.filter((holder) => holder === name).length]),
    );
    for (const { client } of sessions) await client.close();
    const holds =
      answered === SESSIONS * CALLS &&
      Object.values(perReplica).reduce((sum, count) => sum + count, 0) === SESSIONS;
    return { holds: holds && Object.values(perReplica).every((count) => count > 0), answered, perReplica };
  } finally {
    await haproxy.stop();
  }
}

const cases = {
  'a session of an older revision stays at the replica that began it, behind haproxy': sticky,
};

export const sessions = { start: () => Cluster.start(3, { MCP_SESSIONS_PER_USER: '20' }), cases };
