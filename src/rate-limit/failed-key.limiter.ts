import { Injectable } from '@nestjs/common';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import type { KeySubject, ServiceError } from '../errors/service-error.js';
import { MemoryThrottlerStorage } from './memory-throttler.storage.js';
import { networkOf } from './network.js';
import { WINDOW_MS } from './rate-limits.js';
import { rateLimited } from './rate-limited.js';

/** Slows down whoever guesses keys. Only failures count, so a good key behind the same address still passes. */
@Injectable()
export class FailedKeyLimiter {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly storage: MemoryThrottlerStorage,
  ) {}

  /** Counts a failed key. @param subject whose key it was, where that is known @returns the 429 to answer with instead of the 401, once there were too many */
  count(ip: string, subject?: KeySubject): ServiceError | undefined {
    const limit = this.settings.rateLimits.failedKeys;
    const hit = this.storage.hit(`failed-key:${networkOf(ip)}`, WINDOW_MS, limit);
    if (!hit.isBlocked) return undefined;
    return rateLimited({ name: 'failed keys per address', limit }, hit.timeToBlockExpire, subject);
  }

  /**
   * Whether one more refusal of a caller that was not let in may be recorded: nobody may fill the audit from outside.
   * A key that is known has its own number, so that a flood of others does not hide its use.
   */
  mayRecord(ip: string, keyId: string | undefined): boolean {
    const limit = this.settings.rateLimits.failedKeys + 1;
    return !this.storage.hit(`unrecorded:${keyId ?? networkOf(ip)}`, WINDOW_MS, limit).isBlocked;
  }
}
