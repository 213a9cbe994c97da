// Changes that take power away under load: nothing that is sent after the answer is accepted.
import { Attempts } from '../support/attempts.mjs';
import { Cluster } from '../support/cluster.mjs';

const ATTEMPTS = 10_000;
const CHANGES = 100;
/** What a caller is answered who may not, or may no more. */
const REFUSALS = ['401 invalid_api_key', '403 insufficient_scope', '403 account_inactive'];

/** Makes an agent of a person, and one below it, which is the victim. */
async function agents(cluster) {
  const [first] = cluster.replicas;
  const owner = await cluster.userWithKey(['read']);
  const make = (name, ownerId, scopes) =>
    cluster.made(first, '/api/agents', { name, ownerId, scopes, withKey: true });
  const above = await make('Above', owner.userId, ['read', 'delete', 'agents:create']);
  const below = await make('Below', above.id, ['read', 'delete']);
  return {
    id: below.key.id,
    apiKey: below.key.apiKey,
    userId: owner.userId,
    above: above.id,
    below: below.id,
  };
}

/** Each with the scopes and the role of the key before, and what is refused after it. */
const kinds = {
  'a revocation': {
    tool: 'whoami',
    change: ({ id }) => ['DELETE', `/api/mcp/keys/${id}`],
  },
  'a disabled key': {
    tool: 'whoami',
    change: ({ id }) => ['PATCH', `/api/mcp/keys/${id}`, { enabled: false }],
  },
  'a narrowed key': {
    tool: 'documents_delete',
    scopes: ['read', 'delete'],
    change: ({ id }) => ['PATCH', `/api/mcp/keys/${id}`, { scopes: ['read'] }],
  },
  'a demoted user': {
    tool: 'documents_delete',
    scopes: ['admin'],
    role: 'admin',
    change: ({ userId }) => ['PATCH', `/api/users/${userId}`, { role: 'member' }],
  },
  'a deactivated user': {
    tool: 'whoami',
    change: ({ userId }) => ['PATCH', `/api/users/${userId}`, { isActive: false }],
  },
  'a retired agent': {
    tool: 'whoami',
    victim: agents,
    change: ({ below }) => ['DELETE', `/api/agents/${below}`],
  },
  'a retired agent above': {
    tool: 'whoami',
    victim: agents,
    change: ({ above }) => ['DELETE', `/api/agents/${above}`],
  },
  'a narrowed agent above': {
    tool: 'documents_delete',
    victim: agents,
    change: ({ above }) => ['PATCH', `/api/agents/${above}`, { scopes: ['read'] }],
  },
  'a deactivated owner of agents': {
    tool: 'whoami',
    victim: agents,
    change: ({ userId }) => ['PATCH', `/api/users/${userId}`, { isActive: false }],
  },
};

async function underLoad(cluster, { tool, scopes = ['read'], role = 'member', victim: make, change }) {
  const victim = await (make ? make(cluster) : cluster.userWithKey(scopes, { role }));
  const attempts = Attempts.ofTool(victim.apiKey, tool);
  for (const replica of cluster.replicas) attempts.start(replica);
  await attempts.warm();
  const answer = await cluster.admin(cluster.replicas[0], ...change(victim));
  attempts.changed(answer);
  await attempts.reach(ATTEMPTS);
  await attempts.stop();
  const { before, after, stale, sentAfter, answeredAfter } = attempts;
  const { status, coherence, ms } = answer;
  const refused = REFUSALS.reduce((sum, answered) => sum + (after[answered] ?? 0), 0);
  const holds = [200, 204].includes(status) && stale.length === 0 && refused === sentAfter;
  return { holds, status, ms, coherence, before, after, answeredAfter, stale };
}

/** How long a change takes beside a steady load of other keys. */
async function durations(cluster) {
  const other = await cluster.userWithKey(['read']);
  const load = Attempts.ofTool(other.apiKey, 'whoami');
  for (const replica of cluster.replicas) load.start(replica, 1);
  const [first] = cluster.replicas;
  const times = [];
  for (let change = 0; change < CHANGES; change++) {
    const { id } = await cluster.made(first, '/api/mcp/keys', { name: 'Brief', scopes: ['read'] });
    const replica = cluster.replicas[change % cluster.replicas.length];
    times.push((await cluster.admin(replica, 'DELETE', `/api/mcp/keys/${id}`)).ms);
  }
  await load.stop();
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.ceil(share * times.length) - 1];
  return { holds: true, revocations: CHANGES, p50Ms: at(0.5), p99Ms: at(0.99), calls: load.before };
}

export const changes = {
  start: () => Cluster.start(),
  cases: {
    ...Object.fromEntries(
      Object.entries(kinds).map(([name, kind]) => [
        `${name} under load`,
        (cluster) => underLoad(cluster, kind),
      ]),
    ),
    'the time that a revocation takes': durations,
  },
};
