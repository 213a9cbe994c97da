import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { Client } from 'pg';
import { generateApiKey } from '../src/api-keys/key-format.js';
import { bringBack, createDatabase, query, takeAway, type TestDatabase } from './support/database.js';
import { type Command, startProcess } from './support/process.js';
import { eventually } from './support/until.js';

const SPOOLED = 5;

describe('A process that was', () => {
  const key = generateApiKey('mcp');
  let database: TestDatabase;
  let folder: string;
  let running: Command | undefined;
  /**
   * Makes the folder of a process that was stopped while PostgreSQL was unavailable, with the rows of `SPOOLED` calls
   * on disk.
   */
  let left: { database: TestDatabase; folder: string; output: string };

  beforeAll(async () => {
    database = await createDatabase();
    folder = await mkdtemp(join(tmpdir(), 'audit-crash-'));
    const { command, url } = await start({ AUDIT_DRAIN_SECONDS: '1' });
    await whoami(url);
    await takeAway(database.name);
    for (let call = 0; call < SPOOLED; call++) await whoami(url);
    assert.equal(await command.stop(), 0);
    await bringBack(database.name);
    left = { database, folder, output: command.output };
  });
  afterAll(async () => {
    await left.database.drop();
    await rm(left.folder, { recursive: true });
  });

  beforeEach(async () => {
    database = await createDatabase();
    folder = await mkdtemp(join(tmpdir(), 'audit-crash-'));
  });
  afterEach(async () => {
    await running?.stop('SIGKILL');
    await bringBack(database.name);
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const start = async (env: Record<string, string> = {}) => {
    const { command, url } = await startProcess({
      env: {
        DATABASE_URL: database.url,
        MIGRATION_DATABASE_URL: database.ownerUrl,
        DATA_DIR: folder,
        BOOTSTRAP_ADMIN_KEY: key,
        RATE_LIMIT_DEVELOPMENT: '1000000',
        NODE_ENV: 'production',
        SECRETS_KEY: 'a-key-that-only-specs-and-tests-use',
        ...env,
      },
    });
    running = command;
    return { command, url };
  };

  /** @returns the request id of an answered call */
  const whoami = async (url: string): Promise<string> => {
    const response = await fetch(`${url}/mcp`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami' } }),
    });
    await response.text();
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    return response.headers.get('x-request-id')!;
  };

  /**
   * Calls from 16 clients until the process is killed in the middle of them. @returns the ids of the answered calls
   */
  const callUntilKilled = async (url: string, command: Command, calls: number): Promise<string[]> => {
    const answered: string[] = [];
    const client = async () => {
      while (answered.length < 100 * calls) {
        answered.push(await whoami(url));
        if (answered.length === calls) command.child.kill('SIGKILL');
      }
    };
    await Promise.all(Array.from({ length: 16 }, () => client().catch(() => undefined)));
    await command.end();
    return answered;
  };

  const rows = () =>
    query<{ id: string; request_id: string; node_id: string; node_seq: string }>(
      database.ownerUrl,
      'SELECT id, request_id, node_id, node_seq FROM audit_events ORDER BY node_id, node_seq',
    );
  const nodes = async () =>
    (await readdir(join(folder, 'audit', 'spool'))).filter((name) => name.length === 36);
  const segmentOf = async (node: string) => {
    const path = join(folder, 'audit', 'spool', node);
    const names = (await readdir(path)).filter((name) => name.endsWith('.segment'));
    return join(path, names.sort()[0]!);
  };

  /** Continues with a copy of the folder in {@link left}. */
  const spooled = async () => {
    await database.drop();
    database = await createDatabase(left.database.name);
    await cp(left.folder, folder, { recursive: true });
  };
  /** Returns the rows of calls, once there are `count` of them. */
  const rowsOnce = (count: number) => eventually(rows, (found) => found.length >= count);

  it('killed in the mode wal leaves the row of every answered call', async () => {
    const { command, url } = await start({ AUDIT_DURABILITY: 'wal' });
    const answered = await callUntilKilled(url, command, 400);
    expect(answered.length).toBeGreaterThanOrEqual(400);
    const second = await start({ AUDIT_DURABILITY: 'wal' });
    await second.command.prints(/node \S+ ended without a drain/);
    const found = await rows();
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    const recorded = new Set(found.map(({ request_id: id }) => id));
    expect(answered.filter((id) => !recorded.has(id))).toEqual([]);
  });

  it('killed in the mode wal while PostgreSQL is unavailable leaves the row of every answered call', async () => {
    const { command, url } = await start({ AUDIT_DURABILITY: 'wal' });
    await whoami(url);
    await takeAway(database.name);
    const answered = await callUntilKilled(url, command, 200);
    await bringBack(database.name);
    const second = await start({ AUDIT_DURABILITY: 'wal' });
    await second.command.prints(/node \S+ ended without a drain/);
    const recorded = new Set((await rows()).map(({ request_id: id }) => id));
    expect(answered.filter((id) => !recorded.has(id))).toEqual([]);
  });

  it('killed in the mode spool loses at most the rows of its last moments, and the next start says how many', async () => {
    const { command, url } = await start();
    const answered = await callUntilKilled(url, command, 400);
    const [node] = await nodes();
    const accepted = Number(await readFile(join(folder, 'audit', 'spool', node!, 'accepted'), 'utf8'));
    expect(accepted).toBeGreaterThanOrEqual(answered.length);
    const second = await start();
    const report = await second.command.prints(
      /node \S+ ended without a drain: (accepted \d+, written \d+, lost \d+)/,
    );
    const found = (await rows()).filter(({ node_id: id }) => id === node);
    expect(report).toBe(`accepted ${accepted}, written ${found.length}, lost ${accepted - found.length}`);
    const recorded = new Set(found.map(({ request_id: id }) => id));
    const missing = answered.filter((id) => !recorded.has(id)).length;
    expect(missing).toBeLessThanOrEqual(accepted - found.length);
    await eventually(nodes, (left) => !left.includes(node!));
  });

  it('stopped while PostgreSQL is unavailable leaves its rows on disk, says so, and the next start writes them', async () => {
    await spooled();
    expect(left.output).toMatch(/audit drained: accepted 8, written [23], spooled [56], pending 0/);
    await start();
    const found = await rowsOnce(8);
    expect(found.map(({ node_seq: number }) => Number(number))).toEqual(found.map((_, index) => index + 1));
    await eventually(nodes, (left) => left.length === 1);
  });

  it('stopped while PostgreSQL hangs leaves the rows in progress on disk as well, and does not hang itself', async () => {
    const { command, url } = await start({ AUDIT_DRAIN_SECONDS: '1' });
    await whoami(url);
    const holder = new Client({ connectionString: database.ownerUrl });
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE audit_events');
    for (let call = 0; call < 20; call++) await whoami(url);
    const code = await command.stop();
    await holder.end();
    expect(code).toBe(0);
    expect(command.output).toMatch(/accepted 23, written [0-3], spooled 2[0-3], pending 0/);
    await start();
    const found = await rowsOnce(23);
    expect(found.map(({ node_seq: number }) => Number(number))).toEqual(found.map((_, index) => index + 1));
  });

  it('killed in the middle of a line loses only that line', async () => {
    await spooled();
    const [node] = await nodes();
    await appendFile(await segmentOf(node!), '0badc0de {"id":"half of a li');
    const { command } = await start();
    await command.prints(/ends in a torn line/);
    expect(await rowsOnce(8)).toHaveLength(8);
  });

  it('killed and whose line was changed has that line reported and put aside, and the others written', async () => {
    await spooled();
    const [node] = await nodes();
    const path = await segmentOf(node!);
    const [first, ...others] = (await readFile(path, 'utf8')).split('\n');
    await writeFile(path, [first!.replace('whoami', 'whoamI'), ...others].join('\n'));
    const { command, url } = await start();
    await command.prints(/has 1 damaged lines/);
    await command.prints(/accepted 8, written 7, lost 1/);
    expect(await readdir(join(folder, 'audit', 'spool', 'damaged'))).toHaveLength(1);
    const health = (await (await fetch(`${url}/health/ready`)).json()) as any;
    expect(health.checks.audit).toMatchObject({ status: 'lossy', dropped: 1 });
  });

  it('killed and has a line with a valid checksum that is not an event gets it put aside, without blocking other rows', async () => {
    await spooled();
    const [node] = await nodes();
    const path = await segmentOf(node!);
    const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
    const foreign = ['null', '{"version":2}', lines[0]!.slice(9).replace('"success"', '"perhaps"')];
    const spoiled = foreign.map((json) => `${crc32(json).toString(16).padStart(8, '0')} ${json}`);
    await writeFile(path, [spoiled[0], lines[0], spoiled[1], ...lines.slice(1), spoiled[2], ''].join('\n'));
    const { command, url } = await start();
    await command.prints(/has 3 damaged lines/);
    await command.prints(/accepted 8, written 8, lost 0/);
    const [kept] = await readdir(join(folder, 'audit', 'spool', 'damaged'));
    expect(await readFile(join(folder, 'audit', 'spool', 'damaged', kept!), 'utf8')).toContain(spoiled[2]);
    const id = await whoami(url);
    await eventually(rows, (found) => found.some(({ request_id: request }) => request === id));
    const health = (await (await fetch(`${url}/health/ready`)).json()) as any;
    expect(health.checks.audit).toMatchObject({ status: 'lossy', dropped: 3 });
  });

  it('killed and has a row that PostgreSQL refuses gets its other rows written', async () => {
    await spooled();
    const [node] = await nodes();
    const path = await segmentOf(node!);
    const [first, ...others] = (await readFile(path, 'utf8')).split('\n');
    // The year is well-formed, but beyond what PostgreSQL supports.
    const json = first!.slice(9).replace(/"occurredAt":"\d{4}/, '"occurredAt":"0000');
    await writeFile(path, [`${crc32(json).toString(16).padStart(8, '0')} ${json}`, ...others].join('\n'));
    const { command, url } = await start();
    await command.prints(/was refused/);
    await command.prints(/accepted 8, written 7, lost 1/);
    const id = await whoami(url);
    await eventually(rows, (found) => found.some(({ request_id: request }) => request === id));
  });

  it('killed and has an unreadable file gets it put aside, without blocking other rows', async () => {
    await spooled();
    const [node] = await nodes();
    await mkdir(join(folder, 'audit', 'spool', node!, '000000000.segment'));
    const { command, url } = await start();
    await command.prints(/000000000\.segment cannot be read/);
    await command.prints(/accepted 8, written 8, lost 0/);
    expect(await readdir(join(folder, 'audit', 'spool', 'damaged'))).toHaveLength(1);
    const id = await whoami(url);
    await eventually(rows, (found) => found.some(({ request_id: request }) => request === id));
  });

  it('killed during the replay of earlier rows does not write any row twice', async () => {
    await spooled();
    const [node] = await nodes();
    const path = await segmentOf(node!);
    const whole = await readFile(path, 'utf8');
    const { command } = await start();
    await rowsOnce(8);
    await command.stop();
    // This simulates a process that was killed after its rows were committed and before the file was removed.
    await mkdir(join(folder, 'audit', 'spool', node!), { recursive: true });
    await writeFile(path, whole);
    const again = await start();
    await again.command.prints(/replayed [56] audit rows/);
    expect(await rows()).toHaveLength(8);
  });

  it('killed and has a forged number of accepted rows does not have it believed', async () => {
    await spooled();
    const [node] = await nodes();
    await query(
      database.url,
      `INSERT INTO audit_events (id, occurred_at, node_id, node_seq, action, outcome)
       VALUES (gen_random_uuid(), now(), $1, 1000000000000, 'spec', 'success')`,
      [node],
    );
    const { command } = await start();
    await command.prints(/accepted 8, written 9, lost 0/);
    await eventually(nodes, (left) => !left.includes(node!));
  });

  it('killed has its rows taken over by another one that is already running', async () => {
    const first = await start();
    const second = await start();
    const [, ...others] = await nodes();
    expect(others).toHaveLength(1);
    await whoami(first.url);
    await first.command.stop('SIGKILL');
    await second.command.prints(/ended without a drain/);
    await eventually(nodes, (left) => left.length === 1);
  });

  it('not killed keeps its folder, whatever else starts on it', async () => {
    const first = await start();
    const owned = await nodes();
    const second = await start();
    expect(await nodes()).toEqual(expect.arrayContaining(owned));
    await whoami(first.url);
    expect(await first.command.stop()).toBe(0);
    expect(await second.command.stop()).toBe(0);
    expect(await nodes()).toEqual([]);
  });

  it('started on a data folder that cannot be written refuses to start, and names the folder', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const refused = async (env: Record<string, string>, words: string) =>
      expect(start({ DATA_DIR: file, ...env })).rejects.toThrow(words);
    await refused({}, 'set another DATA_DIR, or AUDIT_SEAL_KEY_FILE');
    const keyFile = join(folder, 'seal-key.pem');
    const { privateKey } = generateKeyPairSync('ed25519');
    await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    await refused({ AUDIT_SEAL_KEY_FILE: keyFile }, 'set another DATA_DIR, or AUDIT_DURABILITY=memory');
    const { url } = await start({
      DATA_DIR: file,
      AUDIT_SEAL_KEY_FILE: keyFile,
      AUDIT_DURABILITY: 'memory',
    });
    expect(await whoami(url)).toMatch(/^[0-9a-f-]{36}$/);
  });
});
