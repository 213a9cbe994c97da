import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { EmbeddedPostgres } from '../database/embedded/embedded-postgres.js';

/** A database for one spec. */
export interface TestDatabase {
  /** As the service connects: what it has no right to, it cannot do in a spec either. */
  url: string;
  /** As the superuser. */
  ownerUrl: string;
  drop(): Promise<void>;
}

/** A database that is empty, so that it must be migrated. */
export interface EmptyDatabase extends TestDatabase {
  /** As the owner of the schema, who migrates it and is no superuser. */
  schemaUrl: string;
}

/** A PostgreSQL that lives as long as the spec. */
export async function startDatabase(): Promise<EmptyDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'bouncer-postgres-'));
  const server = await EmbeddedPostgres.start(folder, ['fsync=off', 'synchronous_commit=off']);
  const { url, ownerUrl: schemaUrl, adminUrl: ownerUrl } = server.urls;
  const drop = async () => {
    await server.remove();
    await rm(folder, { recursive: true, force: true });
  };
  return { url, ownerUrl, schemaUrl, drop };
}

export async function query<T>(url: string, sql: string, values: unknown[] = []): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(sql, values);
    return rows as T[];
  } finally {
    await client.end();
  }
}
