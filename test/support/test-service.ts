import type { Type } from '@nestjs/common';
import { Pool } from 'pg';
import { type BouncerConfig, resolveConfig } from '../../src/server/bouncer-config.js';
import {
  type Answer as AnswerOf,
  type RequestOptions,
  startOn,
  TestBouncer,
} from '../../src/testing/test-bouncer.js';
import { createDatabase, type TestDatabase } from './database.js';

export type { AuditRow } from '../../src/testing/audit-row.js';
export type { RequestOptions, TestUser } from '../../src/testing/test-bouncer.js';

export type Answer<T = any> = AnswerOf<T>;

export interface StartOptions {
  env?: Record<string, string>;
  modules?: Type[];
  /** Further additions of the project. */
  config?: BouncerConfig;
}

/** Runs the service as `bouncer-mcp/testing` starts it, on a copy of the run's migrated database. */
export class TestService extends TestBouncer<TestDatabase> {
  /** Connections of the superuser that stay open, because a new one takes longer than most statements. */
  private pool: Pool | undefined;

  static override async start({
    env = {},
    modules = [],
    config = {},
  }: StartOptions = {}): Promise<TestService> {
    const loaded = resolveConfig({ modules, ...config }, process.cwd());
    const database = await createDatabase();
    // A machine that is busy with specs may stand still for longer than a lease that suits a service.
    const settings = {
      DATABASE_URL: database.url,
      MIGRATE_ON_START: 'false',
      COHERENCE: 'replicas',
      COHERENCE_LEASE_MS: '60000',
      ...env,
    };
    return new TestService(await startOn(database, loaded, settings));
  }

  override async stop(): Promise<void> {
    await this.pool?.end();
    await super.stop();
  }

  override async query<T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> {
    return (await this.connections().query(sql, values)).rows as T[];
  }

  private connections(): Pool {
    if (!this.pool) {
      this.pool = new Pool({ connectionString: this.database.ownerUrl, allowExitOnIdle: true });
      // A spec may take PostgreSQL away. The next statement then opens another connection.
      this.pool.on('error', () => undefined);
    }
    return this.pool;
  }

  override request<T = any>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
    return super.request<T>(method, path, options);
  }

  /** Sends one JSON-RPC request of an older revision, as curl would. */
  rpc(key: string | undefined, method: string, params: unknown = {}, headers: Record<string, string> = {}) {
    return this.request('POST', '/mcp', { key, headers, body: { jsonrpc: '2.0', id: 1, method, params } });
  }

  /** Sends `tools/call` in the same way. */
  call(key: string | undefined, name: string, args: unknown = {}, headers: Record<string, string> = {}) {
    return this.rpc(key, 'tools/call', { name, arguments: args }, headers);
  }

  /** Reads the pages of a list, following `nextCursor` from the first to the last. */
  async pages<T = any>(key: string, path: string, plural: string): Promise<T[][]> {
    const pages: T[][] = [];
    let cursor: string | null = null;
    do {
      const from: string = cursor === null ? '' : `${path.includes('?') ? '&' : '?'}cursor=${cursor}`;
      const answer = await this.request('GET', path + from, { key });
      if (answer.status !== 200) throw new Error(`No page: ${answer.text}`);
      pages.push(answer.body[plural] as T[]);
      cursor = answer.body.nextCursor as string | null;
    } while (cursor !== null && pages.length < 1000);
    return pages;
  }
}
