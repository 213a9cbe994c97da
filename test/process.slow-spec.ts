import { chmod, chown, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { generateApiKey } from '../src/api-keys/key-format.js';
import { EmbeddedPostgres } from '../src/database/embedded/embedded-postgres.js';
import { withMigrations } from '../src/database/migrations.js';
import { mayRewriteAudit } from '../src/database/service-role.js';
import { createDatabase, query, type TestDatabase } from './support/database.js';
import { Command, type ProcessOptions, startProcess } from './support/process.js';
import { until } from './support/until.js';

const PRODUCTION = { NODE_ENV: 'production', SECRETS_KEY: 'a-key-that-only-specs-and-tests-use' };
const KEY = /mcp_[0-9A-Za-z]{49}/;
const folders: string[] = [];

async function newFolder(mode = 0o755): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bouncer-process-'));
  await chmod(folder, mode);
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  for (const folder of folders) {
    // If the folder is private, the data is stored elsewhere and a link leads there.
    const data = await realpath(join(folder, 'data', 'postgres')).catch(() => folder);
    await rm(data, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
});

const post = async (url: string, path: string, key: string, body: unknown) => {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as any };
};

async function takePort() {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  return { taken, port: (taken.address() as { port: number }).port };
}

async function freePort(): Promise<number> {
  const { taken, port } = await takePort();
  taken.close();
  await once(taken, 'close');
  return port;
}

const urlsOf = ({ url, ownerUrl }: TestDatabase) => ({
  DATABASE_URL: url,
  MIGRATION_DATABASE_URL: ownerUrl,
});

