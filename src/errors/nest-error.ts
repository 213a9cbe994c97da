import { HttpException } from '@nestjs/common';
import type { ErrorCode } from './error-codes.js';
import { ServiceError } from './service-error.js';

const CODES: Record<number, ErrorCode> = {
  400: 'bad_request',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'payload_too_large',
  414: 'bad_request',
  415: 'unsupported_media_type',
  429: 'rate_limited',
  503: 'service_unavailable',
};

/** Messages that replace those of the framework, which do not say what to do. */
const MESSAGES: Record<number, string> = {
  404: 'No such resource',
  415: 'Send the body as JSON, with the header Content-Type: application/json',
};

/** Makes a 500 for an unexpected failure. The text tells a client nothing about it. */
export const internalError = (cause: unknown) =>
  new ServiceError('internal_error', 'Internal error', { cause });

/**
 * Converts an error of the framework with a 4xx status, whose text a client may read. Any other status becomes 500.
 */
export function frameworkError(status: number, exception: Error): ServiceError {
  if (!Number.isInteger(status) || status < 400 || status >= 500) return internalError(exception);
  const message = MESSAGES[status] ?? exception.message;
  return new ServiceError(CODES[status] ?? 'bad_request', message, { status, cause: exception });
}

/**
 * Converts one of Nest's exceptions, which a handler, guard or pipe throws for the client to read. 401 is reserved
 * for the service's own check of keys, so a 401 of another guard becomes 403.
 */
export function nestError(exception: HttpException): ServiceError {
  const status = exception.getStatus();
  return frameworkError(status === 401 ? 403 : status, exception);
}
