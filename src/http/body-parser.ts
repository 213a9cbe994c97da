import type { FastifyInstance } from 'fastify';
import { UnreadBody } from './unread-body.js';

/**
 * Accepts only JSON, and reads none of it. `BodyGuard` reads the body once the caller is known, so a body without a
 * valid key is never held in memory.
 */
export function addBodyParser(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', (request, payload, done) => {
    UnreadBody.keep(request, payload);
    done(null, undefined);
  });
}
