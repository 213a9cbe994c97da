import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { MemoryThrottlerStorage } from './memory-throttler.storage.js';

export const WINDOW_SECONDS = 60;
export const WINDOW_MS = WINDOW_SECONDS * 1000;

/** Describes the rate limit of a caller. `limit` is `Infinity` for the tier `unlimited`. */
export interface Policy {
  name: string;
  limit: number;
}

export interface LimitsLeft {
  policy: string;
  /** The calls per minute; `null` means unlimited. */
  limit: number | null;
  remaining: number | null;
  /** The seconds until the count starts again; 0 means that nothing is counted yet. */
  resetSeconds: number;
}

/** Returns the calls per minute of a user, from the tier or from the user's own number. */
@Injectable()
export class RateLimits {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly storage: MemoryThrottlerStorage,
  ) {}

  policyOf(caller: Caller): Policy {
    const { free, development, paid, burst } = this.settings.rateLimits;
    if (caller.requestsPerMinute !== null) return { name: 'custom', limit: caller.requestsPerMinute + burst };
    switch (caller.tier) {
      case 'unlimited':
        return { name: 'unlimited', limit: Infinity };
      case 'paid':
        return { name: 'paid', limit: paid + burst };
      case 'development':
        return { name: 'development', limit: development + burst };
      default:
        return { name: 'free', limit: free + burst };
    }
  }

  left(caller: Caller): LimitsLeft {
    const { name, limit } = this.policyOf(caller);
    if (limit === Infinity) return { policy: name, limit: null, remaining: null, resetSeconds: 0 };
    const { totalHits, timeToExpire } = this.storage.peek(caller.userId);
    return { policy: name, limit, remaining: Math.max(0, limit - totalHits), resetSeconds: timeToExpire };
  }
}
