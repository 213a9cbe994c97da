import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.js';

const ONE_YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Adds the headers of every answer. */
export type AddStandardHeaders = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Returns what adds the headers of every answer. Where clients use HTTPS, browsers are told to use nothing else for this
 * name. Subdomains are left out, because the service does not know what a company serves there.
 */
export function standardHeaders({ publicUrl }: Pick<Settings, 'publicUrl'>): AddStandardHeaders {
  const headers = {
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    ...(publicUrl !== undefined &&
      /^https:/i.test(publicUrl) && {
        'Strict-Transport-Security': `max-age=${ONE_YEAR_SECONDS}`,
      }),
  };
  return (request, reply) => {
    reply.header('X-Request-Id', request.id);
    reply.headers(headers);
  };
}
