import { isatty } from 'node:tty';
import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { linesText } from '../validation/line-text.js';

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

/** Prints texts that others chose too (addresses, errors of other servers): a terminal is sent no escape sequence of theirs. */
export class ServiceLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context !== 'string' || !START_TALK.has(context)) super.log(message, ...(rest as [string]));
  }

  protected override printMessages(
    messages: unknown[],
    context?: string,
    logLevel?: LogLevel,
    writeStreamType?: 'stdout' | 'stderr',
    errorStack?: unknown,
    params?: Record<string, unknown>,
  ): void {
    const shown = messages.map(shownText);
    super.printMessages(shown, context, logLevel, writeStreamType, shownText(errorStack), params);
  }

  protected override printStackTrace(stack: string): void {
    if (stack) super.printStackTrace(linesText(stack));
  }
}

const shownText = (said: unknown): unknown => (typeof said === 'string' ? linesText(said) : said);

/** Coloured lines in development, one JSON object a line in production. */
export const serviceLogger = ({ environment }: Settings) =>
  new ServiceLogger({
    prefix: 'Bouncer',
    logLevels: LEVELS[environment],
    json: environment === 'production',
    colors: isatty(1),
  });
