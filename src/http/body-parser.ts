import type { FastifyInstance } from 'fastify';
import { parse } from 'secure-json-parse';
import { ServiceError } from '../errors/service-error.js';
import { isMcpUrl } from '../mcp/mcp-body.js';

/**
 * JSON and nothing else. On the MCP endpoint the text stays as it is, so that the key is checked before the body is
 * looked at; elsewhere it is parsed, refusing `__proto__` and `constructor.prototype`.
 */
export function addBodyParser(fastify: FastifyInstance, bodyLimit: number): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit },
    (request, text, done) => {
      if (isMcpUrl(request.url)) return done(null, text);
      if (text === '') return done(null, undefined);
      try {
        done(null, parse(text, { protoAction: 'error', constructorAction: 'error' }));
      } catch (cause) {
        done(new ServiceError('invalid_json', 400, 'The body is not valid JSON', { cause }));
      }
    },
  );
}
