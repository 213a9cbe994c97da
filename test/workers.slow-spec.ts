import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { request as requestTls } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateApiKey } from '../src/api-keys/key-format.js';
import { createDatabase, query, type TestDatabase } from './support/database.js';
import { Command, startProcess } from './support/process.js';
import { eventually } from './support/until.js';

const WHOAMI = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami' } };

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: any;
}

/** Sends a request over a connection of its own, which comes to the worker whose turn it is. */
async function send(
  url: string,
  key: string,
  path = '/mcp',
  body: unknown = WHOAMI,
  method = 'POST',
): Promise<Answer> {
  const sent = (url.startsWith('https:') ? requestTls : request)(url + path, {
    agent: false,
    rejectUnauthorized: false,
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== null && { 'content-type': 'application/json' }),
    },
  });
  sent.end(body === null ? undefined : JSON.stringify(body));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part;
  return {
    status: response.statusCode!,
    headers: response.headers,
    body: text ? JSON.parse(text) : undefined,
  };
}

const times = <T>(count: number, work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, work));

/** The workers that a process runs. It has no other children on a database that it did not start. */
const workersOf = ({ child: { pid } }: Command): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);

/** A port that something listens on, and the free one before it: the first worker gets that, and the second the taken one. */
async function takenPortAfterFree(): Promise<{ taken: Server; free: number }> {
  for (;;) {
    const taken = await listen(0);
    const free = (taken!.address() as AddressInfo).port - 1;
    const before = await listen(free);
    before?.close();
    if (before) return { taken: taken!, free };
    taken!.close();
  }
}

