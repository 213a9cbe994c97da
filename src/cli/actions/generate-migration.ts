import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { DataSource, getMetadataArgsStorage } from 'typeorm';
import { AppModule } from '../../app.module.js';
import { runMigrations } from '../../database/migrations.js';
import { ConfigError, type LoadedConfig } from '../../server/bouncer-config.js';
import { type OutputOptions, printResult } from '../print-result.js';
import { withDatabase } from '../with-database.js';

process.noDeprecation = true; // TypeORM's schema builder uses what pg will drop

const PACKAGE = fileURLToPath(new URL('../../../', import.meta.url));
/** Bouncer's own entities: a project's are loaded later, with its config. */
const own = new Set<unknown>(getMetadataArgsStorage().tables.map(({ target }) => target));

/** Writes what is needed to bring the schema to the entities, as a migration to be read and completed. */
export const generate = (name: string, options: OutputOptions): Promise<void> =>
  withDatabase(async (urls, { config, settings }) => {
    const isBouncer = join(config.folder, '/') === PACKAGE;
    const folder = isBouncer ? join(PACKAGE, 'src/database/migrations') : folderOf(config);
    await runMigrations(urls, config);
    const module = AppModule.for(settings, urls.ownerUrl, config);
    const context = await NestFactory.createApplicationContext(module, {
      logger: ['error'],
      abortOnError: false,
    });
    try {
      const dataSource = context.get(DataSource);
      if (!isBouncer) leaveOutOwn(dataSource);
      const changes = await dataSource.driver.createSchemaBuilder().log();
      const up = changes.upQueries.map(({ query }) => query);
      if (up.length === 0) {
        return printResult(
          options,
          { file: null },
          'The schema is that of the entities: nothing to generate',
        );
      }
      const down = changes.downQueries.map(({ query }) => query).toReversed();
      const time = Date.now();
      const path = join(folder, `${time}-${name}.ts`);
      await mkdir(folder, { recursive: true });
      await writeFile(path, migrationSource(`${classNameOf(name)}${time}`, up, down));
      const file = relative(config.folder, path);
      printResult(options, { file }, `Wrote ${file}: read it before you run it`);
    } finally {
      await context.close();
    }
  });

function folderOf({ migrations }: LoadedConfig): string {
  if (migrations) return migrations.source;
  throw new ConfigError(
    `The config names no folder for migrations; add to defineConfig({ ... }): migrations: './migrations'`,
  );
}

/** The package brings the migrations of its own tables. */
function leaveOutOwn({ entityMetadatas }: DataSource): void {
  for (const metadata of entityMetadatas) if (own.has(metadata.target)) metadata.synchronize = false;
}

function migrationSource(className: string, up: string[], down: string[]): string {
  const body = (queries: string[]) =>
    queries.map((query) => `    await db.query(\`${query.replaceAll('`', '\\`')}\`);`).join('\n');
  return `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${className} implements MigrationInterface {
  readonly name = '${className}';

  async up(db: QueryRunner): Promise<void> {
${body(up)}
  }

  async down(db: QueryRunner): Promise<void> {
${body(down)}
  }
}
`;
}

const classNameOf = (name: string) =>
  name
    .split('-')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('');
