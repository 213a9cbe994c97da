import { Injectable } from '@nestjs/common';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import type { KeySubject, ServiceError } from '../errors/service-error.js';
import { networkOf } from './network.js';
import { rateLimited } from './rate-limited.js';
import { limitKey, type Verdict, WINDOW_MS } from './store/limit.js';
import { LimitStore } from './store/limit-store.js';
import { MemoryLimitStore } from './store/memory-limit-store.js';

/** Slows down clients that guess keys. Only failures count, so a valid key from the same address still passes. */
@Injectable()
export class FailedKeyLimiter {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly store: LimitStore,
    private readonly memory: MemoryLimitStore,
  ) {}

  /**
   * Counts a failed key over all replicas. Only the answer to that key waits for the count.
   * @param subject the owner of the key, if it is known
   * @returns the 429 that replaces the 401 after too many failures
   */
  count(ip: string, subject?: KeySubject): ServiceError | undefined | Promise<ServiceError | undefined> {
    const limit = {
      key: limitKey(networkOf(ip), 'failed-key'),
      policy: 'failed keys per address',
      max: this.settings.rateLimits.failedKeys,
      windowMs: WINDOW_MS,
    };
    const verdict = this.store.charge([limit], 1);
    if (verdict instanceof Promise) return verdict.then((known) => refusalIn(known, subject));
    return refusalIn(verdict, subject);
  }

  /**
   * Refuses a request whose key, session or token is not accepted, and counts it.
   * @param subject as in {@link count}
   * @throws ServiceError `refusal`, or `rate_limited` after too many failures. It is thrown at once where nothing is waited for.
   */
  refuse(ip: string, refusal: ServiceError, subject?: KeySubject): Promise<never> {
    const limited = this.count(ip, subject);
    if (!(limited instanceof Promise)) throw limited ?? refusal;
    return limited.then((known) => {
      throw known ?? refusal;
    });
  }

  /**
   * Returns whether one more refusal may be recorded, so that unauthenticated requests cannot fill the audit. A known
   * key or user has a count of its own, so that its use is recorded even during a flood of other keys. Each process bounds its
   * own rows.
   */
  mayRecord(ip: string, knownId: string | undefined): boolean {
    const limit = {
      key: limitKey(knownId ?? networkOf(ip), 'unrecorded'),
      policy: 'recorded refusals',
      max: this.settings.rateLimits.failedKeys + 1,
      windowMs: WINDOW_MS,
    };
    return !this.memory.charge([limit], 1).refused;
  }
}

const refusalIn = ({ refused, limit, resetSeconds }: Verdict, subject?: KeySubject) =>
  refused ? rateLimited(limit, resetSeconds, { subject }) : undefined;
