import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { bootstrapKeyIssues } from '../first-admin/bootstrap-key.js';
import { settingsFromEnvironment } from '../config/settings.js';
import { tlsFileIssues } from '../config/tls-files.js';
import { serviceLogger } from '../http/service-logger.js';
import { type BouncerConfig, type LoadedConfig, resolveConfig } from './bouncer-config.js';
import { loadConfig } from './load-config.js';
import { fail } from './process-output.js';
import { keepHeapSmall } from './v8-heap.js';
import { runWorkers } from './workers/primary.js';
import { ofThisWorker } from './workers/worker-settings.js';

/**
 * Serves over HTTP as this process: reads the settings from the environment, starts, and shuts down at SIGTERM,
 * SIGINT, SIGHUP and at an uncaught error. If the start fails, it prints why and exits with code 1.
 *
 * With several `WORKERS` this process runs them, and each of them runs the same program from its beginning.
 *
 * @param config the project's additions; without it, the config file of `folder` is loaded
 * @param folder the project's folder, which the paths of `config` are relative to
 * @example
 * ```ts
 * // src/main.ts: what `bouncer start` does
 * import { runBouncer } from 'bouncer-mcp';
 *
 * await runBouncer();
 * ```
 */
export async function runBouncer(config?: BouncerConfig, folder: string = process.cwd()): Promise<void> {
  keepHeapSmall();
  // The log reader may have exited. Without this, a line that cannot be printed would be an uncaught error, which
  // would be printed in turn.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    await serve(config === undefined ? await loadConfig(folder) : resolveConfig(config, folder));
  } catch (error) {
    fail(error);
  }
}

async function serve(config: LoadedConfig): Promise<void> {
  const settings = ofThisWorker(settingsFromEnvironment([bootstrapKeyIssues, tlsFileIssues], config));
  Logger.overrideLogger(serviceLogger(settings));
  const { number, count } = settings.workers;
  if (number === undefined && count > 1) process.exit((await runWorkers(settings, config)) ? 0 : 1);
  // The process that runs the workers does without what is loaded here.
  const { serveAlone, serveAsWorker } = await import('./serve-process.js');
  await (number === undefined ? serveAlone : serveAsWorker)(settings, config);
}
