import { type Command, InvalidArgumentError } from 'commander';
import { examples } from '../examples.js';
import { JSON_OPTION, type OutputOptions } from '../print-result.js';
import { runAction } from '../run-action.js';

export function addMigrationCommand(program: Command): void {
  const migration = program.command('migration').description('change the schema of the database');
  migration
    .command('run')
    .description('run the migrations that have not run yet')
    .option(...JSON_OPTION)
    .addHelpText('after', examples('bouncer migration run', 'bouncer migration run --json'))
    .action(async (options: OutputOptions) => {
      const { runPending } = await import('../actions/run-migrations.js');
      await runAction(() => runPending(options));
    });
  migration
    .command('revert')
    .description('take back the migration that ran last')
    .option('--all-data', 'also where it is the first one, with which all data is deleted')
    .option(...JSON_OPTION)
    .addHelpText('after', examples('bouncer migration revert'))
    .action(async (options: OutputOptions & { allData?: boolean }) => {
      const { revertLast } = await import('../actions/run-migrations.js');
      await runAction(() => revertLast(options));
    });
  migration
    .command('generate')
    .argument('<name>', 'what the migration changes, such as invoice-due-date', migrationName)
    .description('write a migration that brings the schema to the entities')
    .option(...JSON_OPTION)
    .addHelpText('after', examples('bouncer migration generate invoice-due-date'))
    .action(async (name: string, options: OutputOptions) => {
      const { generate } = await import('../actions/generate-migration.js');
      await runAction(() => generate(name, options));
    });
}

function migrationName(text: string): string {
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text)) return text;
  throw new InvalidArgumentError('It must be words in lower case, joined by hyphens.');
}
