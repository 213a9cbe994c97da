import { isDatabaseAway } from '../database/database-errors.js';
import { knownError } from '../errors/known-error.js';
import { frameworkError, internalError } from '../errors/nest-error.js';
import { databaseUnavailable, ServiceError } from '../errors/service-error.js';

/**
 * Converts every error to a {@link ServiceError}. It keeps a service's own error, Nest's exceptions, which are thrown
 * to be read, the HTTP server's own refusals (unknown route, oversized body and others) and a lost database
 * connection. Everything else becomes a 500 with a generic text, even if it has a status: a client library's 401 does
 * not concern this service's keys, and its text may contain a password.
 *
 * @param byServer whether the error may come from the HTTP server itself, which the failure of an MCP handler never
 * does
 */
export function toServiceError(exception: unknown, byServer = true): ServiceError {
  try {
    return errorOf(exception, byServer);
  } catch (unreadable) {
    return internalError(unreadable);
  }
}

function errorOf(exception: unknown, byServer: boolean): ServiceError {
  const known = knownError(exception);
  if (known) return known;
  if (byServer && isAbortedBody(exception))
    return new ServiceError('bad_request', 'The body broke off', { cause: exception });
  if (byServer && isOfServer(exception)) return frameworkError(exception.statusCode, exception);
  if (isDatabaseAway(exception)) {
    return databaseUnavailable(exception);
  }
  return internalError(exception);
}

/** Recognises the errors of Fastify by the prefix of their codes. */
const isOfServer = (exception: unknown): exception is Error & { statusCode: number } => {
  if (!(exception instanceof Error)) return false;
  const { code, statusCode } = exception as { code?: unknown; statusCode?: unknown };
  return typeof code === 'string' && code.startsWith('FST_') && typeof statusCode === 'number';
};

/**
 * Recognises an aborted request body. A lost database connection has the same code, but only the server adds a
 * status.
 */
const isAbortedBody = (exception: unknown): boolean =>
  exception instanceof Error &&
  exception.message === 'aborted' &&
  (exception as NodeJS.ErrnoException).code === 'ECONNRESET' &&
  (exception as { statusCode?: unknown }).statusCode === 400;
