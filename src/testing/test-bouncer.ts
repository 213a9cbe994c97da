import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateApiKey } from '../api-keys/key-format.js';
import { AuditWriter } from '../audit/writer/audit-writer.js';
import { McpClient } from '../client/mcp-client.js';
import { type RestClient, restClient } from '../client/rest-client.js';
import { newId } from '../common/new-id.js';
import { readSettings } from '../config/settings.js';
import { runMigrations } from '../database/migrations.js';
import { type BouncerConfig, type LoadedConfig, resolveConfig } from '../server/bouncer-config.js';
import { type RunningService, startService } from '../server/http-service.js';
import { loadConfig } from '../server/load-config.js';
import type { AuditRow } from './audit-row.js';
import { query, startDatabase, type TestDatabase } from './test-database.js';

export interface Answer<T = unknown> {
  status: number;
  headers: Headers;
  /** The JSON of the answer; `undefined` where it is none. */
  body: T;
  text: string;
}

export interface RequestOptions {
  key?: string | undefined;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface TestOrganization {
  id: string;
  name: string;
}

export interface TestUser {
  id: string;
  email: string;
  /** The organisation in which the user's keys are made; by default that which is there from the start. */
  organizationId?: string;
}

export interface CreatedKey {
  id: string;
  apiKey: string;
  start: string;
  expiresAt: string | null;
}

export interface TestBouncerOptions {
  /** Default: the config file of the working folder. */
  config?: BouncerConfig;
  /** Settings, such as `{ RATE_LIMIT_FREE: '5' }`. */
  env?: Record<string, string>;
}

/** Limits that no spec reaches by accident. */
const SPEC_SETTINGS = {
  NODE_ENV: 'test',
  PORT: '0',
  RATE_LIMIT_DEVELOPMENT: '100000',
  RATE_LIMIT_FAILED_KEYS: '100000',
  RATE_LIMIT_KEYLESS: '100000',
  // A debugger may stop the process for longer than a lease.
  COHERENCE: 'single',
};

/** What an instance is made of. */
export interface StartedParts<D extends TestDatabase = TestDatabase> {
  service: RunningService;
  database: D;
  adminKey: string;
  dataDir: string;
}

/**
 * The service with a project's modules, listening on a free port, on a real PostgreSQL that lives as long as the spec.
 *
 * @example
 * ```ts
 * const bouncer = await TestBouncer.start();
 * const { apiKey } = await bouncer.createKey(await bouncer.createUser(), ['invoices:read']);
 * const { invoices } = await bouncer.mcp(apiKey).callTool('invoices_list');
 * const rows = await bouncer.auditRows("tool = 'invoices_list'");
 * await bouncer.stop();
 * ```
 */
export class TestBouncer<D extends TestDatabase = TestDatabase> {
  readonly service: RunningService;
  readonly database: D;
  /** A key of the first admin, with the scope `admin`. */
  readonly adminKey: string;
  readonly dataDir: string;
  private users = 0;
  private organizations = 0;

  protected constructor({ service, database, adminKey, dataDir }: StartedParts<D>) {
    this.service = service;
    this.database = database;
    this.adminKey = adminKey;
    this.dataDir = dataDir;
  }

  static async start({ config, env = {} }: TestBouncerOptions = {}): Promise<TestBouncer> {
    const loaded = config === undefined ? await loadConfig() : resolveConfig(config, process.cwd());
    const database = await startDatabase();
    try {
      await runMigrations({ url: database.url, ownerUrl: database.schemaUrl }, loaded);
    } catch (error) {
      await database.drop();
      throw error;
    }
    const settings = { DATABASE_URL: database.url, MIGRATE_ON_START: 'false', ...env };
    return new TestBouncer(await startOn(database, loaded, settings));
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.database.drop();
    await rm(this.dataDir, { recursive: true });
  }

  get url(): string {
    return this.service.url;
  }

  /** An MCP client; it throws what is refused. */
  mcp(key: string): McpClient {
    return new McpClient({ url: this.url, key: () => key });
  }

  /** A typed client of Bouncer's REST routes; it throws what is refused. */
  rest(key: string): RestClient {
    return restClient({ url: this.url, key: () => key });
  }

  /** One HTTP request, such as to a project's own route; an object as body is sent as JSON, a text as it is. */
  async request<T = unknown>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
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
    return { status: response.status, headers: response.headers, text, body: parsed(text) as T };
  }

  /** An organisation beside the one that is there from the start. */
  async createOrganization(name = `Organisation ${++this.organizations}`): Promise<TestOrganization> {
    const id = newId();
    await this.query('INSERT INTO organizations (id, name) VALUES ($1, $2)', [id, name]);
    return { id, name };
  }

  /** @param organization of which the user is a member; by default that which is there from the start */
  async createUser(fields: Record<string, unknown> = {}, organization?: TestOrganization): Promise<TestUser> {
    const number = ++this.users;
    const body = { email: `user${number}@example.com`, name: `User ${number}`, ...fields };
    const answer = await this.request<TestUser>('POST', '/api/users', { key: this.adminKey, body });
    if (answer.status !== 201) throw new Error(`No user: ${answer.text}`);
    if (!organization) return answer.body;
    const user = { ...answer.body, organizationId: organization.id };
    await this.query(
      `INSERT INTO memberships (organization_id, user_id, role) SELECT $1, id, role FROM users WHERE id = $2`,
      [user.organizationId, user.id],
    );
    return user;
  }

  /** A key for `user`. @returns the answer of `POST /api/mcp/keys` */
  async createKey(
    user: TestUser,
    scopes: string[],
    fields: Record<string, unknown> = {},
  ): Promise<CreatedKey> {
    const body = { name: 'Spec key', scopes, userId: user.id, ...fields };
    const answer = await this.request<CreatedKey>('POST', '/api/mcp/keys', { key: this.adminKey, body });
    if (answer.status !== 201) throw new Error(`No key: ${answer.text}`);
    // The service reads a key when it is first used.
    if (user.organizationId !== undefined)
      await this.query('UPDATE api_keys SET organization_id = $1 WHERE id = $2', [
        user.organizationId,
        answer.body.id,
      ]);
    return answer.body;
  }

  /** Runs SQL as the superuser. */
  query<T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> {
    return query<T>(this.database.ownerUrl, sql, values);
  }

  /** The audit rows so far, oldest first, once all that was accepted is written. */
  async auditRows(where = 'true', values: unknown[] = []): Promise<AuditRow[]> {
    await this.service.app.get(AuditWriter, { strict: false }).flush();
    return this.query<AuditRow>(`SELECT * FROM audit_events WHERE ${where} ORDER BY node_seq`, values);
  }
}

/** Starts the service on a database, which is dropped where that fails. */
export async function startOn<D extends TestDatabase>(
  database: D,
  config: LoadedConfig,
  env: Record<string, string>,
): Promise<StartedParts<D>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bouncer-spec-'));
  const adminKey = generateApiKey(env.API_KEY_PREFIX ?? 'mcp');
  const values = { ...SPEC_SETTINGS, DATA_DIR: dataDir, BOOTSTRAP_ADMIN_KEY: adminKey, ...env };
  try {
    const settings = readSettings(values, [], config);
    return { service: await startService(settings, config), database, adminKey, dataDir };
  } catch (error) {
    await database.drop();
    await rm(dataDir, { recursive: true });
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
