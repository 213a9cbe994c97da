import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import type { Caller } from '../../access/caller.js';
import { Coherence } from '../../coherence/coherence.js';
import { within } from '../../common/timeouts.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { UserAccounts } from '../../users/user-accounts.js';
import { AuthSecret } from '../auth/auth-secret.js';
import { hasSecondFactor, methodsIn } from '../second-factor/methods.js';
import { openCookie } from './session-cookie.js';
import { callerOf, SessionRead } from './session-read.js';

/** The number of sessions that are cached, at about 1 KB each. */
const MAX_SESSIONS = 20_000;
/** A read fails after this time, because a server that hangs does not report an error. */
const READ_MS = 5_000;

/** Holds a session that exists, prepared for requests. */
export interface KnownSession {
  caller: Caller;
  /** Whether the person signed in with a second factor. */
  hasSecondFactor: boolean;
  expiresAt: number;
  /** The latest use that this process knows of. */
  seenAt: number;
  /** When it was read, by the monotonic clock. */
  readAt: number;
}

/**
 * Caches sessions by the SHA-256 of their cookie, as the key ring caches keys: beside other processes while the lease
 * lasts, and in a single process for a while.
 */
@Injectable()
export class SessionRing {
  private readonly known = new LRUCache<string, KnownSession>({ max: MAX_SESSIONS });
  private readonly reads: SessionRead;
  private readonly trustsAge: boolean;
  /** Counts changes, so that a row that was read before a change is not cached after it. */
  private changes = 0;

  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() dataSource: DataSource,
    private readonly secret: AuthSecret,
    private readonly coherence: Coherence,
    users: UserAccounts,
  ) {
    this.reads = new SessionRead(dataSource);
    this.trustsAge = coherence.mode === 'single';
    users.onChange((id) => this.forget(({ caller }) => caller.userId === id || caller.organizationId === id));
    coherence.onCallersChanged((isConcerned) => this.forget(({ caller }) => isConcerned(caller)));
  }

  /**
   * @param organizationId the organisation in which the person acts; without one it is the first that the person belongs to
   * @returns `undefined` when no session has this cookie, or none that may still be used
   * @throws ServiceError `lease_expired`, `forbidden` for an organisation that the person does not belong to
   */
  find(
    cookie: string,
    organizationId: string | null = null,
  ): KnownSession | undefined | Promise<KnownSession | undefined> {
    // No cookie has a line feed.
    const hash = createHash('sha256').update(
      organizationId === null ? cookie : `${cookie}\n${organizationId}`,
    );
    const digest = hash.digest('base64');
    const session = this.known.get(digest);
    this.coherence.assertLive();
    // Another process may have seen a session that seems to be idle here.
    if (session && this.isFresh(session) && !this.isIdle(session)) return this.unlessOver(session);
    return this.read(digest, cookie, organizationId);
  }

  /** Removes a session from the cache after its row has changed. */
  forgetSession(id: string): void {
    this.forget(({ caller }) => caller.sessionId === id);
  }

  private forget(matches: (session: KnownSession) => boolean): void {
    this.changes++;
    for (const [digest, session] of this.known.entries()) if (matches(session)) this.known.delete(digest);
  }

  private isFresh({ readAt }: KnownSession): boolean {
    return !this.trustsAge || performance.now() - readAt < this.settings.apiKeys.maxAgeMs;
  }

  private isIdle({ seenAt }: KnownSession): boolean {
    return Date.now() - seenAt >= this.settings.identity.idleMs;
  }

  private unlessOver(session: KnownSession): KnownSession | undefined {
    return session.expiresAt > Date.now() && !this.isIdle(session) ? session : undefined;
  }

  private async read(
    digest: string,
    cookie: string,
    organizationId: string | null,
  ): Promise<KnownSession | undefined> {
    const value = openCookie(cookie, await this.secret.get());
    if (value === undefined) return undefined;
    for (;;) {
      const { changes } = this;
      const readAt = performance.now();
      const row = await within(READ_MS, this.reads.byToken(value, organizationId));
      if (changes !== this.changes) continue;
      this.coherence.assertLive();
      if (!row) {
        this.known.delete(digest);
        return undefined;
      }
      const seenAt = Math.max(row.lastSeenAt.getTime(), this.known.get(digest)?.seenAt ?? 0);
      const session = {
        caller: callerOf(row),
        hasSecondFactor: hasSecondFactor(methodsIn(row.signedInBy)),
        expiresAt: row.expiresAt.getTime(),
        seenAt,
        readAt,
      };
      this.known.set(digest, session);
      return this.unlessOver(session);
    }
  }
}
