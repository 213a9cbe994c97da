import { revertMigration, runMigrations } from '../../database/migrations.js';
import { type OutputOptions, printResult } from '../print-result.js';
import { withDatabase } from '../with-database.js';

/** Runs what has not run yet. */
export const runPending = (options: OutputOptions): Promise<void> =>
  withDatabase(async (urls, { config }) => {
    const ran = await runMigrations(urls, config);
    printResult(options, { ran }, ran.length > 0 ? `Ran ${ran.join(', ')}` : 'Nothing to run');
  });

interface RevertOptions extends OutputOptions {
  /** Whether Bouncer's first migration, and with it everything that is stored, may be taken back. */
  allData?: boolean;
}

/** Takes back the migration that ran last. */
export const revertLast = ({ allData = false, ...options }: RevertOptions): Promise<void> =>
  withDatabase(async ({ ownerUrl }, { config }) => {
    const reverted = await revertMigration(ownerUrl, config, allData);
    printResult(options, { reverted }, `Reverted ${reverted}`);
  });
