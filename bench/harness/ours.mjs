// Runs this service with a database, a user, a key for the tool and a key without its scope.
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateApiKey } from '../../dist/api-keys/key-format.js';
import { SCOPE } from '../peers/common.mjs';
import { Server } from './server.mjs';

/** The calls per minute, which are never reached. */
export const LIMIT = 100_000_000;
const SETTLE_MS = 30_000;
/** The tools whose audited calls a bench may count. */
const COUNTED = ['echo', 'whoami', 'documents_get', 'documents_list', 'documents_search'];
/** The options that `npm start` gives to Node. */
const { scripts } = createRequire(import.meta.url)('../../package.json');
const NODE_OPTIONS = scripts.start.split(' ').filter((word) => word.startsWith('--'));

export const adminKey = generateApiKey('mcp');

export class Ours {
  /** @param script replaces `ours/serve.mjs` @param options `env` and `node`, as for a server */
  static async start(database, { script = ['ours/serve.mjs'], env = {}, node = [] } = {}) {
    const ours = new Ours();
    ours.database = database;
    ours.before = {};
    ours.folder = await mkdtemp(join(tmpdir(), 'bouncer-bench-'));
    ours.server = await Server.start(script, {
      node: [...NODE_OPTIONS, ...node],
      env: {
        DATABASE_URL: database.server.urls.url,
        MIGRATION_DATABASE_URL: database.server.urls.ownerUrl,
        DATA_DIR: ours.folder,
        BOOTSTRAP_ADMIN_KEY: adminKey,
        RATE_LIMIT_DEVELOPMENT: String(LIMIT),
        ...env,
      },
    });
    for (const tool of COUNTED) ours.before[tool] = await successfulCalls(database, tool);
    return ours;
  }

  /** @returns a new user with two keys: one with the tool's scope, and one without */
  async createKeys(scopes = [SCOPE]) {
    const [userId] = await addUsers(this.database, 1);
    const key = generateApiKey('mcp');
    const stranger = generateApiKey('mcp');
    await addKeys(this.database, [userId], [key], scopes);
    await addKeys(this.database, [userId], [stranger], ['keys:read']);
    return { userId, key, stranger };
  }

  /**
   * Starts the service again on a database that has new documents, and waits until it has indexed them. A service looks
   * for documents without an index when it starts.
   */
  static async startIndexed(database, options) {
    const ours = await Ours.start(database, options);
    await ours.indexed();
    return ours;
  }

  /** Waits until the search knows all documents, also those that were written without the service. */
  async indexed() {
    for (;;) {
      const [{ left }] = await this.database.query(
        `SELECT count(*)::int AS left FROM documents d
         WHERE NOT EXISTS (SELECT FROM document_indexes i WHERE i.document_id = d.id)`,
      );
      if (left === 0) return;
      await new Promise((wake) => setTimeout(wake, 100));
    }
  }

  /** The longest time between a round and the last audit row of its calls. */
  behindMs = 0;

  /** Waits until the audit is written. @returns how many calls of `tool` since the start have a row */
  async auditedCalls(expected, tool = 'echo') {
    const began = performance.now();
    for (;;) {
      const calls = (await successfulCalls(this.database, tool)) - this.before[tool];
      const waited = performance.now() - began;
      this.behindMs = Math.max(this.behindMs, waited);
      if (calls >= expected || waited > SETTLE_MS) return calls;
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }

  async stop() {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Reads the roll-up, which the same statement writes as the rows. */
async function successfulCalls(database, tool) {
  const [{ calls }] = await database.query(
    `SELECT coalesce(sum(calls - failures - denials), 0)::float8 AS calls FROM key_usage
     WHERE action = 'tools/call' AND tool = $1`,
    [tool],
  );
  return calls;
}

/** @returns the ids of the new users */
export async function addUsers(database, count) {
  const rows = await database.query(
    `INSERT INTO users (id, email, name, role, tier)
     SELECT gen_random_uuid(), gen_random_uuid() || '@example.com', 'Bench', 'member', 'development'
     FROM generate_series(1, $1::int) RETURNING id`,
    [count],
  );
  return rows.map(({ id }) => id);
}

/**
 * Adds keys with known raw values to the table, where the service finds them. @param userIds one per key, or one for
 * all
 */
export async function addKeys(database, userIds, keys, scopes = [SCOPE]) {
  const owners = userIds.length === 1 ? keys.map(() => userIds[0]) : userIds;
  await database.query(
    `INSERT INTO api_keys (id, user_id, name, key_hash, start, scopes)
     SELECT gen_random_uuid(), owner, 'Bench', sha256(convert_to(raw, 'UTF8')), left(raw, 8), $3
     FROM unnest($1::uuid[], $2::text[]) AS key (owner, raw)`,
    [owners, keys, scopes],
  );
}
