import type { Settings } from '../config/settings.js';
import { CONSOLE_PATH } from '../console/console-path.js';
import { linesText } from '../validation/line-text.js';

/** Says that all requests are answered from now on, and where people go. */
export const readyLine = (url: string, { console }: Pick<Settings, 'console'>): string =>
  `\nBouncer serves ${url}/mcp and ${url}/api\n${console.isServed ? `Console: ${url}${CONSOLE_PATH}\n` : ''}`;

/** Prints why the process cannot go on, and ends it. */
export function fail(error: unknown): never {
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
