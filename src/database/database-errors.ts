import { QueryFailedError } from 'typeorm';

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
]);
/**
 * SQLSTATEs of a server that cannot serve now: connection (08), read-only after a fail-over (25006), login (28), no such
 * database (3D), conflict of transactions (40), resources (53), not accepting (55000), shutting down or cancelled (57),
 * system (58).
 */
const AWAY = /^(08|25006|28|3D|40|53|55000|57|58)/;
const UNIQUE_VIOLATION = '23505';
const PROGRAM_LIMIT_EXCEEDED = '54000';
const QUERY_CANCELED = '57014';
const INSUFFICIENT_PRIVILEGE = '42501';

/** SQLSTATE of a failed statement, or the system's code of a failed connection. */
function databaseCode(error: unknown): string | undefined {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const code = (source as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

export const isUniqueViolation = (error: unknown) => databaseCode(error) === UNIQUE_VIOLATION;

/** The role has no right to do this (yet). */
export const isForbidden = (error: unknown) => databaseCode(error) === INSUFFICIENT_PRIVILEGE;

/** A statement ran out of its time. */
export const isCancelled = (error: unknown) => databaseCode(error) === QUERY_CANCELED;

/** PostgreSQL refused the size of something, such as a text with too many different words. */
export const isTooLarge = (error: unknown) => databaseCode(error) === PROGRAM_LIMIT_EXCEEDED;

/** PostgreSQL refused what a row says (classes 22 and 23, limits): trying again cannot help. */
export const isDataError = (error: unknown) => /^(22|23|54)/.test(databaseCode(error) ?? '');

/** Whether PostgreSQL is away, starting, stopping or out of connections: the statement itself may be fine. */
export function isDatabaseAway(error: unknown): boolean {
  const code = databaseCode(error);
  if (code !== undefined) {
    return UNREACHABLE.has(code) || AWAY.test(code);
  }
  const message = error instanceof Error ? error.message : '';
  return /^(Connection terminated|timeout exceeded when trying to connect)|not queryable/i.test(message);
}
