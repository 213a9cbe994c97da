import { runMigrations, withMigrations } from '../../database/migrations.js';
import { type OutputOptions, printResult } from '../print-result.js';
import { withDatabase } from '../with-service.js';

/** Runs what has not run yet. */
export const runPending = (options: OutputOptions): Promise<void> =>
  withDatabase(async (urls, { config }) => {
    const ran = await runMigrations(urls, config);
    printResult(options, { ran }, ran.length > 0 ? `Ran ${ran.join(', ')}` : 'Nothing to run');
  });

interface RevertOptions extends OutputOptions {
  /** Whether the first migration, and with it everything that is stored, may be taken back. */
  allData?: boolean;
}

/** Takes back the migration that ran last. */
export const revertLast = ({ allData = false, ...options }: RevertOptions): Promise<void> =>
  withDatabase(({ ownerUrl }) =>
    withMigrations(ownerUrl, async (dataSource) => {
      const [last] = await dataSource.query<{ name: string }[]>(
        'SELECT name FROM migrations ORDER BY id DESC LIMIT 1',
      );
      if (!last) throw new Error('Nothing to revert');
      if (last.name === dataSource.migrations[0]?.name && !allData) {
        throw new Error(
          `${last.name} is the first: reverting it deletes all data. To do so: npm run migration:revert -- --all-data`,
        );
      }
      await dataSource.undoLastMigration({ transaction: 'each' });
      printResult(options, { reverted: last.name }, `Reverted ${last.name}`);
    }),
  );
