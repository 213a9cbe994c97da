import { isatty } from 'node:tty';
import { ConsoleLogger, type ConsoleLoggerOptions, type LogLevel } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { linesText } from '../validation/line-text.js';

/** Lists the loggers of the framework that are silenced, because operators cannot use what they print at start. */
const SILENCED_LOGGERS = new Set([
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

/**
 * Replaces control characters in every text, because some texts come from outside (addresses, errors of other
 * servers) and must not send escape sequences to a terminal.
 */
export class ServiceLogger extends ConsoleLogger {
  /** @param worker the number of the worker whose lines these are */
  constructor(
    options: ConsoleLoggerOptions,
    private readonly worker?: number,
  ) {
    super(options);
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context !== 'string' || !SILENCED_LOGGERS.has(context))
      super.log(message, ...(rest as [string]));
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

  protected override getJsonLogObject(...about: Parameters<ConsoleLogger['getJsonLogObject']>) {
    const line = super.getJsonLogObject(...about);
    return this.worker === undefined ? line : { ...line, worker: this.worker };
  }

  protected override printStackTrace(stack: string): void {
    if (stack) super.printStackTrace(linesText(stack));
  }
}

const shownText = (said: unknown): unknown => (typeof said === 'string' ? linesText(said) : said);

/** Creates the logger: coloured lines in development, one JSON object per line in production. */
export const serviceLogger = ({ environment, workers: { number } }: Settings) =>
  new ServiceLogger(
    {
      prefix: number === undefined ? 'Bouncer' : `Bouncer ${number}`,
      logLevels: LEVELS[environment],
      json: environment === 'production',
      colors: isatty(1),
    },
    number,
  );
