// Lists the peers: what a user would choose instead of this service, and the floors below all of them.
import { generateApiKey } from '../../dist/api-keys/key-format.js';
import { Ours } from './ours.mjs';
import { proveProtections } from './proof.mjs';
import { Server } from './server.mjs';

const BOTH = ['legacy', 'modern'];

/** `lists` says whether the peer lists tools, and `eras` which revisions it supports. */
export const PEERS = {
  ours: { label: 'Bouncer, everything on', eras: BOTH, lists: true },
  off: {
    label: 'Bouncer, protections taken out',
    eras: BOTH,
    lists: true,
    script: ['ours/serve.mjs', 'off'],
  },
  bare: { label: 'SDK alone, no key', eras: BOTH, lists: true, script: ['peers/bare-sdk.mjs'] },
  diy: {
    label: 'DIY: Express, SDK, key map',
    eras: ['legacy'],
    lists: true,
    script: ['peers/diy-express.mjs'],
  },
  'mcp-nest-express': {
    label: 'MCP-Nest on Express',
    eras: BOTH,
    lists: true,
    script: ['peers/mcp-nest.mjs', 'express'],
  },
  'mcp-nest-fastify': {
    label: 'MCP-Nest on Fastify',
    eras: BOTH,
    lists: true,
    script: ['peers/mcp-nest.mjs', 'fastify'],
  },
  'better-auth': {
    label: 'better-auth in front of the SDK',
    eras: BOTH,
    lists: true,
    script: ['peers/better-auth.mjs'],
  },
  'floor-nest': {
    label: 'Floor: Nest, Fastify, a guard',
    eras: BOTH,
    lists: false,
    script: ['peers/floor-nest.mjs'],
  },
  'floor-http': { label: 'Floor: node:http', eras: BOTH, lists: false, script: ['peers/floor-http.mjs'] },
};

/**
 * Starts a peer. @returns `server`, `key` and `stop()`; for this service also `ours` and the proof of its protections
 */
export async function startPeer(name, database, tools) {
  const env = { TOOLS: String(tools) };
  const { script } = PEERS[name];
  if (name === 'ours' || name === 'off') {
    const ours = await Ours.start(database, { script, env });
    const keys = await ours.createKeys();
    const proof = name === 'ours' ? await proveProtections(ours.server.url, keys) : undefined;
    // The call that proved the key counts as well.
    return { ours, proof, calls: proof ? 1 : 0, server: ours.server, key: keys.key, stop: () => ours.stop() };
  }
  const key = generateApiKey('mcp');
  const server = await Server.start(script, { env: { ...env, BENCH_KEY: key } });
  return { server, key, stop: () => server.stop() };
}
