import { Injectable } from '@nestjs/common';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import type { ServiceError } from '../errors/service-error.js';
import { MemoryThrottlerStorage } from './memory-throttler.storage.js';
import { WINDOW_MS } from './rate-limits.js';
import { rateLimited } from './user-throttler.guard.js';

/** Slows down whoever guesses keys. Only failures count, so a good key behind the same address still passes. */
@Injectable()
export class FailedKeyLimiter {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly storage: MemoryThrottlerStorage,
  ) {}

  /** Counts a failed key. @returns the 429 to answer with instead of the 401, once there were too many */
  count(ip: string): ServiceError | undefined {
    const limit = this.settings.rateLimits.failedKeys;
    const hit = this.storage.hit(`failed-key:${ip}`, WINDOW_MS, limit);
    return hit.isBlocked
      ? rateLimited({ name: 'failed keys per address', limit }, hit.timeToBlockExpire)
      : undefined;
  }

  /** Whether one more refusal of a caller that nobody knows may be recorded: an address must not fill the audit. */
  mayRecord(ip: string): boolean {
    const limit = this.settings.rateLimits.failedKeys + 1;
    return !this.storage.hit(`unknown-caller:${ip}`, WINDOW_MS, limit).isBlocked;
  }
}
