import type { FastifyInstance } from 'fastify';

/**
 * Takes JSON and nothing else, within the limit, and leaves it a text: the key is checked before the body is looked at.
 * On REST `JsonBodyGuard` parses it then, on the MCP endpoint the controller.
 */
export function addBodyParser(fastify: FastifyInstance, bodyLimit: number): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit },
    (_request, text, done) => {
      done(null, text);
    },
  );
}
