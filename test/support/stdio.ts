import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { Type } from '@nestjs/common';
import { readSettings } from '../../src/config/settings.js';
import { resolveConfig } from '../../src/server/bouncer-config.js';
import { startStdio, type StdioService } from '../../src/server/stdio-service.js';
import type { ConnectedClient } from './clients.js';
import type { TestService } from './test-service.js';

const ROOT = resolve(__dirname, '../..');
/** The time within which an answer must arrive. */
const SAY_MS = 20_000;
const INFO = { name: 'spec', version: '1.0.0' };

/** Returns the environment of a process on the database of `service`. */
export const stdioEnv = (service: TestService, key: string, env: Record<string, string> = {}) => ({
  NODE_ENV: 'test',
  DATABASE_URL: service.database.url,
  DATA_DIR: service.dataDir,
  MIGRATE_ON_START: 'false',
  RATE_LIMIT_DEVELOPMENT: '100000',
  RATE_LIMIT_FAILED_KEYS: '100000',
  MCP_STDIO_KEY: key,
  ...env,
});

type Spawn = (env: Record<string, string>) => Promise<ConnectedClient>;

const command = (env: Record<string, string>) => ({
  command: process.execPath,
  args: [resolve(ROOT, 'dist/cli/bouncer.js'), 'stdio'],
  env,
  stderr: 'ignore' as const,
});

const v2 =
  (versionNegotiation?: { mode: { pin: string } }): Spawn =>
  async (env) => {
    const client = new Client(INFO, versionNegotiation ? { versionNegotiation } : {});
    await client.connect(new StdioClientTransport(command(env)));
    return client;
  };

const v1: Spawn = async (env) => {
  const client = new OldClient(INFO);
  await client.connect(new OldTransport(command(env)));
  return client;
};

/** Lists real clients that start the compiled program as their server. */
export const STDIO_CLIENTS: [name: string, spawn: Spawn][] = [
  ['@modelcontextprotocol/client pinned to 2026-07-28', v2({ mode: { pin: '2026-07-28' } })],
  ['@modelcontextprotocol/client on its legacy default', v2()],
  ['@modelcontextprotocol/sdk 1.32', v1],
];

/** Runs the stdio service inside the spec, with the client's ends of its streams. */
export class LocalStdio {
  private constructor(
    readonly service: StdioService,
    readonly input: PassThrough,
    readonly output: PassThrough,
    private readonly dataDir: string,
  ) {}

  static async start(
    { database }: TestService,
    key: string,
    { env = {}, modules = [] }: { env?: Record<string, string>; modules?: Type[] } = {},
  ): Promise<LocalStdio> {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const dataDir = await mkdtemp(join(tmpdir(), 'bouncer-stdio-'));
    const settings = readSettings({
      NODE_ENV: 'test',
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      MIGRATE_ON_START: 'false',
      RATE_LIMIT_FAILED_KEYS: '100000',
      MCP_STDIO_KEY: key,
      ...env,
    });
    try {
      const service = await startStdio(settings, { input, output }, resolveConfig({ modules }, dataDir));
      return new LocalStdio(service, input, output, dataDir);
    } catch (error) {
      await rm(dataDir, { recursive: true });
      throw error;
    }
  }

  /** Returns the client's transport; a stdio transport is the same at both of its ends. */
  transport(): StdioServerTransport {
    return new StdioServerTransport(this.output, this.input);
  }

  /** Sends lines unchanged, and reads the expected number of answers. */
  async say(lines: unknown[], answers: number): Promise<any[]> {
    for (const line of lines) this.input.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
    const heard: any[] = [];
    let text = '';
    while (heard.length < answers) {
      const chunk = this.output.read() as Buffer | null;
      if (chunk === null) {
        await once(this.output, 'readable', { signal: AbortSignal.timeout(SAY_MS) });
        continue;
      }
      text += chunk.toString();
      const whole = text.split('\n');
      text = whole.pop()!;
      heard.push(...whole.map((line) => JSON.parse(line) as unknown));
    }
    return heard;
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await rm(this.dataDir, { recursive: true });
  }
}
