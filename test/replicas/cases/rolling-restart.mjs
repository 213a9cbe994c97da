// Replicas are restarted one after the other behind haproxy, as a deployment does it.
import { setTimeout as pause } from 'node:timers/promises';
import { account, eventually, Load } from '../../faults/service.mjs';
import { AuditFollower } from '../support/audit-follower.mjs';
import { Cluster } from '../support/cluster.mjs';
import { checkConfiguration, Haproxy } from '../support/haproxy.mjs';

const PER_SECOND = 300;
const FOLLOWERS = 2;

/** The service has said that it ends the stream. */
const isGraceful = (end) => end.includes('service_unavailable');

async function restartAll(cluster) {
  for (const replica of cluster.replicas) await replica.becomesReady();
  const { apiKey } = await cluster.userWithKey(['read']);
  const haproxy = await Haproxy.start(cluster.replicas);
  const followers = Array.from({ length: FOLLOWERS }, () => new AuditFollower(haproxy.url, cluster.adminKey));
  try {
    await eventually(
      async () => followers.every(({ opened }) => opened > 0),
      (open) => open,
    );
    const load = new Load(haproxy.url, apiKey);
    load.start(PER_SECOND);
    const exits = [];
    for (const [index, replica] of cluster.replicas.entries()) {
      await pause(1_000);
      exits.push(await replica.end('SIGTERM'));
      await replica.run();
      await haproxy.says(index + 1, 'UP', 1);
    }
    await pause(1_000);
    await load.stop();
    await written(cluster);
    const counts = await account(cluster.server, load);
    const rows = await rowsOf(cluster, load);
    const unseenBy = ({ ids }) => rows.filter((id) => !ids.has(id)).length;
    await eventually(
      async () => followers.every((follower) => follower.gaps > 0 || unseenBy(follower) === 0),
      (seen) => seen,
    );
    const streams = followers.map((follower) => {
      const { opened, ended, gaps } = follower;
      return { opened, ended, gaps, unseen: unseenBy(follower) };
    });
    const failed = counts.cut + [...load.refused.values()].reduce((sum, count) => sum + count, 0);
    const holds =
      failed === 0 &&
      counts.missing === 0 &&
      counts.gaps === 0 &&
      counts.duplicateIds === 0 &&
      exits.every((code) => code === 0) &&
      streams.every(({ opened, ended }) => opened > 1 && Object.keys(ended).every(isGraceful));
    const checks = haproxy.output.match(/Server \S+ is (?:UP|DOWN), reason: [^,]*/g);
    return { holds, failed, ...counts, exits, streams, checks };
  } finally {
    for (const follower of followers) await follower.stop();
    await haproxy.stop();
  }
}

/** Waits until each replica has written what it has accepted. */
async function written({ replicas }) {
  for (const replica of replicas)
    await eventually(
      () => replica.ready(),
      ({ checks: { audit } }) => audit.written === audit.accepted,
    );
}

/** @returns the ids of the rows of the calls that were answered */
async function rowsOf(cluster, load) {
  const rows = await cluster.server.query('SELECT id FROM audit_events WHERE request_id = ANY ($1)', [
    load.answered,
  ]);
  return rows.map(({ id }) => id);
}

export const rollingRestart = {
  start: () =>
    Cluster.start(3, {
      TRUST_PROXY: 'loopback',
      PUBLIC_URL: 'http://localhost:3000',
      SHUTDOWN_DELAY_SECONDS: '3',
    }),
  cases: {
    'the configuration of haproxy is valid': async () => {
      const said = await checkConfiguration();
      return { holds: said.includes('Configuration file is valid'), said: said.split('\n').slice(0, 3) };
    },
    'all replicas are restarted behind haproxy under 300 calls a second': restartAll,
  },
};
