// Each case starts what it needs, breaks it, and says what it counted and what had to hold.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateApiKey } from '../../dist/api-keys/key-format.js';
import { account, eventually, Load, pause, Service } from './service.mjs';
import { Server } from './server.mjs';

const run = promisify(execFile);
const KEY = generateApiKey('mcp');
const PER_SECOND = 500;

/** Runs `work` with a PostgreSQL and a data folder of its own. */
async function withServer(work) {
  const server = await Server.start();
  const dataDir = await mkdtemp(join(tmpdir(), 'bouncer-faults-data-'));
  const services = [];
  const start = async (env) => {
    const service = await Service.start(server, dataDir, KEY, env);
    services.push(service);
    return service;
  };
  try {
    return await work({ server, dataDir, start });
  } finally {
    for (const { child } of services) if (child.exitCode === null) child.kill('SIGKILL');
    await server.end();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const written = (service) =>
  eventually(
    () => service.audit(),
    ({ written, accepted }) => written === accepted,
  );
/** No row is missing, twice or left out of the numbers. */
const whole = ({ missing, duplicateIds, gaps }) => missing === 0 && duplicateIds === 0 && gaps === 0;

/** A key that may not delete: every tenth call is refused, and has its row as well. */
async function readerKey(service) {
  const response = await fetch(`${service.url}/api/mcp/keys`, {
    method: 'POST',
    headers: { 'x-api-key': KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Reader', scopes: ['read'] }),
  });
  return (await response.json()).apiKey;
}
const TOOLS = [...Array(9).fill('whoami'), 'documents_delete'];

export const cases = {
  'PostgreSQL stops for 20 s under 500 calls a second': () =>
    withServer(async ({ server, start }) => {
      const service = await start();
      const load = new Load(service.url, await readerKey(service));
      load.start(PER_SECOND, TOOLS);
      await pause(5_000);
      await server.stop();
      await pause(10_000);
      const during = await service.audit();
      await pause(10_000);
      await server.startAgain();
      await pause(5_000);
      await load.stop();
      const after = await written(service);
      const counts = await account(server, load);
      const holds = whole(counts) && load.refused.size === 0 && counts.cut === 0 && during.spooled > 0;
      return { holds, ...counts, spooledMeanwhile: during.spooled, dropped: after.dropped };
    }),

  'kill -9 under load, AUDIT_DURABILITY=wal': () => killUnderLoad('wal', (counts) => counts.missing === 0),

  'kill -9 under load, AUDIT_DURABILITY=spool': () =>
    killUnderLoad('spool', (counts) => counts.missing <= counts.lostAsReported),

  'kill -9 three times during a replay': () =>
    withServer(async ({ server, start }) => {
      const first = await start({ AUDIT_DRAIN_SECONDS: '1' });
      const load = new Load(first.url, await readerKey(first));
      load.start(PER_SECOND, TOOLS);
      await pause(1_000);
      await server.stop();
      await pause(15_000);
      await load.stop();
      await first.end('SIGTERM');
      const spooled = Number(/spooled (\d+)/.exec(first.output)[1]);
      await server.startAgain();
      const seen = [];
      for (let kill = 0; kill < 3; kill++) {
        const service = await start();
        await pause(40 * kill);
        await service.end('SIGKILL');
        seen.push((await server.query('SELECT count(*)::int AS rows FROM audit_events'))[0].rows);
      }
      const last = await start();
      await eventually(
        () => last.audit(),
        ({ abandonedNodes }) => abandonedNodes === 0,
      );
      await written(last);
      const counts = await account(server, load);
      return { holds: whole(counts) && spooled > 5_000, ...counts, spooled, rowsAfterEachKill: seen };
    }),

  'the disk of the spool is full': () =>
    withServer(async ({ server, dataDir, start }) => {
      const spool = join(dataDir, 'audit', 'spool');
      await mkdir(spool, { recursive: true });
      await run('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', spool]);
      try {
        const service = await start({ AUDIT_QUEUE_MAX_ROWS: '1000', AUDIT_WAIT_SECONDS: '1' });
        const load = new Load(service.url, await readerKey(service));
        load.start(PER_SECOND, TOOLS);
        await pause(2_000);
        await server.stop();
        await eventually(
          () => service.audit(),
          ({ status }) => status === 'full',
        );
        const { bavail } = await statfs(spool);
        await pause(4_000);
        await server.startAgain();
        await eventually(
          () => service.audit(),
          ({ status }) => status === 'ok',
        );
        const lateRefusals = load.refused.get('audit_unavailable');
        await pause(2_000);
        await load.stop();
        const after = await written(service);
        const counts = await account(server, load);
        const onlyAudit = [...load.refused.keys()].every((code) => code === 'audit_unavailable');
        const holds =
          whole(counts) &&
          lateRefusals > 0 &&
          onlyAudit &&
          load.refused.get('audit_unavailable') === lateRefusals;
        return { holds, ...counts, freeBlocks: bavail, dropped: after.dropped };
      } finally {
        await run('umount', ['-l', spool]);
      }
    }),

  'SIGTERM under load, twice, with PostgreSQL away': () =>
    withServer(async ({ server, start }) => {
      const service = await start({ AUDIT_DRAIN_SECONDS: '2' });
      const load = new Load(service.url, await readerKey(service));
      load.start(PER_SECOND, TOOLS);
      await pause(2_000);
      await server.stop();
      await pause(1_000);
      service.child.kill('SIGTERM');
      const code = await service.end('SIGINT');
      await load.stop();
      const report = /audit drained: .*(?=")/.exec(service.output)[0];
      await server.startAgain();
      const second = await start();
      await eventually(
        () => second.audit(),
        ({ abandonedNodes }) => abandonedNodes === 0,
      );
      await written(second);
      const counts = await account(server, load);
      return { holds: code === 0 && whole(counts), ...counts, code, report };
    }),

  'SIGTERM under load': () =>
    withServer(async ({ server, start }) => {
      const service = await start();
      const load = new Load(service.url, await readerKey(service));
      load.start(PER_SECOND, TOOLS);
      await pause(3_000);
      const code = await service.end('SIGTERM');
      await load.stop();
      const report = /audit drained: .*(?=")/.exec(service.output)[0];
      const counts = await account(server, load);
      return {
        holds: code === 0 && whole(counts) && report.includes('spooled 0, pending 0'),
        ...counts,
        code,
        report,
      };
    }),
};

function killUnderLoad(mode, holds) {
  return withServer(async ({ server, start }) => {
    const env = { AUDIT_DURABILITY: mode };
    const service = await start(env);
    const load = new Load(service.url, await readerKey(service));
    load.start(PER_SECOND, TOOLS);
    await pause(4_000);
    const killed = service.end('SIGKILL');
    await load.stop();
    await killed;
    const second = await start(env);
    const report = await second.prints(/ended without a drain: (accepted \d+, written \d+, lost \d+)/);
    const counts = {
      ...(await account(server, load)),
      lostAsReported: Number(/\d+$/.exec(report)[0]),
      report,
    };
    return { holds: counts.duplicateIds === 0 && holds(counts), ...counts };
  });
}

/** Why a case cannot be run here; nothing: it can. */
export async function obstacleTo(name) {
  if (name !== 'the disk of the spool is full') return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'bouncer-mount-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
    await writeFile(join(folder, 'file'), 'x');
    await run('umount', [folder]);
    return undefined;
  } catch (error) {
    return `a small file system cannot be mounted: ${error.message.split('\n')[0]}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
