import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { ServiceError } from '../errors/service-error.js';

/**
 * Problem details (RFC 9457), under the names that RFC gives: what an error says beside them cannot take their place.
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

/** Answers with problem details. */
export function sendProblem(reply: FastifyReply, error: ServiceError, requestId: string): void {
  reply.code(error.status).headers(error.options.headers ?? {});
  reply.type('application/problem+json').send(problemOf(error, requestId));
}
