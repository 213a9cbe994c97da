import { writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { AppModule } from '../../app.module.js';
import { runMigrations } from '../../database/migrations.js';
import { type OutputOptions, printResult } from '../print-result.js';
import { withDatabase } from '../with-service.js';

process.noDeprecation = true; // TypeORM's schema builder uses what pg will drop

/** Writes what is needed to bring the schema to the entities, as a migration to be read and completed. */
export const generate = (name: string, options: OutputOptions): Promise<void> =>
  withDatabase(async (urls, { config, settings }) => {
    await runMigrations(urls, config);
    const module = AppModule.for(settings, urls.ownerUrl, config);
    const context = await NestFactory.createApplicationContext(module, {
      logger: ['error'],
      abortOnError: false,
    });
    try {
      const changes = await context.get(DataSource).driver.createSchemaBuilder().log();
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
      const file = `src/database/migrations/${time}-${name}.ts`;
      await writeFile(file, migrationSource(`${classNameOf(name)}${time}`, up, down));
      printResult(options, { file }, `Wrote ${file}: read it before you run it`);
    } finally {
      await context.close();
    }
  });

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
