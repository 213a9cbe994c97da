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
 * Matches the SQLSTATEs of a server that is unavailable: connection (08), read-only after a fail-over (25006), login
 * (28), no such database (3D), transaction conflict (40), insufficient resources (53), not accepting (55000),
 * shutdown or cancellation (57), system error (58).
 */
const AWAY = /^(08|25006|28|3D|40|53|55000|57|58)/;
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
const QUERY_CANCELED = '57014';
const INSUFFICIENT_PRIVILEGE = '42501';
/** The prepared statement does not exist, or its result has other columns than when it was planned. */
const STALE_STATEMENT = new Set(['26000', '0A000']);

/** Returns the SQLSTATE of a failed statement, or the system's error code of a failed connection. */
function databaseCode(error: unknown): string | undefined {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const code = (source as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

export const isUniqueViolation = (error: unknown) => databaseCode(error) === UNIQUE_VIOLATION;

/** Returns whether a row refers to one that is not there. @param constraint the foreign key that says so */
export const isForeignKeyViolation = (error: unknown, constraint: string) =>
  databaseCode(error) === FOREIGN_KEY_VIOLATION &&
  error instanceof QueryFailedError &&
  (error.driverError as { constraint?: string }).constraint === constraint;

/** Returns whether a named prepared statement cannot be executed any more, although its text can. */
export const isStaleStatement = (error: unknown) => STALE_STATEMENT.has(databaseCode(error) ?? '');

/** Returns whether the role lacks a privilege, which a migration may still grant. */
export const isForbidden = (error: unknown) => databaseCode(error) === INSUFFICIENT_PRIVILEGE;

/** Returns whether a statement exceeded its timeout. */
export const isCancelled = (error: unknown) => databaseCode(error) === QUERY_CANCELED;

/**
 * Returns whether PostgreSQL rejected the values of a row (classes 22 and 23, limits), so that a retry cannot help.
 */
export const isDataError = (error: unknown) => /^(22|23|54)/.test(databaseCode(error) ?? '');

/** Returns whether PostgreSQL is unreachable, starting, stopping or out of connections, so that a retry can help. */
export function isDatabaseAway(error: unknown): boolean {
  const code = databaseCode(error);
  if (code !== undefined) {
    return UNREACHABLE.has(code) || AWAY.test(code);
  }
  const message = error instanceof Error ? error.message : '';
  return /^(Connection terminated|timeout exceeded when trying to connect)|not queryable/i.test(message);
}
