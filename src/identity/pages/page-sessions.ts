import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../../access/caller.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { knownError } from '../../errors/known-error.js';
import { isLimited } from '../second-factor/limited-session.js';
import { SessionCallers } from '../sessions/session-callers.js';
import type { KnownSession } from '../sessions/session-ring.js';
import { sendOn } from './page.js';
import type { PageRequest } from './page-handlers.js';
import { PAGES, withNext } from './page-paths.js';

type Sent = FastifyReply | Promise<FastifyReply>;

/** Finds out who asks for a page, and leads elsewhere those whom it is not for. */
@Injectable()
export class PageSessions {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly callers: SessionCallers,
  ) {}

  /**
   * Serves who is signed in. Others are led to the sign-in, and to the second factor who needs one.
   * @param page what they are led back to
   */
  signedIn(asked: PageRequest, page: string, work: (caller: Caller) => Sent): Promise<FastifyReply> {
    return this.limited(asked, page, (session) =>
      this.isLimited(session) ? sendOn(asked.reply, withNext(PAGES.security, page)) : work(session.caller),
    );
  }

  /** Serves who is signed in, with the second factor that the person needs or without. Others are led to the sign-in. */
  async limited(
    { request, reply }: PageRequest,
    page: string,
    work: (session: KnownSession) => Sent,
  ): Promise<FastifyReply> {
    const signIn = withNext(PAGES.signIn, page);
    if (!this.callers.isPresented(request)) return sendOn(reply, signIn);
    let session: KnownSession;
    try {
      session = await this.callers.admitLimited(request);
    } catch (error) {
      if (knownError(error)?.code !== 'invalid_session') throw error;
      return sendOn(reply, signIn);
    }
    return work(session);
  }

  /**
   * Returns the person of a request as the caller in an organisation.
   * @throws ServiceError `forbidden` for one that the person does not belong to, and as {@link SessionCallers.admit}
   */
  async actingIn({ request }: Pick<PageRequest, 'request'>, organizationId: string): Promise<Caller> {
    const { id, ip, method, url, headers } = request;
    return this.callers.admit({ id, ip, method, url, headers: { ...headers, organization: organizationId } });
  }

  /** Returns whether the request has a session that is valid, with the second factor that the person needs or without. */
  async hasSession(request: PageRequest['request']): Promise<boolean> {
    if (!this.callers.isPresented(request)) return false;
    try {
      await this.callers.admitLimited(request);
      return true;
    } catch (error) {
      if (knownError(error)?.code !== 'invalid_session') throw error;
      return false;
    }
  }

  isLimited(session: KnownSession): boolean {
    return isLimited(session, this.settings.identity.mfaRequired);
  }
}
