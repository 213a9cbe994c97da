import { validateHostHeader, validateOriginHeader } from '@modelcontextprotocol/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/service-error.js';
import { sendProblem } from './problem.js';
import { toServiceError } from './to-service-error.js';

/** On every answer. */
function addStandardHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({
    'X-Request-Id': request.id,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
}

/** Answers what the router cannot even read, such as a path with broken percent-encoding: no hook runs for it. */
export function answerUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  addStandardHeaders(request, reply);
  sendProblem(reply, toServiceError(error), request.id);
}

/**
 * What every request meets first. A web page must not reach a service on its visitor's machine or network through
 * the visitor's browser (DNS rebinding): the Host and the Origin must be known ones (MCP, transports, security).
 */
export function addGate(fastify: FastifyInstance, { allowedHosts, allowedOrigins }: Settings): void {
  fastify.addHook('onRequest', async (request, reply) => {
    addStandardHeaders(request, reply);
    const { host, origin } = request.headers;
    if (allowedHosts && !validateHostHeader(host, allowedHosts).ok) {
      throw new ServiceError(
        'host_not_allowed',
        403,
        'This Host is not served here; see the setting ALLOWED_HOSTS',
      );
    }
    if (origin !== undefined && !validateOriginHeader(origin, allowedOrigins).ok) {
      throw new ServiceError(
        'origin_not_allowed',
        403,
        'This Origin may not call; see the setting ALLOWED_ORIGINS',
      );
    }
  });
}
