import { Injectable } from '@nestjs/common';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import type { ServiceError } from '../errors/service-error.js';
import { MemoryThrottlerStorage } from './memory-throttler.storage.js';
import { networkOf } from './network.js';
import { WINDOW_MS } from './rate-limits.js';
import { rateLimited } from './rate-limited.js';

/** What clients and monitors ask for before they have a key, many of them from one address of their vendor. */
const NOT_COUNTED = /^\/(?:\.well-known\/|auth\/|health(?:[/?]|$))/;

interface KeylessRequest {
  ip: string;
  url: string;
  headers: Record<string, unknown>;
}

/** Slows down whoever sends requests without a key. They count by themselves, so a good key behind the same address still passes. */
@Injectable()
export class KeylessLimiter {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly storage: MemoryThrottlerStorage,
  ) {}

  /** Whether nothing that could be a key is in the headers. */
  isKeyless({ headers }: Pick<KeylessRequest, 'headers'>): boolean {
    return headers.authorization === undefined && headers['x-api-key'] === undefined;
  }

  /** Counts a request that no key stands for. @returns the 429 to answer with, once there were too many */
  count({ ip, url }: KeylessRequest): ServiceError | undefined {
    if (NOT_COUNTED.test(url)) return undefined;
    const limit = this.settings.rateLimits.keyless;
    const hit = this.storage.hit(`keyless:${networkOf(ip)}`, WINDOW_MS, limit);
    if (!hit.isBlocked) return undefined;
    return rateLimited({ name: 'requests without a key per address', limit }, hit.timeToBlockExpire);
  }
}
