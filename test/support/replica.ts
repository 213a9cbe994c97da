import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { AuditWriter } from '../../src/audit/writer/audit-writer.js';
import { readSettings } from '../../src/config/settings.js';
import { resolveConfig } from '../../src/server/bouncer-config.js';
import { type RunningService, startService } from '../../src/server/http-service.js';
import type { Answer, TestService } from './test-service.js';

/** Runs a second service on the database of the first. */
export class Replica {
  private constructor(
    readonly service: RunningService,
    readonly dataDir: string,
  ) {}

  static async of(
    { database }: TestService,
    modules: Type[] = [],
    env: Record<string, string> = {},
  ): Promise<Replica> {
    const dataDir = await mkdtemp(join(tmpdir(), 'bouncer-replica-'));
    const settings = readSettings({
      NODE_ENV: 'test',
      PORT: '0',
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      MIGRATE_ON_START: 'false',
      COHERENCE_LEASE_MS: '20000',
      RATE_LIMIT_DEVELOPMENT: '100000',
      RATE_LIMIT_FAILED_KEYS: '100000',
      ...env,
    });
    return new Replica(await startService(settings, resolveConfig({ modules }, dataDir)), dataDir);
  }

  /** Stops the replica. It must be stopped before the first service, which drops the database. */
  async stop(): Promise<void> {
    await this.service.stop();
    await rm(this.dataDir, { recursive: true });
  }

  async request<T = any>(method: string, path: string, key: string, body?: unknown): Promise<Answer<T>> {
    const response = await fetch(this.service.url + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = (text === '' ? undefined : JSON.parse(text)) as T;
    return { status: response.status, headers: response.headers, text, body: parsed };
  }

  /** Sends `tools/call` of an older revision. */
  call(key: string, name: string, args: unknown = {}): Promise<Answer> {
    const params = { name, arguments: args };
    return this.request('POST', '/mcp', key, { jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  }

  /** Writes the pending audit rows. */
  flush(): Promise<void> {
    return this.service.app.get(AuditWriter, { strict: false }).flush();
  }
}
