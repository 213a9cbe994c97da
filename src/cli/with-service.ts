import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { type Settings, settingsFromEnvironment } from '../config/settings.js';
import { runMigrations } from '../database/migrations.js';
import { joinDatabase } from '../database/open-database.js';
import type { DatabaseUrls } from '../database/service-role.js';
import { ServiceLogger } from '../http/service-logger.js';
import type { LoadedConfig } from '../server/bouncer-config.js';
import { loadConfig } from '../server/load-config.js';

/** The project in whose folder a command runs. */
export interface Project {
  config: LoadedConfig;
  settings: Settings;
}

/** Runs a command on the database: that of DATABASE_URL, of a running service, or an embedded one started for it. */
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

/** Runs a command on the service's own parts, without HTTP, on an up-to-date schema. */
export function withService<T>(
  work: (service: INestApplicationContext, project: Project) => Promise<T>,
): Promise<T> {
  return withDatabase(async (urls, project) => {
    const { config, settings } = project;
    await runMigrations(urls, config);
    const module = AppModule.for(settings, urls.url, config);
    const context = await NestFactory.createApplicationContext(module, {
      logger: new ServiceLogger({ logLevels: ['warn', 'error', 'fatal'] }),
      abortOnError: false,
    });
    try {
      return await work(context, project);
    } finally {
      await context.close();
    }
  });
}
