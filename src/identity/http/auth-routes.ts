import { Injectable, Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AuditTrail } from '../../audit/recording/audit-trail.js';
import { Coherence } from '../../coherence/coherence.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { FailedKeyLimiter } from '../../rate-limit/failed-key.limiter.js';
import { AuthLibrary } from '../auth/auth-library.js';
import { ADDRESS_HEADER, AUTH_PATH } from '../auth/auth-paths.js';
import { AUDITED_PATHS, type AuthOutcome, outcomeOf } from '../auth/auth-outcomes.js';
import { isRead } from '../sessions/own-origin.js';
import { cookieOf, withoutCookie } from '../sessions/session-cookie.js';
import { SessionRing } from '../sessions/session-ring.js';
import { sendAnswer } from './auth-answer.js';

const BODY_BYTES = 64 * 1024;
const BODY_TYPES = ['application/json', 'application/x-www-form-urlencoded'];

/** How an error is answered, which the module of the HTTP server knows. */
export type SendError = (reply: FastifyReply, error: unknown, requestId: string) => void;

/** Serves better-auth at `/auth/*`, with the service's own rules around it. */
@Injectable()
export class AuthRoutes {
  private readonly logger = new Logger(AuthRoutes.name);

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly library: AuthLibrary,
    private readonly ring: SessionRing,
    private readonly coherence: Coherence,
    private readonly failures: FailedKeyLimiter,
    private readonly trail: AuditTrail,
  ) {}

  /** Adds the routes to a server that does not listen yet. Their bodies are read as bytes, for the library to parse. */
  addTo(fastify: FastifyInstance, sendError: SendError): void {
    void fastify.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(BODY_TYPES, { parseAs: 'buffer' }, (_request, body, parsed) =>
        parsed(null, body.length > 0 ? body : undefined),
      );
      scope.setErrorHandler((error, request, reply) => sendError(reply, error, request.id));
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
    const { url, handle } = await this.library.get();
    const asked = await this.webRequest(request, url);
    const answer = await handle(asked);
    if (answer.status >= 500) this.logger.error(`${request.method} ${pathOf(request.url)}: ${answer.status}`);
    if (answer.status === 401) await this.countFailure(request.ip);
    // A sign-in gives power, which nobody waits for. Everything else may have taken some away.
    if (!isRead(request.method) && answer.status < 400 && !/^\/auth\/sign-(in|up)\//.test(request.url)) {
      const { replicas, waitedMs } = await this.coherence.settle();
      reply.header('Coherence', `replicas=${replicas}, waited=${waitedMs}`);
    }
    await this.audit(request, outcomeOf(asked), answer);
    await sendAnswer(reply, answer, request.id);
    return reply;
  }

  /**
   * Makes the request for the library. Its address is the service's own, whatever the Host header says, and a session that
   * the service would refuse is not shown to it.
   */
  private async webRequest(request: FastifyRequest, url: string): Promise<Request> {
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined && !name.startsWith(':')) headers.set(name, String(value));
    }
    headers.set(ADDRESS_HEADER, request.ip);
    headers.delete('content-length');
    const name = this.settings.identity.cookie;
    const cookie = cookieOf(request.headers.cookie, name);
    if (cookie !== undefined) {
      const session = await this.ring.find(cookie);
      if (!session?.caller.keyState.ownerActive)
        headers.set('cookie', withoutCookie(request.headers.cookie!, name));
    }
    const body = request.body as Buffer | undefined;
    return new Request(`${url}${request.url}`, {
      method: request.method,
      headers,
      ...(body && { body: new Uint8Array(body) }),
    });
  }

  /** Slows down who guesses passwords, as who guesses keys. @throws ServiceError `rate_limited` */
  private async countFailure(ip: string): Promise<void> {
    const limited = await this.failures.count(ip);
    if (limited) throw limited;
  }

  private async audit(
    request: FastifyRequest,
    outcome: AuthOutcome | undefined,
    answer: Response,
  ): Promise<void> {
    const action = outcome && AUDITED_PATHS[outcome.path];
    if (!action) return;
    const { user } = outcome;
    const isRefused = answer.status >= 400;
    const reason = isRefused ? await reasonIn(answer.clone()) : null;
    await this.trail.attempted(
      {
        request,
        action,
        resource: user ? `user:${user.id}` : null,
      },
      isRefused ? 'denied' : 'success',
      reason,
      user && { userId: user.id, name: user.name, keyId: null, keyStart: null, via: 'session' },
    );
  }
}

const pathOf = (url: string): string => url.split('?', 1)[0]!;

async function reasonIn(answer: Response): Promise<string> {
  try {
    const { code } = (await answer.json()) as { code?: unknown };
    if (typeof code === 'string') return code.toLowerCase();
  } catch {
    // The body is not JSON; its status says enough.
  }
  return String(answer.status);
}