/** @returns nothing where somebody else listens on the port */
async function listen(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

describe('Several workers', () => {
  const key = generateApiKey('mcp');
  let database: TestDatabase;
  let folder: string;
  let command: Command;
  let url: string;

  const rows = async () =>
    query<{ node: string }>(
      database.ownerUrl,
      `SELECT node_id AS node FROM audit_events WHERE action = 'tools/call' AND outcome = 'success'`,
    );
  const settings = (env: Record<string, string> = {}) => ({
    DATABASE_URL: database.url,
    MIGRATION_DATABASE_URL: database.ownerUrl,
    DATA_DIR: folder,
    BOOTSTRAP_ADMIN_KEY: key,
    RATE_LIMIT_FREE: '100000',
    RATE_LIMIT_DEVELOPMENT: '100000',
    WORKERS: '2',
    ...env,
  });

  beforeAll(async () => {
    database = await createDatabase();
    folder = await mkdtemp(join(tmpdir(), 'workers-'));
    ({ command, url } = await startProcess({ env: settings() }));
  });
  afterAll(async () => {
    await command.stop('SIGKILL');
    await database.drop();
    await rm(folder, { recursive: true });
  });

  let calls = 0;
  const call = async () => {
    calls++;
    return (await send(url, key)).status;
  };

  it('share one port that the system chose, and the connections to it', async () => {
    expect(count(command.output, /Bouncer serves/g)).toBe(1);
    expect(await times(8, call)).toEqual(Array(8).fill(200));
    const written = await eventually(rows, ({ length }) => length === calls);
    expect(new Set(written.map(({ node }) => node)).size).toBe(2);
  });

  it('all refuse a key as soon as its revocation on one of them has returned', async () => {
    const made = await send(url, key, '/api/mcp/keys', { name: 'Revoked', scopes: ['read'] });
    expect(made.status).toBe(201);
    const { apiKey: raw, id } = made.body;
    const use = async () => (await send(url, raw, '/api/me', null, 'GET')).status;
    expect(new Set(await times(4, use))).toEqual(new Set([200]));
    const revoked = await send(url, key, `/api/mcp/keys/${id}`, null, 'DELETE');
    expect(revoked.headers.coherence).toMatch(/^replicas=2, waited=\d+$/);
    expect(new Set(await times(8, use))).toEqual(new Set([401]));
  });

  it('are replaced when they are killed, while the others answer and lose no row', async () => {
    const [first, second] = workersOf(command);
    process.kill(second!, 'SIGKILL');
    await command.prints(/Worker 2 ended \(SIGKILL\)/);
    expect(await times(8, call)).toEqual(Array(8).fill(200));
    await command.prints(/Worker 2 serves again/);
    expect(workersOf(command)).toEqual([first, expect.any(Number)]);
    expect(await times(8, call)).toEqual(Array(8).fill(200));
    expect(await eventually(rows, ({ length }) => length >= calls)).toHaveLength(calls);
  });

  it('end with 0 at SIGTERM, after the rows of all calls are written', async () => {
    expect(await times(40, call)).toEqual(Array(40).fill(200));
    expect(await command.stop()).toBe(0);
    expect(await rows()).toHaveLength(calls);
    expect(count(command.output, /audit drained: .* pending 0/g)).toBe(2);
  });

  it('end by themselves when the process that runs them is killed, after their rows are written', async () => {
    ({ command, url } = await startProcess({ env: settings() }));
    expect(await times(8, call)).toEqual(Array(8).fill(200));
    // The output ends when the last of the processes has.
    await command.stop('SIGKILL');
    expect(await rows()).toHaveLength(calls);
    expect(count(command.output, /audit drained: .* pending 0/g)).toBe(2);
  });

  it('do not start when one of them cannot, and the first that fails says why', async () => {
    const { taken, free } = await takenPortAfterFree();
    const failing = Command.run('server/main.js', { env: settings({ METRICS_PORT: String(free) }) });
    expect(await failing.end()).toBe(1);
    taken.close();
    expect(count(failing.output, /METRICS_PORT: cannot be listened on \(EADDRINUSE\)/g)).toBe(1);
    expect(failing.output).toContain('Worker 2 ended before it served (code 1)');
    expect(failing.output).not.toContain('Bouncer serves');
  });

  it('name in one error all settings that they cannot have', async () => {
    const wrong = { COHERENCE: 'single', METRICS_PORT: '65535', MCP_SESSIONS_PER_USER: '1', HOST: '' };
    const failing = Command.run('server/main.js', { env: settings({ ...wrong, PORT: 'many' }) });
    expect(await failing.end()).toBe(1);
    expect(count(failing.output, /Wrong settings/g)).toBe(1);
    for (const name of ['COHERENCE', 'METRICS_PORT', 'MCP_SESSIONS_PER_USER'])
      expect(failing.output).toMatch(new RegExp(`^  ${name}: .*WORKERS=2`, 'm'));
    expect(failing.output).toMatch(/^ {2}PORT: /m);
  });
});

describe('Several workers on the embedded PostgreSQL', () => {
  it('serve TLS, welcome the first administrator once, log their numbers, and have one seal key', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'workers-embedded-'));
    const tls = { TLS_CERT_FILE: join(folder, 'tls.crt'), TLS_KEY_FILE: join(folder, 'tls.key') };
    const words = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost';
    execFileSync(
      'openssl',
      ['req', ...words.split(' '), '-keyout', tls.TLS_KEY_FILE, '-out', tls.TLS_CERT_FILE],
      { stdio: 'ignore' },
    );
    const env = {
      DATA_DIR: folder,
      WORKERS: '2',
      NODE_ENV: 'production',
      ALLOW_EMBEDDED_DATABASE: 'true',
      METRICS_PORT: '0',
      ...tls,
    };
    const command = Command.run('cli/bouncer.js', { env, args: ['start'] });
    const url = await command.prints(/Bouncer serves (https:\S+)\/mcp/);
    const key = await command.prints(/API key \(shown only now\): (\S+)/);
    expect(count(command.output, /First admin: /g)).toBe(1);
    expect(count(command.output, /Bouncer serves/g)).toBe(1);
    const calls = await times(4, () => send(url, key));
    expect(calls.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await command.stop()).toBe(0);
    const lines = command.output.split('\n').filter((line) => line.startsWith('{'));
    const numbers = lines.map((line) => (JSON.parse(line) as { worker?: number }).worker);
    expect(new Set(numbers)).toEqual(new Set([undefined, 1, 2]));
    const verifier = Command.run('cli/bouncer.js', { env, args: ['audit', 'verify'] });
    expect({ code: await verifier.end(), output: verifier.output }).toMatchObject({ code: 0 });
    await rm(folder, { recursive: true });
  });
});
