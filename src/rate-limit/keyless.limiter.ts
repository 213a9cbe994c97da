import { Injectable } from '@nestjs/common';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import type { ServiceError } from '../errors/service-error.js';
import { MemoryThrottlerStorage } from './memory-throttler.storage.js';
import { networkOf } from './network.js';
import { WINDOW_MS } from './rate-limits.js';
import { rateLimited } from './rate-limited.js';

/**
 * Matches the paths that clients and monitors request before they have a key, often many from one address of a
 * vendor.
 */
const NOT_COUNTED = /^\/(?:\.well-known\/|auth\/|health(?:[/?]|$))/;

interface KeylessRequest {
  ip: string;
  url: string;
  headers: Record<string, unknown>;
}

/**
 * Slows down clients that send requests without a key. They are counted separately, so a valid key from the same
 * address still passes.
 */
@Injectable()
export class KeylessLimiter {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly storage: MemoryThrottlerStorage,
  ) {}

  /** Returns whether the headers contain nothing that could be a key. */
  isKeyless({ headers }: Pick<KeylessRequest, 'headers'>): boolean {
    return headers.authorization === undefined && headers['x-api-key'] === undefined;
  }

  /** Counts a request without a key. @returns the 429 to answer with after too many of them */
  count({ ip, url }: KeylessRequest): ServiceError | undefined {
    if (NOT_COUNTED.test(url)) return undefined;
    const limit = this.settings.rateLimits.keyless;
    const hit = this.storage.hit(`keyless:${networkOf(ip)}`, WINDOW_MS, limit);
    if (!hit.isBlocked) return undefined;
    return rateLimited({ name: 'requests without a key per address', limit }, hit.timeToBlockExpire);
  }
}
