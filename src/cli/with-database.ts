import 'reflect-metadata';
import { type Settings, settingsFromEnvironment } from '../config/settings.js';
import { joinDatabase } from '../database/open-database.js';
import type { DatabaseUrls } from '../database/service-role.js';
import type { LoadedConfig } from '../server/bouncer-config.js';
import { loadConfig } from '../server/load-config.js';

/** The project in whose folder a command runs. */
export interface Project {
  config: LoadedConfig;
  settings: Settings;
}

/**
 * Runs a command on the database: that of DATABASE_URL, of a running service, or an embedded one started for it. It stands apart
 * from `withService` because loading the whole service takes longer than most of these commands.
 */
export async function withDatabase<T>(
  work: (urls: DatabaseUrls, project: Project) => Promise<T>,
): Promise<T> {
  const config = await loadConfig();
  const settings = settingsFromEnvironment([], config);
  const database = await joinDatabase(settings);
  try {
    return await work(database, { config, settings });
  } finally {
    await database.close();
  }
}