const whoami = (url: string, key: string) =>
  post(url, '/mcp', key, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami' } });

describe('The service with its embedded PostgreSQL', () => {
  /** Is a service on a folder of its own, for the specs that leave it and its folder unchanged. */
  let served: { command: Command; url: string } | undefined;
  let servedFolder: string | undefined;
  let servedKey: string | undefined;

  const serving = async () => {
    servedFolder ??= await newFolder();
    const env = { DATA_DIR: servedFolder };
    served ??= await startProcess({ env });
    servedKey ??= await served.command.prints(KEY);
    return { ...served, env, key: servedKey };
  };
  const stopServing = async (signal?: NodeJS.Signals) => {
    const { command } = served!;
    served = undefined;
    return command.stop(signal);
  };
  afterAll(async () => {
    if (served) await stopServing();
  });

  it('starts on an empty folder, shows the first key once, keeps its data, and ends with 0 at SIGTERM', async () => {
    const env = { DATA_DIR: await newFolder() };
    const first = await startProcess({ env });
    const key = await first.command.prints(KEY);
    expect(first.command.output).toContain(
      `claude mcp add --transport http bouncer ${first.url}/mcp --header "Authorization: Bearer ${key}"`,
    );
    expect(first.command.output).toContain('"mcpServers"');
    expect(first.command.output).toContain(`curl ${first.url}/mcp`);
    expect((await whoami(first.url, key)).body.result.structuredContent.user).toMatchObject({
      role: 'admin',
    });
    const { body: document } = await post(first.url, '/api/documents', key, {
      title: 'Kept',
      content: 'over a restart',
    });
    expect(await first.command.stop()).toBe(0);
    expect(first.command.output).toMatch(/audit drained: accepted 5, written 5, spooled 0, pending 0/);

    const second = await startProcess({ env });
    expect(second.command.output).not.toMatch(KEY);
    const { body } = await post(second.url, '/api/documents/search', key, { query: 'restart' });
    expect(body.results).toMatchObject([{ id: document.id, title: 'Kept' }]);
    expect(await second.command.stop()).toBe(0);
  });

  it('names in one error everything that is wrong with its settings, files and the given key, and shows no value', async () => {
    const missing = join(await newFolder(), 'missing.pem');
    const env = {
      PORT: 'many',
      BOOTSTRAP_ADMIN_KEY: 'mcp_not-a-key',
      TLS_CERT_FILE: missing,
      TLS_KEY_FILE: missing,
    };
    const command = Command.run('server/main.js', { env });
    expect(await command.end()).toBe(1);
    for (const name of Object.keys(env)) expect(command.output).toMatch(new RegExp(`^  ${name}: `, 'm'));
    for (const value of ['many', 'not-a-key', missing]) expect(command.output).not.toContain(value);
  });

  it('refuses a second start on the folder of a running one, which continues', async () => {
    const { command, url, env, key } = await serving();
    const second = Command.run('server/main.js', { env });
    expect(await second.end()).toBe(1);
    expect(second.output).toContain(`The data folder is in use by process ${command.child.pid}`);
    expect((await whoami(url, key)).status).toBe(200);
  });

  it('recovers after a killed process', async () => {
    await serving();
    await stopServing('SIGKILL');
    const { url, key } = await serving();
    expect((await whoami(url, key)).status).toBe(200);
    expect(await stopServing()).toBe(0);
  });

  // Only the owner may read a folder that mkdtemp creates, and the account that PostgreSQL runs under may not.
  it('starts in a folder that only its own account can reach', async () => {
    const { command, url } = await startProcess({ env: { DATA_DIR: join(await newFolder(0o700), 'data') } });
    expect((await whoami(url, await command.prints(KEY))).status).toBe(200);
    expect(await command.stop()).toBe(0);
  });

  it('starts as an ordinary user', async () => {
    const folder = await newFolder();
    const account = await ordinaryAccount();
    if (account === 'unreachable') return console.warn('skipped: an ordinary user cannot read this checkout');
    if (account.uid !== undefined) await chown(folder, account.uid, account.gid!);
    const { command, url } = await startProcess({ env: { DATA_DIR: folder }, ...account });
    expect((await whoami(url, await command.prints(KEY))).status).toBe(200);
    expect(await command.stop()).toBe(0);
  });

  it('serves as a role that cannot change the audit, with a password that only its account may read', async () => {
    const { url, env, key } = await serving();
    expect((await whoami(url, key)).status).toBe(200);
    const urls = (await EmbeddedPostgres.urlsOfRunning(env.DATA_DIR))!;
    const roles = await query<{ usename: string }>(
      urls.adminUrl,
      `SELECT DISTINCT usename FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
    expect(roles).toEqual([{ usename: 'bouncer' }]);
    expect(await mayRewriteAudit(urls.url)).toBe(false);
    expect((await stat(join(env.DATA_DIR, 'bouncer.password'))).mode & 0o777).toBe(0o600);
  });

  it('takes over the folder of a version that served as the superuser', async () => {
    const { env, key } = await serving();
    await stopServing();
    const server = await EmbeddedPostgres.start(env.DATA_DIR);
    await withMigrations(server.urls.adminUrl, async (dataSource) => {
      await dataSource.undoLastMigration();
      await dataSource.query('DROP OWNED BY bouncer');
      await dataSource.query('DROP ROLE bouncer');
    });
    await server.stop();
    await rm(join(env.DATA_DIR, 'bouncer.password'));
    const waiting = Command.run('server/main.js', { env: { ...env, MIGRATE_ON_START: 'false' } });
    expect(await waiting.end()).toBe(1);
    expect(waiting.output).toContain('bouncer migration run');
    const { command, url } = await serving();
    expect((await whoami(url, key)).status).toBe(200);
    expect(await stopServing()).toBe(0);
    expect(command.output).toMatch(/audit drained: accepted 1, written 1,.* pending 0/);
  });

  it('lets the import join the server of a running service', async () => {
    const { url, env, key } = await serving();
    const files = await newFolder();
    await writeFile(join(files, 'note.md'), '# Notes on quokkas\n\nThey smile.');
    await writeFile(join(files, 'binary.txt'), Buffer.from([0xff, 0xfe, 0x00]));
    await writeFile(join(files, 'ignored.png'), 'no');
    const args = ['documents', 'import', '--user', 'admin@localhost', files];
    const first = Command.run('cli/bouncer.js', { env, args });
    // 3: some were skipped.
    expect(await first.end()).toBe(3);
    expect(first.output).toContain('2 files for admin@localhost');
    expect(first.output).toContain('1 added, 0 changed, 0 unchanged, 1 skipped');
    expect(first.output).toContain('skipped binary.txt: not UTF-8 text');
    await writeFile(join(files, 'note.md'), '# Notes on quokkas\n\nThey smile a lot.');
    const second = Command.run('cli/bouncer.js', { env, args });
    expect(await second.end()).toBe(3);
    expect(second.output).toContain('0 added, 1 changed, 0 unchanged, 1 skipped');
    const { body } = await post(url, '/api/documents/search', key, { query: 'quokka' });
    expect(body.results).toMatchObject([{ title: 'Notes on quokkas', filename: 'note.md' }]);
  });

  it('migrates before a first start, in a folder that is not there yet', async () => {
    const env = { DATA_DIR: join(await newFolder(), 'data') };
    const migrate = Command.run('cli/bouncer.js', { env, args: ['migration', 'run'] });
    expect(await migrate.end()).toBe(0);
    expect(migrate.output).toContain('Ran InitialSchema');
    const { command } = await startProcess({ env: { ...env, MIGRATE_ON_START: 'false' } });
    expect(await command.stop()).toBe(0);
  });

  it('stores a raw key nowhere: not in the database or its files, the output, or the list of processes', async () => {
    const env = { DATA_DIR: await newFolder() };
    const { command, url } = await startProcess({ env });
    const adminKey = await command.prints(KEY);
    const { body: made } = await post(url, '/api/mcp/keys', adminKey, { name: 'Scanned', scopes: ['read'] });
    const { body: rotated } = await post(url, `/api/mcp/keys/${made.id}/rotate`, adminKey, {});
    await post(url, '/mcp', rotated.apiKey, {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'documents_delete', arguments: {} },
    });
    await fetch(`${url}/api/me?api_key=${rotated.apiKey}`);
    await fetch(`${url}/${rotated.apiKey}`, { headers: { 'x-api-key': made.apiKey } });
    const title = await readFile(`/proc/${command.child.pid}/cmdline`, 'utf8').catch(() => '');
    expect(await command.stop()).toBe(0);
    const keys: string[] = [adminKey, made.apiKey, rotated.apiKey];
    expect(keys.every((key) => KEY.test(key))).toBe(true);
    const shown = command.output.split(adminKey).length - 1;
    expect(shown).toBe(4); // It is shown itself, and in the three configurations to paste.
    for (const key of keys) {
      const secret = key.slice(8);
      expect(title).not.toContain(secret);
      expect(command.output.replaceAll(adminKey, '')).not.toContain(secret);
      expect(await filesWith(secret, env.DATA_DIR)).toEqual([]);
    }
    // This shows that the scan works, because it finds what is stored.
    expect(await filesWith(made.start, env.DATA_DIR)).not.toEqual([]);
  });
});

describe('The service on a given PostgreSQL', () => {
  it('takes the first admin key from BOOTSTRAP_ADMIN_KEY and does not print it', async () => {
    const database = await createDatabase('template0');
    const key = generateApiKey('mcp');
    const { command, url } = await startProcess({
      env: { ...urlsOf(database), BOOTSTRAP_ADMIN_KEY: key },
    });
    expect((await whoami(url, key)).body.result.structuredContent.scopes).toEqual(['admin']);
    expect(await command.stop()).toBe(0);
    expect(command.output).not.toContain(key.slice(8));
    await database.drop();
  });

  it('is not ready before the first admin exists, whose key is valid from then on', async () => {
    const database = await createDatabase();
    const port = await freePort();
    const holder = new Client({ connectionString: database.ownerUrl });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(7266313)');
    const command = Command.run('server/main.js', { env: { ...urlsOf(database), PORT: String(port) } });
    const ready = () =>
      fetch(`http://127.0.0.1:${port}/health/ready`).then(
        ({ status }) => status,
        () => 0,
      );
    await until(async () => (await ready()) !== 0, 25_000);
    expect(await ready()).toBe(503);
    await holder.end();
    await command.prints(/Bouncer serves/);
    expect(await ready()).toBe(200);
    await command.stop();
    await database.drop();
  });

  it('does not reactivate a revoked BOOTSTRAP_ADMIN_KEY', async () => {
    const database = await createDatabase();
    const env = { ...urlsOf(database), BOOTSTRAP_ADMIN_KEY: generateApiKey('mcp') };
    const first = await startProcess({ env });
    await query(database.ownerUrl, 'UPDATE api_keys SET revoked_at = now()');
    await first.command.stop();
    const second = await startProcess({ env });
    expect((await whoami(second.url, env.BOOTSTRAP_ADMIN_KEY)).status).toBe(401);
    await second.command.stop();
    await database.drop();
  });

  it('gives BOOTSTRAP_ADMIN_KEY to nobody if BOOTSTRAP_ADMIN_EMAIL is not an admin, and says so', async () => {
    const database = await createDatabase();
    const first = await startProcess({
      env: { ...urlsOf(database), BOOTSTRAP_ADMIN_KEY: generateApiKey('mcp') },
    });
    await first.command.stop();
    const env = {
      ...urlsOf(database),
      BOOTSTRAP_ADMIN_KEY: generateApiKey('mcp'),
      BOOTSTRAP_ADMIN_EMAIL: 'other@example.com',
    };
    const second = await startProcess({ env });
    expect((await whoami(second.url, env.BOOTSTRAP_ADMIN_KEY)).status).toBe(401);
    await second.command.stop();
    expect(second.command.output).toContain('BOOTSTRAP_ADMIN_KEY is not used');
    await database.drop();
  });

  it.each([
    [
      'a BOOTSTRAP_ADMIN_KEY of the wrong form',
      { BOOTSTRAP_ADMIN_KEY: 'mcp_secret_of_mine' },
      /BOOTSTRAP_ADMIN_KEY/,
    ],
    [
      'several wrong settings, all named at once',
      { PORT: 'x', API_KEY_PREFIX: 'A B' },
      /PORT[^]*API_KEY_PREFIX/,
    ],
    ['migrations that it may not run', { MIGRATE_ON_START: 'false' }, /bouncer migration run/],
  ])('does not start with %s', async (_, env, message) => {
    const database = await createDatabase('template0');
    const command = Command.run('server/main.js', { env: { ...urlsOf(database), ...env } });
    expect(await command.end()).toBe(1);
    expect(command.output).toMatch(message);
    expect(command.output).not.toContain('secret_of_mine');
    await database.drop();
  });

  it('shows the first key when a start succeeds, not when it fails on its port', async () => {
    const database = await createDatabase();
    const env = urlsOf(database);
    const { taken, port } = await takePort();
    const failed = Command.run('server/main.js', { env: { ...env, PORT: String(port) } });
    expect(await failed.end()).toBe(1);
    expect(failed.output).toContain('Set another PORT');
    expect(failed.output).not.toMatch(KEY);
    taken.close();
    const { command, url } = await startProcess({ env });
    expect((await whoami(url, await command.prints(KEY))).status).toBe(200);
    await command.stop();
    await database.drop();
  });

  it.each([
    ['warns in production of a role that could change the audit', true],
    ['does not warn in production of one that could not', false],
  ])('%s', async (_, single) => {
    const database = await createDatabase();
    const urls = single ? { DATABASE_URL: database.ownerUrl } : urlsOf(database);
    const { command } = await startProcess({ env: { ...urls, ...PRODUCTION } });
    expect(await command.stop()).toBe(0);
    expect(command.output.includes('could change audit rows')).toBe(single);
    await database.drop();
  });

  it('logs one JSON object per line in production, from its first migration on', async () => {
    const database = await createDatabase('template0');
    const { command } = await startProcess({ env: { ...urlsOf(database), ...PRODUCTION } });
    await command.stop();
    expect(command.output).toMatch(/^\{.*"Ran the migration InitialSchema\d+".*\}$/m);
    await database.drop();
  });

  it('drains completely even if a second signal arrives', async () => {
    const database = await createDatabase();
    const key = generateApiKey('mcp');
    const { command, url } = await startProcess({
      env: { ...urlsOf(database), BOOTSTRAP_ADMIN_KEY: key },
    });
    await whoami(url, key);
    command.child.kill('SIGTERM');
    command.child.kill('SIGINT');
    expect(await command.stop('SIGTERM')).toBe(0);
    expect(command.output).toContain('audit drained: accepted 3, written 3');
    await database.drop();
  });

  it('exits with 1 after an uncaught error, which it logs, and writes its audit rows', async () => {
    const database = await createDatabase();
    const key = generateApiKey('mcp');
    const { command, url } = await startProcess({
      env: {
        ...urlsOf(database),
        BOOTSTRAP_ADMIN_KEY: key,
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
          'process.on("SIGUSR2", () => void Promise.reject(new Error("left behind by a tool")))',
        )}`,
      },
    });
    await whoami(url, key);
    expect(await command.stop('SIGUSR2')).toBe(1);
    expect(command.output).toMatch(/An uncaught error stops the service.*left behind by a tool/);
    expect(command.output).toContain('audit drained: accepted 3, written 3, spooled 0, pending 0');
    await database.drop();
  });

  it('continues when the reader of its log exits, and exits with 0 at SIGTERM', async () => {
    const database = await createDatabase();
    const key = generateApiKey('mcp');
    const { command, url } = await startProcess({
      env: { ...urlsOf(database), BOOTSTRAP_ADMIN_KEY: key },
    });
    command.child.stdout!.destroy();
    command.child.stderr!.destroy();
    for (let call = 0; call < 3; call++) expect((await whoami(url, key)).status).toBe(200);
    expect(await command.stop()).toBe(0);
    const [row] = await query<{ rows: number }>(
      database.ownerUrl,
      `SELECT count(*)::int AS rows FROM audit_events WHERE tool = 'whoami'`,
    );
    expect(row!.rows).toBe(3);
    await database.drop();
  });

  it('does not start without its PostgreSQL, and says so in one line', async () => {
    const command = Command.run('server/main.js', {
      env: { DATABASE_URL: 'postgres://postgres:hunter2@127.0.0.1:1/none' },
    });
    expect(await command.end()).toBe(1);
    expect(command.output).toMatch(/ECONNREFUSED/);
    expect(command.output).not.toContain('hunter2');
  });

  it('serves on after SIGTERM while it is not ready any more, until a second signal ends the delay', async () => {
    const database = await createDatabase();
    const key = generateApiKey('mcp');
    const { command, url } = await startProcess({
      env: { ...urlsOf(database), BOOTSTRAP_ADMIN_KEY: key, SHUTDOWN_DELAY_SECONDS: '600' },
    });
    command.child.kill('SIGTERM');
    await until(async () => (await fetch(`${url}/health/ready`)).status === 503);
    expect((await whoami(url, key)).status).toBe(200);
    // Signals that follow at once are taken for the same one, so they are repeated.
    await until(() => command.child.exitCode !== null || !command.child.kill('SIGTERM'));
    expect(await command.end()).toBe(0);
    await database.drop();
  });

  it('finishes the running calls at SIGTERM, and audits them', async () => {
    const database = await createDatabase();
    const key = generateApiKey('mcp');
    const { command, url } = await startProcess({
      env: { ...urlsOf(database), BOOTSTRAP_ADMIN_KEY: key, RATE_LIMIT_DEVELOPMENT: '100000' },
    });
    const calls = Array.from({ length: 60 }, () => whoami(url, key).catch(() => undefined));
    await Promise.race(calls);
    expect(await command.stop()).toBe(0);
    const answered = (await Promise.all(calls)).filter((answer) => answer?.status === 200);
    const [row] = await query<{ rows: number; gaps: number }>(
      database.ownerUrl,
      `SELECT (count(*) FILTER (WHERE tool = 'whoami'))::int AS rows, (max(node_seq) - count(*))::int AS gaps
       FROM audit_events`,
    );
    expect(answered.length).toBeGreaterThan(0);
    expect(row!.rows).toBeGreaterThanOrEqual(answered.length);
    expect(row!.gaps).toBe(0);
    await database.drop();
  });
});

/** Returns the account `nobody` for root, if it can read the compiled program, and otherwise this process's own. */
async function ordinaryAccount(): Promise<Pick<ProcessOptions, 'uid' | 'gid'> | 'unreachable'> {
  if (process.getuid?.() !== 0) return {};
  const account = { uid: 65_534, gid: 65_534 };
  for (let path = resolve(__dirname, '..'); path !== '/'; path = resolve(path, '..')) {
    if (((await stat(path)).mode & 0o005) !== 0o005) return 'unreachable';
  }
  return account;
}

/** Returns the files below a folder, following links, that contain a text. */
async function filesWith(text: string, folder: string): Promise<string[]> {
  const needle = Buffer.from(text);
  const found: string[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const entry = await stat(path);
    if (entry.isDirectory()) found.push(...(await filesWith(text, path)));
    else if ((await readFile(path)).includes(needle)) found.push(path);
  }
  return found;
}
