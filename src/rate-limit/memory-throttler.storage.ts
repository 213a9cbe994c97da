import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';

type Hit = Awaited<ReturnType<ThrottlerStorage['increment']>>;

interface Window {
  hits: number;
  /** The end by the monotonic clock. The system clock may be set back, and a window would then not end. */
  endsAt: number;
}

const SWEEP_MS = 30_000;

/**
 * Counts calls in windows that begin with a caller's first call. It needs one small object per caller and constant
 * work per call, whatever the limit. The library's own storage keeps the time of every call and filters that list at
 * each one.
 */
@Injectable()
export class MemoryThrottlerStorage implements ThrottlerStorage, OnModuleDestroy {
  private readonly windows = new Map<string, Window>();
  private readonly sweeper = setInterval(() => this.sweep(), SWEEP_MS).unref();

  async increment(key: string, ttl: number, limit: number): Promise<Hit> {
    return this.hit(key, ttl, limit);
  }

  /**
   * Counts `cost` calls at once, or a single one when they do not all fit. `ttl` is in milliseconds; the returned
   * times are whole seconds, rounded up.
   */
  hit(key: string, ttl: number, limit: number, cost = 1): Hit {
    const now = performance.now();
    let window = this.windows.get(key);
    if (!window || window.endsAt <= now) this.windows.set(key, (window = { hits: 0, endsAt: now + ttl }));
    const isBlocked = window.hits + cost > limit;
    window.hits += isBlocked ? 1 : cost;
    const timeToExpire = Math.ceil((window.endsAt - now) / 1000);
    return {
      totalHits: window.hits,
      timeToExpire,
      isBlocked,
      timeToBlockExpire: isBlocked ? timeToExpire : 0,
    };
  }

  /** Returns the calls of the current window without counting one. */
  peek(key: string): { totalHits: number; timeToExpire: number } {
    const window = this.windows.get(key);
    const left = window ? window.endsAt - performance.now() : 0;
    return window && left > 0
      ? { totalHits: window.hits, timeToExpire: Math.ceil(left / 1000) }
      : { totalHits: 0, timeToExpire: 0 };
  }

  onModuleDestroy(): void {
    clearInterval(this.sweeper);
  }

  private sweep(): void {
    const now = performance.now();
    for (const [key, window] of this.windows) if (window.endsAt <= now) this.windows.delete(key);
  }
}
