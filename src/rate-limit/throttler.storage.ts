import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { limitKey } from './store/limit.js';
import { LimitStore } from './store/limit-store.js';

type Hit = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Lets the guards of `@nestjs/throttler` that an application has of its own count in the same store. */
@Injectable()
export class StoreThrottlerStorage implements ThrottlerStorage {
  constructor(private readonly store: LimitStore) {}

  async increment(
    key: string,
    ttl: number,
    limit: number,
    blockDuration: number,
    throttlerName: string,
  ): Promise<Hit> {
    const { refused, remaining, resetSeconds } = await this.store.charge(
      [
        {
          key: limitKey(key, 'throttler'),
          policy: throttlerName,
          max: limit,
          windowMs: ttl,
          ...(blockDuration > 0 && blockDuration !== ttl && { blockMs: blockDuration }),
        },
      ],
      1,
    );
    return {
      totalHits: refused ? limit + 1 : limit - remaining,
      timeToExpire: resetSeconds,
      isBlocked: refused,
      timeToBlockExpire: refused ? resetSeconds : 0,
    };
  }
}
