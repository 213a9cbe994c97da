import { HttpException } from '@nestjs/common';
import { isDatabaseAway } from '../database/database-errors.js';
import { frameworkError, internalError, nestError } from '../errors/nest-error.js';
import { databaseUnavailable, ServiceError } from '../errors/service-error.js';

/**
 * Makes one kind of error of all: a service's own; Nest's exceptions, which somebody threw to be read; what the HTTP
 * server refuses by itself (unknown route, oversized body, ...); a database that is away. Whatever else it is, also where
 * it carries a status of its own, becomes 500 with a text that says nothing about it: a client library's 401 is not about
 * this service's keys, and its text may hold a password.
 *
 * @param byServer whether the HTTP server itself may have refused: never where a handler of MCP has failed
 */
export function toServiceError(exception: unknown, byServer = true): ServiceError {
  try {
    return known(exception, byServer);
  } catch (unreadable) {
    return internalError(unreadable);
  }
}

function known(exception: unknown, byServer: boolean): ServiceError {
  if (exception instanceof ServiceError) return exception;
  if (exception instanceof HttpException) return nestError(exception);
  if (byServer && isBrokenOff(exception))
    return new ServiceError('bad_request', 'The body broke off', { cause: exception });
  if (byServer && isOfServer(exception)) return frameworkError(exception.statusCode, exception);
  if (isDatabaseAway(exception)) {
    return databaseUnavailable(exception);
  }
  return internalError(exception);
}

/** The codes of the HTTP server begin so. */
const isOfServer = (exception: unknown): exception is Error & { statusCode: number } => {
  if (!(exception instanceof Error)) return false;
  const { code, statusCode } = exception as { code?: unknown; statusCode?: unknown };
  return typeof code === 'string' && code.startsWith('FST_') && typeof statusCode === 'number';
};

/** A client that breaks off its body is known by the same code as a database that does, but the server adds a status. */
const isBrokenOff = (exception: unknown): boolean =>
  exception instanceof Error &&
  exception.message === 'aborted' &&
  (exception as NodeJS.ErrnoException).code === 'ECONNRESET' &&
  (exception as { statusCode?: unknown }).statusCode === 400;
