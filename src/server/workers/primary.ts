import cluster from 'node:cluster';
import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { Settings } from '../../config/settings.js';
import { openDatabase } from '../../database/open-database.js';
import { welcome } from '../../first-admin/welcome.js';
import type { LoadedConfig } from '../bouncer-config.js';
import { prepareSchema } from '../prepare-schema.js';
import { readyLine } from '../process-output.js';
import { WorkerPool } from './worker-pool.js';

/**
 * Serves by several processes on one port: opens the database, migrates it, runs the workers, and closes the database after
 * them.
 * @returns whether all workers stopped as they should, when they have
 * @throws Error when the service does not start
 */
export async function runWorkers(settings: Settings, config: LoadedConfig): Promise<boolean> {
  cluster.setupPrimary({ serialization: 'advanced' });
  const { count } = settings.workers;
  const pool = new WorkerPool(count);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => pool.signal(signal));
  if (settings.redisUrl === undefined)
    new Logger('Workers').warn(
      `Each of the ${count} workers counts limits by itself; REDIS_URL makes them exact`,
    );
  const database = await openDatabase(settings);
  try {
    await prepareSchema(database, settings, config);
    const task = { databaseUrl: database.url, stateSecret: stateSecretFor(settings) };
    const url = await pool.start(task, (admin, address) => process.stdout.write(welcome(admin, address)));
    process.stdout.write(readyLine(url, settings));
    return await pool.end();
  } catch (error) {
    pool.signal('SIGTERM');
    await pool.end();
    throw error;
  } finally {
    await database.close();
  }
}

/** The secret that the workers would otherwise make one by one. With SECRETS_KEY it is in the database. */
const stateSecretFor = ({ mcp, secretsKey }: Settings): string | undefined =>
  mcp.stateSecret === undefined && secretsKey === undefined ? randomBytes(32).toString('base64') : undefined;
