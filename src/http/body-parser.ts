import type { FastifyInstance } from 'fastify';
import { UnreadBody } from './unread-body.js';

/**
 * Takes JSON and nothing else, and reads none of it: `BodyGuard` does, once the caller is known. So a body that somebody
 * sends without a good key is never held in memory.
 */
export function addBodyParser(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', (request, payload, done) => {
    UnreadBody.keep(request, payload);
    done(null, undefined);
  });
}
