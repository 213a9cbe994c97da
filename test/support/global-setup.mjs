// Starts one real PostgreSQL for the whole run, with a migrated database that is copied for each service of a spec.
// It uses the compiled code, which the specs that start the service as a process need as well.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../../dist/database/embedded/embedded-postgres.js';
import globalTeardown from './global-teardown.mjs';
import { runMigrations } from '../../dist/database/migrations.js';

export const TEMPLATE = 'bouncer_template';
/** What PostgreSQL needs not do for databases that nobody wants back after a crash; they are copied in a fifth of the time. */
const SHORT_LIVED = [
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
  'wal_level=minimal',
  'max_wal_senders=0',
];

export default async function globalSetup() {
  const folder = await mkdtemp(join(tmpdir(), 'bouncer-test-'));
  const server = await EmbeddedPostgres.start(folder, [...SHORT_LIVED, 'max_connections=200']);
  globalThis.testPostgres = { server, folder };
  await createTemplate(server.urls).catch(async (error) => {
    // Jest does not tear down what it could not set up.
    await globalTeardown();
    throw error;
  });
}

async function createTemplate({ url, ownerUrl, adminUrl }) {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE} OWNER ${new URL(ownerUrl).username}`);
  await client.end();
  const template = (server) => server.replace(/\/postgres$/, `/${TEMPLATE}`);
  await runMigrations({ url: template(url), ownerUrl: template(ownerUrl) });
  process.env.TEST_POSTGRES_URL = adminUrl;
  process.env.TEST_OWNER_URL = ownerUrl;
  process.env.TEST_SERVICE_URL = url;
}
