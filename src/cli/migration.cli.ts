import { writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { AppModule } from '../app.module.js';
import { settingsFromEnvironment } from '../config/settings.js';
import { runMigrations, withMigrations } from '../database/migrations.js';
import type { DatabaseUrls } from '../database/service-role.js';
import { runCommand, withDatabase } from './with-service.js';

const ALL_DATA = '--all-data';
const USAGE =
  'Usage: npm run migration:generate -- name-of-the-change | npm run migration:run | npm run migration:revert';

process.noDeprecation = true; // TypeORM's schema builder uses what pg will drop

runCommand(async () => {
  const [command, argument, ...more] = process.argv.slice(2);
  const isBare = argument === undefined;
  if (more.length > 0) throw new Error(USAGE);
  if (command === 'revert' && (isBare || argument === ALL_DATA))
    return withDatabase(({ ownerUrl }) => revert(ownerUrl, !isBare));
  if (command === 'run' && isBare) return withDatabase(run);
  if (command === 'generate' && argument && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(argument))
    return withDatabase((urls) => generate(urls, argument));
  throw new Error(USAGE);
});

async function run(urls: DatabaseUrls): Promise<void> {
  const names = await runMigrations(urls);
  say(names.length > 0 ? `Ran ${names.join(', ')}` : 'Nothing to run');
}

/** @param allData whether the first migration, and with it everything that is stored, may be taken back */
async function revert(url: string, allData: boolean): Promise<void> {
  await withMigrations(url, async (dataSource) => {
    const [last] = await dataSource.query<{ name: string }[]>(
      'SELECT name FROM migrations ORDER BY id DESC LIMIT 1',
    );
    if (!last) throw new Error('Nothing to revert');
    if (last.name === dataSource.migrations[0]?.name && !allData) {
      throw new Error(
        `${last.name} is the first: reverting it deletes all data. To do so: npm run migration:revert -- ${ALL_DATA}`,
      );
    }
    await dataSource.undoLastMigration({ transaction: 'each' });
    say(`Reverted ${last.name}`);
  });
}

/** Writes what is needed to bring the schema to the entities, as a migration to be read and completed. */
async function generate(urls: DatabaseUrls, name: string): Promise<void> {
  await runMigrations(urls);
  const module = AppModule.for(settingsFromEnvironment(), urls.ownerUrl);
  const context = await NestFactory.createApplicationContext(module, {
    logger: ['error'],
    abortOnError: false,
  });
  try {
    const changes = await context.get(DataSource).driver.createSchemaBuilder().log();
    if (changes.upQueries.length === 0) return say('The schema is that of the entities: nothing to generate');
    const time = Date.now();
    const file = `src/database/migrations/${time}-${name}.ts`;
    const up = changes.upQueries.map(({ query }) => query);
    const down = changes.downQueries.map(({ query }) => query).toReversed();
    await writeFile(file, migrationSource(`${classNameOf(name)}${time}`, up, down));
    say(`Wrote ${file}: read it before you run it`);
  } finally {
    await context.close();
  }
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

const say = (line: string) => void process.stdout.write(`${line}\n`);
