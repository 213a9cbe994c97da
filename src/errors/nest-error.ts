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

/** What the framework says of them helps nobody. */
const MESSAGES: Record<number, string> = {
  404: 'No such resource',
  415: 'Send the body as JSON, with the header Content-Type: application/json',
};

/** 500: what nobody expected; the text says nothing about it. */
export const internalError = (cause: unknown) =>
  new ServiceError('internal_error', 500, 'Internal error', { cause });

/** An error of the framework, whose text may be read. One that is no refusal becomes 500. */
export function frameworkError(status: number, exception: Error): ServiceError {
  if (!Number.isInteger(status) || status < 400 || status >= 500) return internalError(exception);
  const message = MESSAGES[status] ?? exception.message;
  return new ServiceError(CODES[status] ?? 'bad_request', status, message, { cause: exception });
}

/**
 * Of Nest's exceptions, which a handler, guard or pipe throws to be read. A key is found wanting by the service alone, and
 * answered with 401: what somebody's own guard refuses is a 403.
 */
export function nestError(exception: HttpException): ServiceError {
  const status = exception.getStatus();
  return frameworkError(status === 401 ? 403 : status, exception);
}
