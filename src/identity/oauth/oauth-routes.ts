import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ANY_ORIGIN } from '../../access/any-origin.js';
import { AUTH_PATH } from '../auth/auth-paths.js';
import { sendAnswer } from '../http/auth-answer.js';
import { AuthExchange } from '../http/auth-exchange.js';
import { announced } from './announced-metadata.js';
import { AuthorizationEndpoint, AUTHORIZE } from './authorization-endpoint.js';
import { DEVICE_CODE, DeviceEndpoint } from './device/device-endpoint.js';
import { ProgramEndpoints } from './program-endpoints.js';

const BODY_BYTES = 64 * 1024;

/** Programs in browsers call these from pages of their own. No cookie counts here, so any page may (Fetch, CORS protocol). */
const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, DPoP, MCP-Protocol-Version',
  'Access-Control-Expose-Headers': 'WWW-Authenticate, DPoP-Nonce',
  'Access-Control-Max-Age': '86400',
} as const;

/** Where the metadata of the authorization server is (RFC 8414, and OpenID Connect Discovery), in each way that clients look for it. */
const METADATA = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/oauth-authorization-server/mcp',
  '/.well-known/openid-configuration',
  '/.well-known/openid-configuration/mcp',
];

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** Serves OAuth: where a person agrees, what programs call, and where they learn of both. */
@Injectable()
export class OAuthRoutes {
  constructor(
    private readonly authorization: AuthorizationEndpoint,
    private readonly programs: ProgramEndpoints,
    private readonly device: DeviceEndpoint,
    private readonly exchange: AuthExchange,
  ) {}

  /** Adds the routes to the scope of `/auth/*`, where bodies are read as bytes. */
  addTo(scope: FastifyInstance): void {
    scope.route({
      method: ['GET', 'POST'],
      url: AUTH_PATH + AUTHORIZE,
      bodyLimit: BODY_BYTES,
      // A client may send its form from its own page. It is led on by GET, and nothing is decided by it.
      config: ANY_ORIGIN,
      handler: (request, reply) => this.authorization.answer(request, reply),
    });
    const { programs } = this;
    const endpoints: Record<string, Handler> = {
      '/oauth2/token': (request, reply) => programs.token(request, reply),
      '/oauth2/revoke': (request, reply) => programs.revoke(request, reply),
      '/oauth2/introspect': (request, reply) => programs.introspect(request, reply),
      '/oauth2/register': (request, reply) => programs.register(request, reply),
      [DEVICE_CODE]: (request, reply) => this.device.begin(request, reply),
    };
    for (const [path, handler] of Object.entries(endpoints)) this.post(scope, AUTH_PATH + path, handler);
    // Where clients register that read no metadata (MCP 2025-03-26, authorization).
    this.post(scope, '/register', (request, reply) => programs.register(request, reply));
    this.get(scope, `${AUTH_PATH}/jwks`, async (request, reply) =>
      this.pass(request, reply, await this.exchange.askOpenly(request, `${AUTH_PATH}/jwks`)),
    );
    this.get(scope, `${AUTH_PATH}/oauth2/userinfo`, (request, reply) => programs.userInfo(request, reply));
    for (const path of METADATA)
      this.get(scope, path, async (request, reply) => {
        const answer = await this.exchange.askOpenly(request, path.replace(/\/mcp$/, ''));
        return this.pass(request, reply, await announced(answer));
      });
  }

  private async pass(request: FastifyRequest, reply: FastifyReply, answer: Response): Promise<FastifyReply> {
    await sendAnswer(reply, answer, request.id);
    return reply;
  }

  private post(scope: FastifyInstance, url: string, handler: Handler): void {
    scope.route({
      method: 'POST',
      url,
      bodyLimit: BODY_BYTES,
      config: ANY_ORIGIN,
      handler: withCors(handler),
    });
    this.preflight(scope, url);
  }

  private get(scope: FastifyInstance, url: string, handler: Handler): void {
    scope.route({ method: 'GET', url, config: ANY_ORIGIN, handler: withCors(handler) });
    this.preflight(scope, url);
  }

  private preflight(scope: FastifyInstance, url: string): void {
    scope.route({
      method: 'OPTIONS',
      url,
      config: ANY_ORIGIN,
      handler: (_request, reply) => reply.code(204).headers(CORS).send(),
    });
  }
}

const withCors =
  (handler: Handler): Handler =>
  (request, reply) =>
    handler(request, reply.headers(CORS));
