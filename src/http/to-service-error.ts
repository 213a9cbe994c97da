import { HttpException } from '@nestjs/common';
import { isDatabaseAway } from '../database/database-errors.js';
import type { ErrorCode } from '../errors/error-codes.js';
import { ServiceError } from '../errors/service-error.js';

const CODES: Record<number, ErrorCode> = {
  400: 'bad_request',
  401: 'invalid_api_key',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'payload_too_large',
  414: 'bad_request',
  415: 'unsupported_media_type',
  429: 'rate_limited',
  503: 'service_unavailable',
};

/**
 * Makes one kind of error of all: a service's own, the framework's (unknown route, oversized body, ...), a database
 * that is away. What nobody expected becomes 500 with a text that says nothing about it.
 */
export function toServiceError(exception: unknown): ServiceError {
  if (exception instanceof ServiceError) return exception;
  const status = statusOf(exception);
  // A client that breaks off its body is known by the same code as a database that does, but Fastify gives it a status.
  if (status === undefined && isDatabaseAway(exception)) {
    return new ServiceError('database_unavailable', 503, 'The database is not available now. Retry.', {
      headers: { 'Retry-After': '5' },
      cause: exception,
    });
  }
  if (status === undefined || status >= 500) {
    return new ServiceError('internal_error', 500, 'Internal error', { cause: exception });
  }
  return new ServiceError(CODES[status] ?? 'bad_request', status, messageOf(exception as Error, status), {
    cause: exception,
  });
}

/** Nest's exceptions and Fastify's errors carry their status under different names. */
function statusOf(exception: unknown): number | undefined {
  if (exception instanceof HttpException) return exception.getStatus();
  const status = (exception as { statusCode?: unknown } | null | undefined)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : undefined;
}

/** What the framework says of them helps nobody. */
const MESSAGES: Record<number, string> = {
  404: 'No such resource',
  415: 'Send the body as JSON, with the header Content-Type: application/json',
};

const messageOf = (exception: Error, status: number): string => MESSAGES[status] ?? exception.message;
