import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { welcome } from './bootstrap/welcome.js';
import { settingsFromEnvironment } from './config/settings.js';
import { startService } from './service.js';

const logger = new Logger('Bouncer');

try {
  const settings = settingsFromEnvironment();
  if (settings.redisUrl)
    logger.warn('REDIS_URL is set, but this version counts rate limits in memory, per process');
  const service = await startService(settings);
  if (service.firstAdmin) process.stdout.write(welcome(service.firstAdmin, service.url));
  process.stdout.write(`\nBouncer serves ${service.url}/mcp and ${service.url}/api\n`);
  stopAt('SIGTERM', 'SIGINT');

  function stopAt(...signals: NodeJS.Signals[]): void {
    for (const signal of signals) {
      process.once(signal, () => {
        service.stop().then(
          () => process.exit(0),
          (error: unknown) => fail(error),
        );
      });
    }
  }
} catch (error) {
  fail(error);
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
