import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ANY_ORIGIN } from '../../access/any-origin.js';
import { AUTH_PATH } from '../auth/auth-paths.js';
import { sendAnswer } from './auth-answer.js';
import { OAuthRoutes } from '../oauth/oauth-routes.js';
import { PageRoutes, type ToServiceError } from '../pages/page-routes.js';
import { notFound } from '../../errors/service-error.js';
import { SSO_PATHS } from '../sso/sso-paths.js';
import { AuthExchange } from './auth-exchange.js';

const BODY_BYTES = 64 * 1024;
const BODY_TYPES = ['application/json', 'application/x-www-form-urlencoded'];

/** How an error is answered, which the module of the HTTP server knows. */
export type SendError = (reply: FastifyReply, error: unknown, requestId: string) => void;

/** Serves better-auth at `/auth/*`, and the pages for people beside it. */
@Injectable()
export class AuthRoutes {
  constructor(
    private readonly exchange: AuthExchange,
    private readonly pages: PageRoutes,
    private readonly oauth: OAuthRoutes,
  ) {}

  /** Adds the routes to a server that does not listen yet. Their bodies are read as bytes, for the library to parse. */
  addTo(fastify: FastifyInstance, sendError: SendError, toServiceError: ToServiceError): void {
    void fastify.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(BODY_TYPES, { parseAs: 'buffer' }, (_request, body, parsed) =>
        parsed(null, body.length > 0 ? body : undefined),
      );
      scope.setErrorHandler((error, request, reply) => sendError(reply, error, request.id));
      this.pages.addTo(scope, toServiceError);
      this.oauth.addTo(scope);
      // The provider's page sends the answer. The service believes it by the signed cookie of the request.
      scope.route({
        method: 'POST',
        url: AUTH_PATH + SSO_PATHS.samlCallback,
        bodyLimit: BODY_BYTES,
        config: ANY_ORIGIN,
        handler: (request, reply) => this.answer(request, reply),
      });
      scope.route({
        method: ['GET', 'POST'],
        url: `${AUTH_PATH}/*`,
        bodyLimit: BODY_BYTES,
        handler: (request, reply) => this.answer(request, reply),
      });
      done();
    });
  }

  private async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (isOfOAuth(request.url)) throw notFound('Path');
    await sendAnswer(reply, await this.exchange.ask(request, reply), request.id);
    return reply;
  }
}

/** The routes of OAuth are listed one by one: whatever else leads the library to the same would pass by their rules. */
function isOfOAuth(url: string): boolean {
  try {
    const { pathname } = new URL(url, 'http://own.invalid');
    return /^\/+auth\/+oauth2(\/|$)/i.test(decodeURIComponent(pathname));
  } catch {
    return true;
  }
}
