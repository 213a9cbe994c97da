import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { type EmptyDatabase, query } from '../../src/testing/test-database.js';

const TEMPLATE = 'bouncer_template';

export { query };

/** Describes a database of a spec's own on the PostgreSQL of the run. */
export interface TestDatabase extends EmptyDatabase {
  name: string;
}

/** @param template the database to copy: a migrated one by default, `template0` for an empty one */
export async function createDatabase(template = TEMPLATE): Promise<TestDatabase> {
  const name = `spec_${randomBytes(6).toString('hex')}`;
  const owner = new URL(serverUrl('TEST_OWNER_URL')).username;
  await onServer(async (client) => {
    // A spec's service keeps connections to its database, which PostgreSQL copies only without any.
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
      template,
    ]);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${owner} STRATEGY FILE_COPY`);
  });
  return {
    name,
    url: inDatabase(name, serverUrl('TEST_SERVICE_URL')),
    ownerUrl: inDatabase(name, serverUrl('TEST_POSTGRES_URL')),
    schemaUrl: inDatabase(name, serverUrl('TEST_OWNER_URL')),
    drop: () => onServer((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

/** Returns the SQLSTATE and the message of a refused statement; the test fails when PostgreSQL accepts it. */
export async function refusal(url: string, sql: string): Promise<{ code: string; message: string }> {
  return query(url, sql).then(
    () => Promise.reject(new Error(`not refused: ${sql}`)),
    ({ code, message }: { code: string; message: string }) => ({ code, message }),
  );
}

/** Makes a database unavailable, as an outage does: sessions end and new ones are refused. */
/** The `application_name` of a connection that {@link takeAway} ends last, so that what waits for its locks ends before. */
export const LOCK_HOLDER = 'lock holder';

export async function takeAway(name: string): Promise<void> {
  await onServer(async (client) => {
    await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 ORDER BY application_name = $2`,
      [name, LOCK_HOLDER],
    );
  });
}

export async function bringBack(name: string): Promise<void> {
  await onServer((client) => client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`));
}

async function onServer(work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: serverUrl('TEST_POSTGRES_URL') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

const inDatabase = (name: string, url: string) => url.replace(/\/postgres$/, `/${name}`);

function serverUrl(variable: 'TEST_POSTGRES_URL' | 'TEST_OWNER_URL' | 'TEST_SERVICE_URL'): string {
  const url = process.env[variable];
  if (!url) throw new Error('The run has no PostgreSQL: start it with npm test');
  return url;
}
