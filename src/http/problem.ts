import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { ServiceError } from '../errors/service-error.js';

/** Answers with problem details (RFC 9457). */
export function sendProblem(reply: FastifyReply, error: ServiceError, requestId: string): void {
  reply.code(error.status).headers(error.options.headers ?? {});
  reply.type('application/problem+json').send({
    type: 'about:blank',
    title: STATUS_CODES[error.status],
    status: error.status,
    detail: error.message,
    code: error.code,
    requestId,
    ...error.options.data,
  });
}
