// Replicas that reach PostgreSQL through pgbouncer.
import { Attempts } from '../support/attempts.mjs';
import { Cluster } from '../support/cluster.mjs';
import { Pgbouncer } from '../support/pgbouncer.mjs';

const ATTEMPTS = 500;
const REFUSAL = /pooler in transaction mode/;

const cases = {
  'through a pooler in session mode a replica serves, and a revocation holds there': async (cluster) => {
    const pooler = await Pgbouncer.start('session', cluster.server.urls);
    try {
      const replica = await cluster.add(pooler.urls);
      const victim = await cluster.userWithKey(['read']);
      const attempts = Attempts.ofTool(victim.apiKey, 'whoami');
      for (const one of cluster.replicas) attempts.start(one, 1);
      await attempts.warm();
      const answer = await cluster.admin(cluster.replicas[0], 'DELETE', `/api/mcp/keys/${victim.id}`);
      attempts.changed(answer);
      await attempts.reach(ATTEMPTS);
      await attempts.stop();
      const search = await cluster.admin(replica, 'POST', '/api/documents/search', { query: 'anything' });
      const code = await replica.end();
      await cluster.remove(replica);
      const {
        after,
        stale: { length: stale },
      } = attempts;
      const holds =
        answer.status === 204 &&
        search.status === 200 &&
        answer.coherence.startsWith('replicas=2,') &&
        stale === 0 &&
        code === 0;
      return { holds, coherence: answer.coherence, search: search.status, after, stale, code };
    } finally {
      await pooler.stop();
    }
  },

  'through a pooler in transaction mode no replica starts, and the error says why': async (cluster) => {
    const pooler = await Pgbouncer.start('transaction', cluster.server.urls);
    try {
      const error = await cluster.add(pooler.urls).then(
        () => 'it has started',
        ({ message }) => message.trim(),
      );
      return { holds: REFUSAL.test(error), error };
    } finally {
      await pooler.stop();
    }
  },
};

export const poolers = { start: () => Cluster.start(1), cases };
