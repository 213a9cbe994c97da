// A PostgreSQL, and services on it as processes, for one family.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { generateApiKey } from '../../dist/api-keys/key-format.js';
import { Server } from '../faults/server.mjs';
import { Service } from '../faults/service.mjs';
import { Client } from './client.mjs';

const HOSTILE_MAIN = new URL('hostile-service.mjs', import.meta.url).pathname;

let users = 0;

export class Site {
  adminKey = generateApiKey('mcp');
  services = [];
  folders = [];

  /** Runs `work` with a site of its own, and ends what it has started. */
  static async with(work) {
    const site = new Site();
    site.server = await Server.start();
    try {
      return await work(site);
    } finally {
      await site.end();
    }
  }

  /** @param env beside what every service gets @param hostile with the tools that misbehave */
  async start(env = {}, { hostile = false, dataDir } = {}) {
    const folder = dataDir ?? (await this.folder());
    const unlimited = { RATE_LIMIT_FAILED_KEYS: '1000000', RATE_LIMIT_KEYLESS: '1000000' };
    const main = hostile ? HOSTILE_MAIN : undefined;
    const service = await Service.start(this.server, folder, this.adminKey, { ...unlimited, ...env }, main);
    service.dataDir = folder;
    this.services.push(service);
    return Object.assign(service, { client: new Client(service.url) });
  }

  async folder() {
    const folder = await mkdtemp(join(tmpdir(), 'bouncer-attacks-'));
    this.folders.push(folder);
    return folder;
  }

  /** A session of a user, as after signing in. @returns its id */
  async session(userId, userAgent) {
    const [{ id }] = await this.query(
      `INSERT INTO sessions (expires_at, token, updated_at, user_id, user_agent)
       VALUES (now() + interval '1 hour', gen_random_uuid()::text, now(), $1, $2) RETURNING id`,
      [userId, userAgent],
    );
    return id;
  }

  /** Runs a query as the superuser. Its connections stay open, because a new one takes longer than most statements. */
  async query(sql, values) {
    if (!this.pool) {
      this.pool = new Pool({ connectionString: this.server.urls.adminUrl, max: 4 });
      this.pool.on('error', () => undefined);
    }
    return (await this.pool.query(sql, values)).rows;
  }

  /** A user of this role with a key, made by the first admin. */
  async person(client, { role = 'member', scopes, ...more }) {
    const email = `attacked${++users}@example.com`;
    const user = await client.send('POST', '/api/users', {
      key: this.adminKey,
      body: { email, name: `User ${users}`, role },
    });
    if (user.status !== 201) throw new Error(`no user: ${user.text}`);
    return { id: user.body.id, email, ...(await this.key(client, user.body.id, scopes, more)) };
  }

  /** @returns {Promise<{ key: string, keyId: string }>} */
  async key(client, userId, scopes, more = {}) {
    const made = await client.send('POST', '/api/mcp/keys', {
      key: this.adminKey,
      body: { name: 'Attacked', scopes, userId, ...more },
    });
    if (made.status !== 201) throw new Error(`no key: ${made.text}`);
    return { key: made.body.apiKey, keyId: made.body.id };
  }

  async end() {
    for (const { child } of this.services) if (child.exitCode === null) child.kill('SIGKILL');
    await this.pool?.end();
    await this.server.end();
    for (const folder of this.folders) await rm(folder, { recursive: true, force: true });
  }
}

/** The audit rows of these requests, once all that was accepted is written. */
export async function rowsOf(site, service, requestIds) {
  await settled(service);
  return site.query('SELECT * FROM audit_events WHERE request_id = ANY ($1) ORDER BY node_seq', [requestIds]);
}

export async function settled(service) {
  for (let tries = 0; tries < 600; tries++) {
    const { accepted, written } = await service.audit();
    if (accepted === written) return;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error('the audit did not write what it had accepted');
}
