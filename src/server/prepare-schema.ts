import { Logger } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { hasPendingMigrations, runMigrations } from '../database/migrations.js';
import { type DatabaseUrls, mayRewriteAudit, readsEveryOrganization } from '../database/service-role.js';
import { assertSessionMode } from '../database/session-mode.js';
import type { LoadedConfig } from './bouncer-config.js';

/** Checks the way to PostgreSQL, and runs the migrations, or checks that none is pending. */
export async function prepareSchema(
  urls: DatabaseUrls,
  settings: Settings,
  config: LoadedConfig,
): Promise<void> {
  if (settings.databaseUrl !== undefined) await assertSessionMode(urls.url);
  const logger = new Logger('Migrations');
  if (settings.migrateOnStart) {
    for (const name of await runMigrations(urls, config)) logger.log(`Ran the migration ${name}`);
  } else if (await hasPendingMigrations(urls, config)) {
    throw new Error(
      'The schema waits for migrations. Run: bouncer migration run, or set MIGRATE_ON_START=true',
    );
  }
  if (settings.environment !== 'production') return;
  if (await mayRewriteAudit(urls.url)) {
    logger.warn(
      'The role of DATABASE_URL could change audit rows. Set that role in MIGRATION_DATABASE_URL, and a role for the service alone in DATABASE_URL',
    );
  }
  if (await readsEveryOrganization(urls.url)) {
    logger.warn(
      'PostgreSQL does not hold the role of DATABASE_URL to one organisation, because it is a superuser, has BYPASSRLS or may act as the owner. Set a role without these in DATABASE_URL',
    );
  }
}
