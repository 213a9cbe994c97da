import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { generateApiKey } from '../../src/api-keys/key-format.js';
import { AuditWriter } from '../../src/audit/writer/audit-writer.js';
import { readSettings } from '../../src/config/settings.js';
import { type BouncerConfig, resolveConfig } from '../../src/server/bouncer-config.js';
import { type RunningService, startService } from '../../src/server/http-service.js';
import { createDatabase, query, type TestDatabase } from './database.js';

export interface Answer<T = any> {
  status: number;
  headers: Headers;
  body: T;
  text: string;
}

export interface RequestOptions {
  key?: string | undefined;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface TestUser {
  id: string;
  email: string;
}

export interface AuditRow {
  id: string;
  user_id: string | null;
  key_id: string | null;
  key_start: string | null;
  action: string;
  tool: string | null;
  resource: string | null;
  outcome: string;
  reason: string | null;
  elevated: boolean;
  scopes: string[];
  ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  duration_ms: number | null;
  metadata: Record<string, unknown>;
}

export interface StartOptions {
  env?: Record<string, string>;
  modules?: Type[];
  /** What else the project adds. */
  config?: BouncerConfig;
}

let users = 0;

/** The service, listening on a free port, on a database of its own. */
export class TestService {
  private constructor(
    readonly service: RunningService,
    readonly database: TestDatabase,
    /** A key of the first admin, with the scope `admin`. */
    readonly adminKey: string,
    readonly dataDir: string,
  ) {}

  static async start({ env = {}, modules = [], config: more = {} }: StartOptions = {}): Promise<TestService> {
    const database = await createDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), 'bouncer-spec-'));
    const adminKey = generateApiKey(env.API_KEY_PREFIX ?? 'mcp');
    const config = resolveConfig({ modules, ...more }, process.cwd());
    const values = {
      NODE_ENV: 'test',
      PORT: '0',
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      MIGRATE_ON_START: 'false',
      BOOTSTRAP_ADMIN_KEY: adminKey,
      RATE_LIMIT_DEVELOPMENT: '100000',
      RATE_LIMIT_FAILED_KEYS: '100000',
      RATE_LIMIT_KEYLESS: '100000',
      ...env,
    };
    try {
      const settings = readSettings(values, [], config);
      return new TestService(await startService(settings, config), database, adminKey, dataDir);
    } catch (error) {
      await database.drop();
      await rm(dataDir, { recursive: true });
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.database.drop();
    await rm(this.dataDir, { recursive: true });
  }

  get url(): string {
    return this.service.url;
  }

  /** One HTTP request; an object as body is sent as JSON, a text as it is. */
  async request<T = any>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
    const { key, headers = {}, body } = options;
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        'user-agent': 'spec/1.0',
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) as T };
  }

  /** One JSON-RPC request of an older revision, as curl would send it. */
  rpc(key: string | undefined, method: string, params: unknown = {}, headers: Record<string, string> = {}) {
    return this.request('POST', '/mcp', { key, headers, body: { jsonrpc: '2.0', id: 1, method, params } });
  }

  /** `tools/call`, likewise. */
  call(key: string | undefined, name: string, args: unknown = {}, headers: Record<string, string> = {}) {
    return this.rpc(key, 'tools/call', { name, arguments: args }, headers);
  }

  async createUser(fields: Record<string, unknown> = {}): Promise<TestUser> {
    const body = { email: `user${++users}@example.com`, name: `User ${users}`, ...fields };
    const answer = await this.request<TestUser>('POST', '/api/users', { key: this.adminKey, body });
    if (answer.status !== 201) throw new Error(`No user: ${answer.text}`);
    return answer.body;
  }

  /** A key for `user`. @returns the answer of `POST /api/mcp/keys` */
  async createKey(user: TestUser, scopes: string[], fields: Record<string, unknown> = {}) {
    const body = { name: 'Spec key', scopes, userId: user.id, ...fields };
    const answer = await this.request<{
      id: string;
      apiKey: string;
      start: string;
      expiresAt: string | null;
    }>('POST', '/api/mcp/keys', { key: this.adminKey, body });
    if (answer.status !== 201) throw new Error(`No key: ${answer.text}`);
    return answer.body;
  }

  /** The pages of a list, from the first to the last, as `nextCursor` leads through them. */
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

  /** As the superuser. */
  query<T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> {
    return query<T>(this.database.ownerUrl, sql, values);
  }

  /** The audit rows so far, oldest first, once all that was accepted is written. */
  async auditRows(where = 'true', values: unknown[] = []): Promise<AuditRow[]> {
    await this.service.app.get(AuditWriter, { strict: false }).flush();
    return this.query<AuditRow>(`SELECT * FROM audit_events WHERE ${where} ORDER BY node_seq`, values);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
