import { escapeIdentifier } from 'pg';
import { DataSource, type MixedList, type QueryRunner } from 'typeorm';
import { sleep } from '../common/timeouts.js';
import { isForbidden } from './database-errors.js';
import { forceOrganizationSecurity } from './organization/organization-security.js';
import { ALL, ORGANIZATION_SETTING } from './organization/organization-setting.js';
import { loadMigrations, loadProjectMigrations, type MigrationFolders } from './load-migrations.js';
import { type DatabaseUrls, grantToService } from './service-role.js';
import { withSessionSettings } from './session-settings.js';

/**
 * The number of the advisory lock that a replica holds while it migrates. It only has to be the same for all
 * replicas.
 */
const LOCK = 7_266_312;
const LOCK_ASK_MS = 100;

/** Describes the part of a project's config that concerns its tables. */
export interface ProjectSchema {
  readonly migrations?: MigrationFolders;
  /** The PostgreSQL schemas that hold the project's tables. */
  readonly schemas: readonly string[];
}

/** Migrations change the rows of all organisations, also where their role is the one that is held to one. */
const OF_ALL = withSessionSettings({ [ORGANIZATION_SETTING]: ALL });

const NO_PROJECT: ProjectSchema = { schemas: ['public'] };

/** Holds the two migration histories of one database. Each has a table of its own for the migrations that ran. */
export interface Migrations {
  bouncer: DataSource;
  /** The history of the project, if it has migrations. */
  project?: DataSource;
}

/** Runs `work` on connections of its own, while a lock excludes all other replicas. */
export async function withMigrationsOf<T>(
  url: string,
  { migrations }: ProjectSchema,
  work: (migrations: Migrations) => Promise<T>,
): Promise<T> {
  return withMigrations(url, async (bouncer) => {
    if (migrations === undefined) return work({ bouncer });
    const project = new DataSource({
      type: 'postgres',
      url,
      migrations: await loadProjectMigrations(migrations),
      migrationsTableName: 'project_migrations',
      migrationsTransactionMode: 'each',
      poolSize: 2,
      extra: OF_ALL,
    });
    await project.initialize();
    try {
      return await work({ bouncer, project });
    } finally {
      await project.destroy();
    }
  });
}

/** Does the same for Bouncer's own migrations alone. */
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
    extra: OF_ALL,
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
 * Polls for the lock. A session that waits for it within a statement holds a snapshot, and a concurrent index build
 * waits for all snapshots, so the two would deadlock.
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

/**
 * Runs the pending migrations and updates the privileges of the service's role. Bouncer's migrations run first, because those of
 * the project may depend on them.
 * @returns the names of the migrations that ran
 */
export const runMigrations = (
  { url, ownerUrl }: DatabaseUrls,
  schema: ProjectSchema = NO_PROJECT,
): Promise<string[]> =>
  withMigrationsOf(ownerUrl, schema, async ({ bouncer, project }) => {
    const ran = await bouncer.runMigrations();
    await createSchemas(bouncer, schema.schemas);
    if (project) ran.push(...(await project.runMigrations()));
    await bouncer.transaction(async (owner) => {
      await grantToService(owner, url, schema.schemas);
      await forceOrganizationSecurity(owner, url);
    });
    return ran.map(({ name }) => name);
  });

/**
 * Creates the schemas that a project's migrations use. PostgreSQL reports an error if the role may not create one.
 */
async function createSchemas({ manager }: DataSource, schemas: readonly string[]): Promise<void> {
  const missing = await manager.query<{ name: string }[]>(
    'SELECT name FROM unnest($1::text[]) AS name WHERE name NOT IN (SELECT nspname FROM pg_namespace)',
    [schemas],
  );
  for (const { name } of missing) await manager.query(`CREATE SCHEMA ${escapeIdentifier(name)}`);
}

/** Returns whether a migration run is needed. A role without read access needs one too, because a run grants it. */
export const hasPendingMigrations = (
  { ownerUrl }: DatabaseUrls,
  schema: ProjectSchema = NO_PROJECT,
): Promise<boolean> =>
  withMigrationsOf(
    ownerUrl,
    schema,
    async ({ bouncer, project }) =>
      (await bouncer.showMigrations()) || (project !== undefined && (await project.showMigrations())),
  ).catch((error: unknown) => {
    if (isForbidden(error)) return true;
    throw error;
  });

/**
 * Reverts the latest migration. Those of the project come first, because they may depend on Bouncer's.
 * @param allData whether Bouncer's first migration may be reverted, which deletes all data
 * @returns its name
 */
export const revertMigration = (ownerUrl: string, schema: ProjectSchema, allData: boolean): Promise<string> =>
  withMigrationsOf(ownerUrl, schema, async ({ bouncer, project }) => {
    const ofProject = project && (await lastOf(project));
    const last = ofProject ?? (await lastOf(bouncer));
    if (last === undefined) throw new Error('There is no migration to revert');
    if (last === bouncer.migrations[0]?.name && !allData)
      throw new Error(
        `${last} is the first: reverting it deletes all data. To do so: bouncer migration revert --all-data`,
      );
    await (ofProject === undefined ? bouncer : project!).undoLastMigration({ transaction: 'each' });
    return last;
  });

async function lastOf({ manager, options }: DataSource): Promise<string | undefined> {
  const table = (options as { migrationsTableName?: string }).migrationsTableName ?? 'migrations';
  const [known] = await manager.query<{ found: boolean }[]>('SELECT to_regclass($1) IS NOT NULL AS found', [
    `public.${table}`,
  ]);
  if (!known?.found) return undefined;
  const [last] = await manager.query<{ name: string }[]>(
    `SELECT name FROM public.${table} ORDER BY id DESC LIMIT 1`,
  );
  return last?.name;
}
