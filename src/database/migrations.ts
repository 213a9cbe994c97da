import { readdirSync } from 'node:fs';
import { DataSource, type MixedList, type QueryRunner } from 'typeorm';
import { isForbidden } from './database-errors.js';
import { sleep } from '../common/timeouts.js';
import { type DatabaseUrls, grantToService } from './service-role.js';

const folder = new URL('./migrations/', import.meta.url);
const MIGRATION = /^\d{13}-[a-z0-9-]+\.(ts|js)$/;
/** Any number that all replicas share: held while one of them migrates. */
const LOCK = 7_266_312;
const LOCK_ASK_MS = 100;

/** The migration classes of `migrations/`, oldest first. */
export async function loadMigrations(): Promise<Function[]> {
  const files = readdirSync(folder)
    .filter((name) => MIGRATION.test(name))
    .sort();
  const modules = await Promise.all(
    files.map((name) => import(new URL(name, folder).href) as Promise<Record<string, Function>>),
  );
  return modules.flatMap((module) => Object.values(module));
}

/** Runs `work` on a connection of its own, alone among all replicas. */
export async function withMigrations<T>(
  url: string,
  work: (dataSource: DataSource) => Promise<T>,
  entities: MixedList<Function> = [],
): Promise<T> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    entities,
    migrations: await loadMigrations(),
    migrationsTransactionMode: 'each',
    poolSize: 2,
  });
  await dataSource.initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await acquire(lock);
    return await work(dataSource);
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
    await lock.release();
    await dataSource.destroy();
  }
}

/**
 * Asks again and again: a session that waits within a statement has a snapshot, and an index that is built without locking
 * its table waits for all of those. The two would wait for each other.
 */
async function acquire(lock: QueryRunner): Promise<void> {
  for (;;) {
    const [answer] = (await lock.query('SELECT pg_try_advisory_lock($1) AS held', [LOCK])) as [
      { held: boolean },
    ];
    if (answer.held) return;
    await sleep(LOCK_ASK_MS);
  }
}

/** What of a project's config is about its tables. */
export interface ProjectSchema {
  /** The folder of its compiled migrations. */
  migrations?: { compiled: string };
  /** The PostgreSQL schemas that hold its tables. */
  schemas: readonly string[];
}

/** Brings the schema, and what the service may do with it, up to date. @returns the names of the migrations that ran */
export const runMigrations = ({ url, ownerUrl }: DatabaseUrls, _project?: ProjectSchema): Promise<string[]> =>
  withMigrations(ownerUrl, async (dataSource) => {
    const ran = await dataSource.runMigrations();
    await dataSource.transaction((owner) => grantToService(owner, url));
    return ran.map(({ name }) => name);
  });

/** Whether the schema waits for a migration run; a role that may not even look waits for its rights, which a run gives. */
export const hasPendingMigrations = (
  { ownerUrl }: DatabaseUrls,
  _project?: ProjectSchema,
): Promise<boolean> =>
  withMigrations(ownerUrl, (dataSource) => dataSource.showMigrations()).catch((error: unknown) => {
    if (isForbidden(error)) return true;
    throw error;
  });
