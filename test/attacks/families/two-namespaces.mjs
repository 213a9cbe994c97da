// Two services that see one folder but not each other's network, as two containers on one volume do. Neither may take what
// belongs to the living other, and what a dead one left is taken over whole.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../../faults/service.mjs';
import { Site } from '../site.mjs';
import { notHeld } from '../tries.mjs';

const run = promisify(execFile);
const IN_NAMESPACE = new URL('../in-namespace.mjs', import.meta.url).pathname;
const BOUNCER = new URL('../../../dist/cli/bouncer.js', import.meta.url).pathname;
const ENV = { AUDIT_DURABILITY: 'wal', AUDIT_SEAL_SECONDS: '1' };
const CALLS = 20;

async function obstacle() {
  try {
    await run('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up']);
    return undefined;
  } catch (error) {
    return `no network namespace can be made: ${error.message.split('\n')[0]}`;
  }
}

async function attack(tries) {
  await attackOne(tries, 'a second service on the folder of a living one', async (site, first) => {
    const second = await startApart(site, first.dataDir);
    await second.started;
    await calls(site, first);
    await second.end();
  });
  await attackOne(
    tries,
    'a second service, with the locks of the living one removed',
    async (site, first) => {
      await removeLocks(join(first.dataDir, 'audit'));
      const second = await startApart(site, first.dataDir);
      await second.started;
      await calls(site, first);
      await second.end();
    },
  );
  await attackOne(tries, 'a second service on a copy of the folder of a living one', async (site, first) => {
    const copy = await site.folder();
    await cp(first.dataDir, copy, { recursive: true, filter: (path) => !isLock(basename(path)) });
    const second = await startApart(site, copy);
    await second.started;
    await calls(site, first);
    await second.end();
  });
  await attackOne(tries, 'what a killed service left is taken over', async (site, first) => {
    const second = await startApart(site, first.dataDir);
    await second.started;
    await calls(site, first);
    await first.end('SIGKILL');
    const third = await startApart(site, first.dataDir);
    await third.started;
    await eventually(
      () => site.query('SELECT count(*)::int AS rows FROM audit_events WHERE action = $1', ['tools/call']),
      ([{ rows }]) => rows >= 2 * CALLS,
    );
    await second.end();
    await third.end();
  });
}

/** Makes calls, does what is tried, makes more; then every call has its row and the audit is whole. */
function attackOne(tries, title, attempt) {
  return tries.make(title, () =>
    Site.with(async (site) => {
      const first = await site.start(ENV);
      await calls(site, first);
      await attempt(site, first);
      if (first.child.exitCode === null && first.child.signalCode === null) {
        const code = await first.end('SIGTERM');
        if (code !== 0) notHeld(`the living one ended with ${code}: ${first.output.slice(-1_000)}`);
      }
      const [{ rows }] = await site.query(
        `SELECT count(*)::int AS rows FROM audit_events WHERE action = 'tools/call' AND outcome = 'success'`,
      );
      if (rows !== 2 * CALLS) notHeld(`${2 * CALLS} calls were answered, ${rows} have rows`);
      const env = {
        PATH: process.env.PATH,
        DATABASE_URL: site.server.urls.ownerUrl,
        DATA_DIR: first.dataDir,
      };
      await run(process.execPath, [BOUNCER, 'audit', 'verify'], { env }).catch(({ stdout, stderr }) =>
        notHeld(stdout + stderr),
      );
    }),
  );
}

async function calls(site, { client }) {
  for (let n = 0; n < CALLS; n++) {
    const { status, text } = await client.call(site.adminKey, 'whoami');
    if (status !== 200) notHeld(`a call was answered ${status} ${text}`);
  }
}

const isLock = (name) => /^lock$|\.lock$/.test(name);

/** Sockets and locks below a folder, as a hand that tidies up would remove them. */
async function removeLocks(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
    if (entry.isSocket() || isLock(entry.name))
      await rm(join(entry.parentPath ?? entry.path, entry.name), { recursive: true, force: true });
}

/** A service in a network namespace of its own, that serves or has refused to start. */
async function startApart(site, dataDir) {
  const { port } = new URL(site.server.urls.url);
  const socketFile = join(await site.folder(), 'postgres.sock');
  const bridge = createServer((client) => {
    const server = connect(Number(port), '127.0.0.1');
    client.on('error', () => server.destroy()).pipe(server);
    server.on('error', () => client.destroy()).pipe(client);
  });
  bridge.listen(socketFile);
  await once(bridge, 'listening');
  const command = `ip link set lo up && exec "$0" "$@"`;
  const child = spawn(
    'unshare',
    ['--net', 'sh', '-c', command, process.execPath, IN_NAMESPACE, socketFile, port],
    {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        SECRETS_KEY: 'a-key-that-only-specs-and-tests-use',
        PORT: '0',
        DATABASE_URL: site.server.urls.url,
        MIGRATION_DATABASE_URL: site.server.urls.ownerUrl,
        DATA_DIR: dataDir,
        ...ENV,
      },
    },
  );
  site.services.push({ child });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  const closed = once(child, 'close');
  return {
    started: eventually(
      async () => child.exitCode !== null || output.includes('Bouncer serves'),
      (settled) => settled,
    ),
    async end() {
      if (child.exitCode === null) child.kill('SIGTERM');
      await closed;
      bridge.close();
      if (/at .*\.js:\d+/.test(output)) notHeld(output.slice(-1_000));
    },
  };
}

export const twoNamespaces = { attack, obstacle };
