import type { FastifyInstance } from 'fastify';
import { ServiceError } from '../errors/service-error.js';
import { UnreadBody } from './unread-body.js';

/**
 * Accepts only JSON, and forms on the routes that say so with `@RouteConfig({ takesForm: true })`. It reads none of it.
 * `BodyGuard` reads JSON once the caller is known, and such a route its form, so a body without a valid key is never held
 * in memory.
 */
export function addBodyParser(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', (request, payload, done) => {
    UnreadBody.keep(request, payload);
    done(null, undefined);
  });
  fastify.addContentTypeParser('multipart/form-data', (request, _payload, done) => {
    const { takesForm } = request.routeOptions.config as { takesForm?: boolean };
    done(takesForm ? null : noForm(), undefined);
  });
}

const noForm = () =>
  new ServiceError(
    'unsupported_media_type',
    'Send the body as JSON, with the header Content-Type: application/json',
  );
