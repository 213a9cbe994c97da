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

export function sendProblem(reply: FastifyReply, error: ServiceError, requestId: string): void {
  reply.code(error.status).headers(error.options.headers ?? {});
  reply.type('application/problem+json').send(problemOf(error, requestId));
}
