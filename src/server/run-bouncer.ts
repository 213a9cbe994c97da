import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { bootstrapKeyIssues } from '../first-admin/bootstrap-key.js';
import { welcome } from '../first-admin/welcome.js';
import { settingsFromEnvironment } from '../config/settings.js';
import { tlsFileIssues } from '../config/tls-files.js';
import { serviceLogger } from '../http/service-logger.js';
import { linesText } from '../validation/line-text.js';
import { type BouncerConfig, type LoadedConfig, resolveConfig } from './bouncer-config.js';
import { type RunningService, startService } from './http-service.js';
import { loadConfig } from './load-config.js';
import { onUncaught } from './uncaught.js';
import { growYoungGeneration, keepHeapSmall } from './v8-heap.js';

/** A process manager signals the whole group and the launcher passes the signal on, so it may come twice. */
const ECHO_MS = 1_000;

/**
 * Serves over HTTP as this process: reads the settings from the environment, starts, and shuts down at SIGTERM,
 * SIGINT, SIGHUP and at an uncaught error. If the start fails, it prints why and exits with code 1.
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
  const settings = settingsFromEnvironment([bootstrapKeyIssues, tlsFileIssues], config);
  Logger.overrideLogger(serviceLogger(settings));
  const service = await startService(settings, config);
  growYoungGeneration();
  // This comes before the ready line, because whoever waits for that line may stop the service at once.
  stopOnSignals(service);
  if (service.firstAdmin) process.stdout.write(welcome(service.firstAdmin, service.url));
  process.stdout.write(`\nBouncer serves ${service.url}/mcp and ${service.url}/api\n`);
}

/**
 * Stops the service at a signal and at an uncaught error. After such an error the state of the process is unknown, so it ends once
 * its audit rows are written. A second signal ends the delay before the listener closes, and interrupts nothing else.
 */
function stopOnSignals(service: RunningService): void {
  let stopping: Promise<void> | undefined;
  let signalledAt = -Infinity;
  const stop = (code: number, delayMs?: number) => {
    const stopped = service.stop(delayMs);
    stopping ??= stopped.then(() => process.exit(code), fail);
  };
  const signalled = () => {
    const now = performance.now();
    if (stopping === undefined) signalledAt = now;
    else if (now - signalledAt < ECHO_MS) return;
    stop(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, signalled);
  onUncaught(service.app, () => stop(1, 0));
}

function fail(error: unknown): never {
  process.stderr.write(`${linesText(explain(error))}\n`);
  process.exit(1);
}

/** Returns an error message that names the setting to change, which the system's message does not. */
function explain(error: unknown): string {
  const { message, code, syscall } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `${message}. Set another PORT.`;
  if (syscall === 'connect') return `PostgreSQL does not answer: ${message}. See DATABASE_URL.`;
  return message;
}
