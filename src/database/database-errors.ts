import { QueryFailedError } from 'typeorm';

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
]);
const UNIQUE_VIOLATION = '23505';
const PROGRAM_LIMIT_EXCEEDED = '54000';

/** SQLSTATE of a failed statement, or the system's code of a failed connection. */
export function databaseCode(error: unknown): string | undefined {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const code = (source as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

export const isUniqueViolation = (error: unknown) => databaseCode(error) === UNIQUE_VIOLATION;

/** PostgreSQL refused the size of something, such as a text with too many different words. */
export const isTooLarge = (error: unknown) => databaseCode(error) === PROGRAM_LIMIT_EXCEEDED;

/** PostgreSQL refused what a row says (classes 22 and 23, limits): trying again cannot help. */
export const isDataError = (error: unknown) => /^(22|23|54)/.test(databaseCode(error) ?? '');

/** Whether PostgreSQL is away, starting, stopping or out of connections: the statement itself may be fine. */
export function isDatabaseAway(error: unknown): boolean {
  const code = databaseCode(error);
  if (code !== undefined) {
    // 08: connection, 53: out of resources, 57P: shut down or starting.
    return UNREACHABLE.has(code) || /^(08|53|57P)/.test(code);
  }
  const message = error instanceof Error ? error.message : '';
  return /^(Connection terminated|timeout exceeded when trying to connect)|not queryable/i.test(message);
}
