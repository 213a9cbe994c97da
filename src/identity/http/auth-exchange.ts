import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { takesAnyOrigin } from '../../access/any-origin.js';
import { AuditTrail } from '../../audit/recording/audit-trail.js';
import { Coherence } from '../../coherence/coherence.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { FailedKeyLimiter } from '../../rate-limit/failed-key.limiter.js';
import { AuthLibrary } from '../auth/auth-library.js';
import { ADDRESS_HEADER, AUTH_PATH } from '../auth/auth-paths.js';
import { AUDITED_PATHS, type AuthOutcome, outcomeOf } from '../auth/auth-outcomes.js';
import { noteForm } from '../oauth/form-requests.js';
import { MailLimits } from '../mail/mail-limits.js';
import { isFromOwnPage, isRead } from '../sessions/own-origin.js';
import { csrfRefused } from '../sessions/session-errors.js';
import { cookieOf, withoutCookie } from '../sessions/session-cookie.js';
import { isHiddenAt } from '../second-factor/limited-session.js';
import { mfaRequired } from '../second-factor/second-factor-errors.js';
import { type KnownSession, SessionRing } from '../sessions/session-ring.js';
import { refusalIn } from './auth-refusal.js';

/** What the library is asked by a page of the service, in place of the request's own path and body. */
export interface AuthCall {
  /** The path below `/auth`, such as `/sign-in/email`, with its query. */
  path: string;
  /** Without one the library is asked to show something. */
  body?: Record<string, unknown>;
  /** Whether the request's own method and body are passed on, to another path than its own. */
  isForwarded?: boolean;
}

/** A sign-in gives power, which nobody waits for, and a mail gives none. Everything else may have taken some away. */
const TAKES_NO_POWER =
  /^\/auth\/((sign-in|sign-up|sso)\/|request-password-reset$|send-verification-email$|device\/code$|oauth2\/(?!revoke))/;

/** Programs call these, without a person. */
const FOR_PROGRAMS = /^\/auth\/oauth2\//;

