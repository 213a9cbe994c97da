import { Injectable } from '@nestjs/common';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import type { KeySubject, ServiceError } from '../errors/service-error.js';
import { MemoryThrottlerStorage } from './memory-throttler.storage.js';
import { networkOf } from './network.js';
import { WINDOW_MS } from './rate-limits.js';
import { rateLimited } from './rate-limited.js';

/** Slows down clients that guess keys. Only failures count, so a valid key from the same address still passes. */
@Injectable()
export class FailedKeyLimiter {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly storage: MemoryThrottlerStorage,
  ) {}

  /**
   * Counts a failed key. @param subject the owner of the key, if it is known
   * @returns the 429 that replaces the 401 after too many failures
   */
  count(ip: string, subject?: KeySubject): ServiceError | undefined {
    const limit = this.settings.rateLimits.failedKeys;
    const hit = this.storage.hit(`failed-key:${networkOf(ip)}`, WINDOW_MS, limit);
    if (!hit.isBlocked) return undefined;
    return rateLimited({ name: 'failed keys per address', limit }, hit.timeToBlockExpire, subject);
  }

  /**
   * Returns whether one more refusal may be recorded, so that unauthenticated requests cannot fill the audit. A known
   * key has a count of its own, so that its use is recorded even during a flood of other keys.
   */
  mayRecord(ip: string, keyId: string | undefined): boolean {
    const limit = this.settings.rateLimits.failedKeys + 1;
    return !this.storage.hit(`unrecorded:${keyId ?? networkOf(ip)}`, WINDOW_MS, limit).isBlocked;
  }
}
