import { isatty } from 'node:tty';
import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { Settings } from '../config/settings.js';

/** What the framework says while it starts: of use to nobody who runs the service. */
const START_TALK = new Set([
  'NestFactory',
  'NestApplication',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
]);

const LEVELS: Record<Settings['environment'], LogLevel[]> = {
  development: ['log', 'warn', 'error', 'fatal'],
  production: ['log', 'warn', 'error', 'fatal'],
  test: ['fatal'],
};

class ServiceLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context !== 'string' || !START_TALK.has(context)) super.log(message, ...(rest as [string]));
  }
}

/** Coloured lines in development, one JSON object a line in production. */
export const serviceLogger = ({ environment }: Settings) =>
  new ServiceLogger({
    prefix: 'Bouncer',
    logLevels: LEVELS[environment],
    json: environment === 'production',
    colors: isatty(1),
  });
