import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { ServiceError } from '../errors/service-error.js';

/**
 * Formats an error as problem details (RFC 9457). The members that the RFC defines take precedence over the error's
 * data.
 */
export const problemOf = (error: ServiceError, requestId: string) => ({
  ...error.options.data,
  type: 'about:blank',
  title: STATUS_CODES[error.status],
  status: error.status,
  detail: error.message,
  code: error.code,
  requestId,
});

/** @param headers those of the error, and what was added to them */
export function sendProblem(
  reply: FastifyReply,
  error: ServiceError,
  requestId: string,
  headers: Record<string, string> = error.options.headers ?? {},
): void {
  reply.code(error.status).headers(headers);
  reply.type('application/problem+json').send(problemOf(error, requestId));
}
