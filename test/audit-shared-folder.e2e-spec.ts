import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateApiKey } from '../src/api-keys/key-format.js';
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
  /** Ends all in order, and asks the verifier what it thinks of their rows. */
  const endAll = async () => {
    for (const command of running.splice(0)) expect(await command.stop()).toBe(0);
    expect(await nodes()).toEqual([]);
    const verifier = Command.run('cli/verify-audit.cli.js', { env: settings() });
    expect({ code: await verifier.end(), output: verifier.output }).toMatchObject({ code: 0 });
  };

  describeNamespaces('in two network namespaces', () => {
    it('leave the rows and the chain of each other alone', async () => {
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

    it('take over what one that was killed has left', async () => {
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
      const second = Command.run('main.js', { ...relay.options, env: { ...env, ...relay.options.env } });
      running.push(second);
      expect(await second.end()).toBe(1);
      expect(second.output).toContain(`in use by process ${first.command.child.pid}`);
      expect(await first.command.stop()).toBe(0);
    });
  });
});
