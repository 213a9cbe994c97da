import { cp, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { generateApiKey } from '../src/api-keys/key-format.js';
import { LOCK_OF_NODE, SESSION_NAME } from '../src/audit/writer/spool/node-locks.js';
import { createDatabase, query, type TestDatabase } from './support/database.js';
import { describeNamespaces, Relay } from './support/namespaces.js';
import { Command, type ProcessOptions, startProcess } from './support/process.js';
import { until } from './support/until.js';

describe('Services on one data folder', () => {
  const key = generateApiKey('mcp');
  let database: TestDatabase;
  let folder: string;
  let relay: Relay;
  const running: Command[] = [];

  beforeEach(async () => {
    database = await createDatabase();
    folder = await mkdtemp(join(tmpdir(), 'audit-shared-'));
    relay = await Relay.to(Number(new URL(database.url).port), folder);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((command) => command.stop('SIGKILL')));
    await relay.end();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const dataDir = () => join(folder, 'data');
  const settings = (env: Record<string, string> = {}) => ({
    DATABASE_URL: database.url,
    MIGRATION_DATABASE_URL: database.ownerUrl,
    DATA_DIR: dataDir(),
    BOOTSTRAP_ADMIN_KEY: key,
    NODE_ENV: 'production',
    SECRETS_KEY: 'a-key-that-only-specs-and-tests-use',
    ...env,
  });
  const start = async ({ env, ...options }: ProcessOptions = {}) => {
    const { command, url } = await startProcess({ ...options, env: settings(env) });
    running.push(command);
    return { command, url };
  };

  const whoami = async (url: string): Promise<void> => {
    const response = await fetch(`${url}/mcp`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami' } }),
    });
    await response.text();
    expect(response.status).toBe(200);
  };
  const nodes = async (under = dataDir()) =>
    (await readdir(join(under, 'audit', 'spool'))).filter((name) => name.length === 36);
  const closedNodes = async () =>
    (
      await query<{ node: string }>(database.ownerUrl, 'SELECT node_id AS node FROM audit_seals WHERE closed')
    ).map(({ node }) => node);
  /** Stops all services in order, and verifies their rows. */
  const endAll = async () => {
    for (const command of running.splice(0)) expect(await command.stop()).toBe(0);
    expect(await nodes()).toEqual([]);
    const verifier = Command.run('cli/bouncer.js', { env: settings(), args: ['audit', 'verify'] });
    expect({ code: await verifier.end(), output: verifier.output }).toMatchObject({ code: 0 });
  };

  /** Returns the sessions that hold the lock of a node, by their process id in PostgreSQL. */
  const sessions = async () =>
    (
      await query<{ pid: number }>(
        database.ownerUrl,
        `SELECT pid FROM pg_stat_activity JOIN pg_locks USING (pid)
         WHERE datname = current_database() AND locktype = 'advisory' AND granted AND application_name = $1`,
        [SESSION_NAME],
      )
    ).map(({ pid }) => pid);
  const endSession = (pid: number) => query(database.ownerUrl, 'SELECT pg_terminate_backend($1)', [pid]);
  const whoamiRows = () =>
    query<{ node: string }>(
      database.ownerUrl,
      `SELECT node_id AS node FROM audit_events WHERE tool = 'whoami' ORDER BY id`,
    );

  it('do not take over a live one whose lock in the folder is gone, because of its lock in PostgreSQL', async () => {
    const first = await start();
    await whoami(first.url);
    const [owned] = await nodes();
    await rm(join(dataDir(), 'audit', 'spool', owned!, 'lock'), { recursive: true });
    const second = await start();
    await second.command.prints(new RegExp(`node ${owned} .* lives by its lock in PostgreSQL`));
    expect(await second.command.stop()).toBe(0);
    expect(await nodes()).toEqual([owned]);
    expect(await closedNodes()).not.toContain(owned);
    await whoami(first.url);
    await endAll();
  });

  it('do not take over a live one from a copy of the folder', async () => {
    const first = await start();
    await whoami(first.url);
    const [owned] = await nodes();
    const copy = join(folder, 'copy');
    const isSocket = async (path: string) => (await stat(path)).isSocket();
    await cp(dataDir(), copy, { recursive: true, filter: async (path) => !(await isSocket(path)) });
    const second = await start({ env: { DATA_DIR: copy } });
    expect(await second.command.stop()).toBe(0);
    expect(await nodes(copy)).toEqual([owned]);
    expect(await closedNodes()).not.toContain(owned);
    await endAll();
  });

  it('of another machine are not taken over at once', async () => {
    await start();
    const [left] = await nodes();
    await running.pop()!.stop('SIGKILL');
    const lock = join(dataDir(), 'audit', 'spool', left!, 'lock');
    const [ticket] = await readdir(lock);
    await rename(join(lock, ticket!), join(lock, ticket!.replace(/^.{8}/, '00000000')));
    const second = await start();
    await second.command.prints(new RegExp(`node ${left} is of another machine`));
    expect(await second.command.stop()).toBe(0);
    expect(await nodes()).toEqual([left]);
    expect(await closedNodes()).not.toContain(left);
  });

  it('take their lock again after a lost connection, and continue', async () => {
    const first = await start();
    const owned = await nodes();
    const [session] = await sessions();
    await endSession(session!);
    await until(async () => (await sessions()).some((pid) => pid !== session), 10_000);
    expect(await sessions()).toEqual([expect.any(Number)]);
    await whoami(first.url);
    expect(await nodes()).toEqual(owned);
    expect(first.command.output).not.toContain('was taken over');
    await endAll();
  });

  it.each(['spool', 'wal'])(
    'continue as another node when theirs was taken over, with every row once: %s',
    async (mode) => {
      const first = await start({ env: { AUDIT_DURABILITY: mode, AUDIT_SEAL_SECONDS: '1' } });
      await whoami(first.url);
      await until(async () => (await whoamiRows()).length === 1);
      const [lost] = await nodes();
      const [session] = await sessions();
      const other = new Client({ connectionString: database.ownerUrl });
      await other.connect();
      const waiting = other.query(`SELECT pg_advisory_lock(${LOCK_OF_NODE})`, [lost]);
      await endSession(session!);
      await waiting;
      const next = await first.command.prints(
        new RegExp(`node ${lost} was taken over by another process: this one goes on as ([0-9a-f-]{36})`),
      );
      for (let call = 0; call < 5; call++) await whoami(first.url);
      await other.end();
      await until(async () => (await whoamiRows()).length === 6, 20_000);
      expect((await whoamiRows()).map(({ node }) => node)).toEqual([lost, ...Array<string>(5).fill(next)]);
      expect(await closedNodes()).toContain(lost);
      expect(await nodes()).toEqual([next]);
      await whoami(first.url);
      await endAll();
      expect(await closedNodes()).toContain(next);
    },
  );

  describeNamespaces('in two network namespaces', () => {
    it('do not touch the rows and the chain of each other', async () => {
      const first = await start();
      await whoami(first.url);
      const [owned] = await nodes();
      const second = await start(relay.options);
      expect(await nodes()).toHaveLength(2);
      expect(await second.command.stop()).toBe(0);
      expect(second.command.output).not.toContain('ended without a drain');
      expect(await nodes()).toEqual([owned]);
      expect(await closedNodes()).not.toContain(owned);
      await whoami(first.url);
      await endAll();
    });

    it('take over the rows of a killed one', async () => {
      await start(relay.options);
      const [left] = await nodes();
      await running.pop()!.stop('SIGKILL');
      const second = await start();
      await second.command.prints(new RegExp(`node ${left} ended without a drain`));
      await until(async () => !(await nodes()).includes(left!));
      await endAll();
    });

    it('do not share the embedded database', async () => {
      const env = { DATA_DIR: dataDir(), BOOTSTRAP_ADMIN_KEY: key };
      const first = await startProcess({ env });
      running.push(first.command);
      const second = Command.run('server/main.js', {
        ...relay.options,
        env: { ...env, ...relay.options.env },
      });
      running.push(second);
      expect(await second.end()).toBe(1);
      expect(second.output).toContain(`in use by process ${first.command.child.pid}`);
      expect(await first.command.stop()).toBe(0);
    });
  });
});
