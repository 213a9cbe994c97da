import { linesText } from '../validation/line-text.js';

/** Says that all requests are answered from now on. */
export const readyLine = (url: string): string => `\nBouncer serves ${url}/mcp and ${url}/api\n`;

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