/** Asks better-auth, with the service's own rules around it: failures are counted, changes settled, outcomes recorded. */
@Injectable()
export class AuthExchange {
  private readonly logger = new Logger(AuthExchange.name);

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly library: AuthLibrary,
    private readonly ring: SessionRing,
    private readonly coherence: Coherence,
    private readonly failures: FailedKeyLimiter,
    private readonly trail: AuditTrail,
    private readonly mails: MailLimits,
  ) {}

  /**
   * @param call what a form asks for, whose page was checked to be the service's own
   * @throws ServiceError `rate_limited` after too many failures
   */
  async ask(request: FastifyRequest, reply: FastifyReply, call?: AuthCall): Promise<Response> {
    const { url, handle } = await this.library.get();
    // What the library sees, where `/auth/two-factor/../sign-out` is `/auth/sign-out`.
    const target = new URL(url + (call ? AUTH_PATH + call.path : request.url));
    const { pathname } = target;
    if (!call) this.assertOwnPage(request);
    const isOfPerson = (call && !call.isForwarded) || !FOR_PROGRAMS.test(pathname);
    const session = isOfPerson ? await this.sessionOf(request) : undefined;
    const isHidden =
      session !== undefined && isHiddenAt(pathname, session, this.settings.identity.mfaRequired);
    const asked = this.webRequest(request, target, isHidden ? undefined : session, call);
    const { method } = asked;
    const limited = await this.mails.ofRequester(request.ip, pathname);
    if (limited) throw limited;
    const answer = answerTo(asked, await handle(asked));
    if (isHidden && answer.status === 401) throw mfaRequired(session.caller);
    const wait = answer.headers.get('retry-after');
    if (wait !== null) reply.header('Retry-After', wait);
    if (answer.status >= 500) this.logger.error(`${method} ${pathname}: ${answer.status}`);
    const reason = await refusalIn(answer);
    // A provider's answer that is refused comes back as a redirect.
    if (answer.status === 401 || outcomeOf(asked)?.isGuess || (reason !== null && answer.status < 400))
      await this.countFailure(request.ip);
    if (!isRead(method) && answer.status < 400 && !TAKES_NO_POWER.test(pathname)) {
      const { replicas, waitedMs } = await this.coherence.settle();
      reply.header('Coherence', `replicas=${replicas}, waited=${waitedMs}`);
    }
    await this.audit(request, outcomeOf(asked), reason);
    return answer;
  }

  /**
   * Asks for what the library shows to anybody, such as its metadata. No cookie counts, and nothing is recorded.
   * @param path from the root of the service
   */
  async askOpenly(request: FastifyRequest, path: string): Promise<Response> {
    const { url, handle } = await this.library.get();
    return handle(this.webRequest(request, new URL(url + path), undefined));
  }

  /**
   * The library takes some origins for its own that are none, such as other names of this machine.
   * @throws ServiceError `csrf_refused` for a change with the cookie of a session that another page may have sent
   */
  private assertOwnPage(request: FastifyRequest): void {
    if (isRead(request.method) || takesAnyOrigin(request)) return;
    const isSession = cookieOf(request.headers.cookie, this.settings.identity.cookie) !== undefined;
    if (isSession && !isFromOwnPage(request, this.settings)) throw csrfRefused();
  }

  /**
   * Makes the request for the library. Its address is the service's own, whatever the Host header says, and a session that
   * the service would refuse is not shown to it.
   */
  private webRequest(
    request: FastifyRequest,
    target: URL,
    session: KnownSession | undefined,
    call?: AuthCall,
  ): Request {
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined && !name.startsWith(':')) headers.set(name, String(value));
    }
    headers.set(ADDRESS_HEADER, request.ip);
    headers.delete('content-length');
    if (takesAnyOrigin(request)) headers.set('origin', target.origin);
    const { cookie } = request.headers;
    if (!session && cookie !== undefined)
      headers.set('cookie', withoutCookie(cookie, this.settings.identity.cookie));
    if (call && !call.isForwarded) {
      headers.set('content-type', 'application/json');
      headers.set('origin', target.origin);
      const body = call.body && JSON.stringify(call.body);
      const asked = new Request(target, body === undefined ? { headers } : { method: 'POST', headers, body });
      noteForm(asked);
      return asked;
    }
    const body = request.body as Buffer | undefined;
    return new Request(target, {
      method: request.method,
      headers,
      ...(body && { body: new Uint8Array(body) }),
    });
  }

  private async sessionOf({ headers }: FastifyRequest): Promise<KnownSession | undefined> {
    const cookie = cookieOf(headers.cookie, this.settings.identity.cookie);
    const session = cookie === undefined ? undefined : await this.ring.find(cookie);
    return session?.caller.keyState.ownerActive ? session : undefined;
  }

  /** Slows down who guesses passwords, as who guesses keys. @throws ServiceError `rate_limited` */
  private async countFailure(ip: string): Promise<void> {
    const limited = await this.failures.count(ip);
    if (limited) throw limited;
  }

  private async audit(
    request: FastifyRequest,
    outcome: AuthOutcome | undefined,
    reason: string | null,
  ): Promise<void> {
    const action = outcome && (outcome.action ?? AUDITED_PATHS[outcome.path]);
    if (!action) return;
    const { user, provider, metadata } = outcome;
    await this.trail.attempted(
      {
        request,
        action,
        resource: user ? `user:${user.id}` : null,
        metadata: { ...metadata, ...(provider !== undefined && { provider }) },
      },
      reason === null ? 'success' : 'denied',
      reason,
      user && { userId: user.id, name: user.name, keyId: null, keyStart: null, via: 'session' },
    );
  }
}

/** Returns the answer of the library, with the status that it should have. */
function answerTo(asked: Request, answer: Response): Response {
  const status = answer.status >= 500 ? outcomeOf(asked)?.status : undefined;
  return status === undefined ? answer : new Response(answer.body, { status, headers: answer.headers });
}
