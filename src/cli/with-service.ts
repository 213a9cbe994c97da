import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { runMigrations } from '../database/migrations.js';
import { ServiceLogger } from '../http/service-logger.js';
import { type Project, withDatabase } from './with-database.js';

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
