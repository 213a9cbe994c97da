// Revocations while something is broken: they return within four seconds, and nothing that is sent after that is accepted.
import { setTimeout as pause } from 'node:timers/promises';
import { Attempts } from '../support/attempts.mjs';
import { Cluster } from '../support/cluster.mjs';

/** What the answer to a change may take, whatever has happened to the replicas. */
const RETURNS_WITHIN_MS = 4_000;
const ATTEMPTS = 2_000;
const RETRY_MS = 100;
const REFUSED = '401 invalid_api_key';

/**
 * Revokes a key that all replicas have in memory.
 * @param breakIt is done before the revocation. @returns what mends it again after attempts at the broken cluster
 */
async function revokeWhile(cluster, breakIt) {
  await cluster.allReady();
  const victim = await cluster.userWithKey(['read']);
  const attempts = new Attempts(victim.apiKey, 'whoami');
  for (const replica of cluster.replicas) attempts.start(replica, 6);
  await attempts.warm();
  const mend = await breakIt(attempts);
  const answer = await revoked(cluster, victim);
  attempts.changed(answer);
  await attempts.reach(ATTEMPTS);
  const found = await mend?.();
  await cluster.allReady();
  // By now all of them know the change.
  await attempts.reach(ATTEMPTS);
  await attempts.stop();
  const { before, after, stale, answeredAfter } = attempts;
  const { ms, coherence, tries } = answer;
  const allAnswered = cluster.replicas.every(({ name }) => answeredAfter[name] > 0);
  const holds = stale.length === 0 && ms <= RETURNS_WITHIN_MS && allAnswered && after[REFUSED] > 0;
  return { holds, ms, coherence, tries, before, after, answeredAfter, stale, ...found };
}

/** Revokes until it is answered that it was done. While PostgreSQL is away it cannot be. */
async function revoked(cluster, { id }) {
  const [first] = cluster.replicas;
  for (let tries = 1; ; tries++) {
    const answer = await cluster.admin(first, 'DELETE', `/api/mcp/keys/${id}`);
    if (answer.status === 204) return { ...answer, tries };
    if (answer.status !== 503) throw new Error(JSON.stringify(answer));
    await pause(RETRY_MS);
  }
}

const last = ({ replicas }) => replicas.at(-1);

/** Loses the network between the last replica and PostgreSQL. */
const lostNetwork = (lose) => (cluster) =>
  revokeWhile(cluster, async () => {
    const { proxy } = last(cluster);
    lose(proxy);
    return () => proxy.heal();
  });

const cases = {
  'a replica is stopped during a revocation, and goes on 10 s later': (cluster) =>
    revokeWhile(cluster, async (attempts) => {
      const stopped = last(cluster);
      stopped.signal('SIGSTOP');
      const since = performance.now();
      return async () => {
        attempts.burst(stopped, 200);
        await pause(10_000 - (performance.now() - since));
        stopped.signal('SIGCONT');
      };
    }),

  'the connections end over which replicas listen': (cluster) =>
    revokeWhile(cluster, async () => {
      const ended = await cluster.terminate('bouncer coherence');
      return async () => ({ ended });
    }),

  'the connections end over which replicas listen, again and again': (cluster) =>
    revokeWhile(cluster, async () => {
      let ended = 0;
      const stop = new AbortController();
      const ending = (async () => {
        while (!stop.signal.aborted) {
          ended += await cluster.terminate('bouncer coherence');
          await pause(50);
        }
      })();
      return async () => {
        stop.abort();
        await ending;
        return { ended };
      };
    }),

  'PostgreSQL is restarted': (cluster) =>
    revokeWhile(cluster, async () => {
      await cluster.server.stop();
      const starting = cluster.server.startAgain();
      return () => starting;
    }),

  'PostgreSQL crashes and comes back after the leases have run out': (cluster) =>
    revokeWhile(cluster, async () => {
      await cluster.server.crash();
      await pause(4_000);
      await cluster.server.startAgain();
    }),

  'packets are dropped between a replica and PostgreSQL': lostNetwork((proxy) => proxy.drop()),

  'packets are dropped on the way to PostgreSQL': lostNetwork((proxy) => proxy.drop({ toClient: false })),

  'packets are dropped on the way from PostgreSQL': lostNetwork((proxy) => proxy.drop({ toServer: false })),

  'packets take 100 ms each way': lostNetwork((proxy) => proxy.delay(100)),

  'a replica is cut off from PostgreSQL': lostNetwork((proxy) => proxy.cut()),

  'the pool of a replica is exhausted': (cluster) =>
    revokeWhile(cluster, async () => {
      const other = await cluster.userWithKey(['read']);
      const release = await cluster.server.lock('documents');
      const waiting = new Attempts(other.apiKey, 'documents_list');
      waiting.burst(last(cluster), 40);
      await pause(500);
      return async () => {
        await release();
        await waiting.stop();
        return { waited: waiting.before };
      };
    }),

  'a replica is killed, and another one starts meanwhile': (cluster) =>
    revokeWhile(cluster, async (attempts) => {
      const killed = last(cluster);
      const starting = cluster.add().then((added) => attempts.start(added, 6));
      await pause(500);
      killed.signal('SIGKILL');
      return async () => {
        await starting;
        await cluster.remove(killed);
        await attempts.reach(ATTEMPTS);
      };
    }),
};

export const faults = { start: () => Cluster.start(), cases };
