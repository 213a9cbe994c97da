import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { refusalOf } from '../../access/access-policy.js';
import type { Caller, CallerRequest } from '../../access/caller.js';
import type { Requester } from '../../access/requester.js';
import { SessionCheck } from '../../access/session-check.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { FailedKeyLimiter } from '../../rate-limit/failed-key.limiter.js';
import { shareUser } from '../../users/user-locks.js';
import { isFromOwnPage, isRead } from './own-origin.js';
import { organizationOf } from '../../access/organization-header.js';
import { cookieOf } from './session-cookie.js';
import { csrfRefused, inactiveAccount, invalidSession } from './session-errors.js';
import { isLimited } from '../second-factor/limited-session.js';
import { hasSecondFactor, methodsIn } from '../second-factor/methods.js';
import { mfaRequired } from '../second-factor/second-factor-errors.js';
import { callerOf, type FoundSession, sessionById } from './session-read.js';
import { type KnownSession, SessionRing } from './session-ring.js';
import { SessionsSeen } from './sessions-seen.js';

/** Verifies sessions as keys are verified: from memory where the session is known, and by the database where it decides. */
@Injectable()
export class SessionCallers extends SessionCheck {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly ring: SessionRing,
    private readonly seen: SessionsSeen,
    private readonly failures: FailedKeyLimiter,
  ) {
    super();
  }

  isPresented({ headers }: Pick<CallerRequest, 'headers'>): boolean {
    return cookieOf(headers.cookie, this.settings.identity.cookie) !== undefined;
  }

  admit(request: CallerRequest): Caller | Promise<Caller> {
    if (!isRead(request.method) && !isFromOwnPage(request, this.settings)) throw csrfRefused();
    const found = this.find(request);
    if (!(found instanceof Promise)) return this.admitted(found, request);
    return found.then((session) => this.admitted(session, request));
  }

  /**
   * Admits a session that may lack the second factor that its person needs, for the pages by which the person adds or shows one.
   * @throws ServiceError as {@link admit}, but for `csrf_refused` and `mfa_required`
   */
  async admitLimited(request: CallerRequest): Promise<KnownSession> {
    const session = await this.find(request);
    const refused = this.refused(session, request);
    if (refused) return refused;
    this.noteUse(session!);
    return session!;
  }

  async recheck(known: Caller): Promise<Caller | undefined> {
    const session = await this.sessionBy(known, this.dataSource.manager);
    return session?.isActive && session.role !== null && !this.isLimited(session)
      ? callerOf(session)
      : undefined;
  }

  async present({ caller: known, scopes }: Requester, manager: EntityManager): Promise<Caller> {
    // The session is read by a statement of its own: one that waits for a change still reads what was before it.
    if (manager.queryRunner?.isTransactionActive) await shareUser(manager, known.userId);
    const session = await this.sessionBy(known, manager);
    if (!session) throw invalidSession();
    const caller = callerOf(session);
    if (!caller.keyState.ownerActive) throw inactiveAccount(caller);
    if (this.isLimited(session)) throw mfaRequired(caller);
    const lacking = refusalOf({ kind: 'scopes', scopes }, caller);
    if (lacking) throw lacking;
    return caller;
  }

  private async sessionBy(
    { sessionId, organizationId }: Caller,
    manager: EntityManager,
  ): Promise<FoundSession | undefined> {
    const session = await sessionById(manager, sessionId, organizationId);
    return session && session.expiresAt.getTime() > Date.now() ? session : undefined;
  }

  private isLimited(session: FoundSession): boolean {
    const known = {
      caller: callerOf(session),
      hasSecondFactor: hasSecondFactor(methodsIn(session.signedInBy)),
    };
    return isLimited(known, this.settings.identity.mfaRequired);
  }

  private find({ headers }: CallerRequest): ReturnType<SessionRing['find']> {
    const cookie = cookieOf(headers.cookie, this.settings.identity.cookie) ?? '';
    return this.ring.find(cookie, organizationOf(headers));
  }

  private admitted(session: KnownSession | undefined, request: CallerRequest): Caller | Promise<never> {
    const refused = this.refused(session, request);
    if (refused) return refused;
    const { caller } = session!;
    if (isLimited(session!, this.settings.identity.mfaRequired)) throw mfaRequired(caller);
    this.noteUse(session!);
    return caller;
  }

  private refused(session: KnownSession | undefined, { ip }: CallerRequest): Promise<never> | undefined {
    if (!session) return this.failures.refuse(ip, invalidSession());
    const { caller } = session;
    return caller.keyState.ownerActive
      ? undefined
      : this.failures.refuse(ip, inactiveAccount(caller), caller);
  }

  private noteUse(session: KnownSession): void {
    session.seenAt = Date.now();
    this.seen.note(session.caller.sessionId!, session.seenAt);
  }
}
