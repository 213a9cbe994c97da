// Revocations while something is broken: they return within four seconds, and nothing that is sent after that is accepted.
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../faults/service.mjs';
import { Attempts } from '../support/attempts.mjs';
import { Cluster } from '../support/cluster.mjs';

/** What the answer to a change may take, whatever has happened to the replicas. */
const RETURNS_WITHIN_MS = 4_000;
const LEASE_MS = 3_000;
/** Longer than a lease, and than a heartbeat may stand still. */
const AFTER_LEASES_MS = 4_000;
const ATTEMPTS = 2_000;
/** The callers of each replica. */
const CALLERS = 3;
const RETRY_MS = 100;
const REFUSED = '401 invalid_api_key';

/**
 * Revokes a key that all replicas have in memory.
 * @param breakIt is done before the revocation. @returns what mends it again after attempts at the broken cluster
 */
async function revokeWhile(cluster, breakIt) {
  for (const replica of cluster.replicas) await replica.becomesReady();
  const victim = await cluster.userWithKey(['read']);
  const attempts = Attempts.ofTool(victim.apiKey, 'whoami');
  for (const replica of cluster.replicas) attempts.start(replica, CALLERS);
  await attempts.warm();
  const mend = await breakIt(attempts);
  const answer = await revoked(cluster, victim);
  attempts.changed(answer);
  await attempts.reach(ATTEMPTS);
  const found = await mend?.();
  for (const replica of cluster.replicas) await replica.becomesReady();
  // By now all of them know the change.
  await attempts.reach(ATTEMPTS);
  await attempts.stop();
  const { before, after, stale, answeredAfter } = attempts;
  const { ms, coherence, tries } = answer;
  const allAnswered = cluster.replicas.every(({ name }) => answeredAfter[name] > 0);
  const holds =
    stale.length === 0 &&
    ms <= RETURNS_WITHIN_MS &&
    allAnswered &&
    after[REFUSED] > 0 &&
    !found?.isRemovedEarly;
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

const heartbeats = async ({ server }) =>
  new Map(
    (await server.query('SELECT id, beat::int FROM coherence_replicas')).map(({ id, beat }) => [id, beat]),
  );

/** Waits until one heartbeat alone stands still. @returns the id of its row */
async function standingStill(cluster) {
  for (;;) {
    const before = await heartbeats(cluster);
    await pause(1_200);
    const now = await heartbeats(cluster);
    const still = [...now].filter(([id, beat]) => before.get(id) === beat);
    if (still.length === 1) return still[0][0];
  }
}

/**
 * The last replica has a live lease by a heartbeat that the others saw before the crash, and cannot say so again: whoever
 * takes it for ended does not wait for it.
 */
async function repeatHeartbeat(cluster) {
  const lagging = last(cluster);
  const others = cluster.replicas.filter((replica) => replica !== lagging);
  lagging.proxy.cut();
  const id = await standingStill(cluster);
  for (const { proxy } of cluster.replicas) proxy.cut();
  await pause(AFTER_LEASES_MS);
  // As after a crash: the heartbeats need not be on the disk.
  await cluster.server.query('UPDATE coherence_replicas SET beat = beat - 1 WHERE id = $1', [id]);
  const lost = (await heartbeats(cluster)).get(id);
  lagging.proxy.heal();
  await eventually(
    async () => (await heartbeats(cluster)).get(id),
    (beat) => beat !== lost,
  );
  const polledAt = performance.now();
  lagging.proxy.drop();
  for (const { proxy } of others) proxy.heal();
  await Promise.all(others.map((replica) => replica.hasLease()));
  const isRemoved = !(await heartbeats(cluster)).has(id);
  const isRemovedEarly = isRemoved && performance.now() - polledAt < LEASE_MS;
  return async () => {
    lagging.proxy.heal();
    return { isRemovedEarly };
  };
}

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
      await pause(AFTER_LEASES_MS);
      await cluster.server.startAgain();
    }),

  'PostgreSQL crashes, and loses a heartbeat that was not written yet': (cluster) =>
    revokeWhile(cluster, () => repeatHeartbeat(cluster)),

  'packets are dropped between a replica and PostgreSQL': lostNetwork((proxy) => proxy.drop()),

  'packets are dropped on the way to PostgreSQL': lostNetwork((proxy) => proxy.drop({ toClient: false })),

  'packets are dropped on the way from PostgreSQL': lostNetwork((proxy) => proxy.drop({ toServer: false })),

  'packets take 100 ms each way': lostNetwork((proxy) => proxy.delay(100)),

  'a replica is cut off from PostgreSQL': lostNetwork((proxy) => proxy.cut()),

  'the pool of a replica is exhausted': (cluster) =>
    revokeWhile(cluster, async () => {
      const other = await cluster.userWithKey(['read']);
      const release = await cluster.server.lock('documents');
      const waiting = Attempts.ofTool(other.apiKey, 'documents_list');
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
      const starting = cluster.add().then((added) => attempts.start(added, CALLERS));
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
