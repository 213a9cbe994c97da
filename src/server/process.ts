import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { bootstrapKeyIssues } from '../first-admin/bootstrap-key.js';
import { welcome } from '../first-admin/welcome.js';
import { settingsFromEnvironment } from '../config/settings.js';
import { tlsFileIssues } from '../config/tls-files.js';
import { serviceLogger } from '../http/service-logger.js';
import { growYoungGeneration } from './v8-heap.js';
import { type RunningService, startService } from './http-service.js';
import { onUncaught } from './uncaught.js';
import { linesText } from '../validation/line-text.js';

const logger = new Logger('Bouncer');

// Whoever reads the logs may go. Without this, what cannot be printed is an error that nobody caught, which is to be printed.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  const settings = settingsFromEnvironment([bootstrapKeyIssues, tlsFileIssues]);
  Logger.overrideLogger(serviceLogger(settings));
  if (settings.redisUrl)
    logger.warn('REDIS_URL is set, but this version counts rate limits in memory, per process');
  const service = await startService(settings);
  growYoungGeneration();
  // Ahead of the line that says it serves: whoever waits for that may stop it at once.
  stopWhenTold(service);
  if (service.firstAdmin) process.stdout.write(welcome(service.firstAdmin, service.url));
  process.stdout.write(`\nBouncer serves ${service.url}/mcp and ${service.url}/api\n`);
} catch (error) {
  fail(error);
}

/**
 * At a signal, and at an error that nobody caught, such as a promise that a tool left behind: what else is wrong then is
 * not known, so the process ends, but not without its audit rows. Once is enough: what comes second must not cut off the
 * drain that the first began.
 */
function stopWhenTold(service: RunningService): void {
  let stopping: Promise<void> | undefined;
  const stop = (code: number) => {
    stopping ??= service.stop().then(() => process.exit(code), fail);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(0));
  onUncaught(service.app, () => stop(1));
}

function fail(error: unknown): never {
  process.stderr.write(`${linesText(explain(error))}\n`);
  process.exit(1);
}

/** What a person can act on: the system's words alone do not say which setting they are about. */
function explain(error: unknown): string {
  const { message, code, syscall } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `${message}. Set another PORT.`;
  if (syscall === 'connect') return `PostgreSQL does not answer: ${message}. See DATABASE_URL.`;
  return message;
}
