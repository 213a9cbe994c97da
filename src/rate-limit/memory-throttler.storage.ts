import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';

type Hit = Awaited<ReturnType<ThrottlerStorage['increment']>>;

interface Window {
  hits: number;
  /** By the process's own clock: that of the machine may be set back, and a window would then not end. */
  endsAt: number;
}

const SWEEP_MS = 30_000;

/**
 * Counts calls in windows that begin with a caller's first call: one small object a caller, constant work a call
 * whatever the limit. (The library's own store keeps every call's time and filters the list on each one.)
 */
@Injectable()
export class MemoryThrottlerStorage implements ThrottlerStorage, OnModuleDestroy {
  private readonly windows = new Map<string, Window>();
  private readonly sweeper = setInterval(() => this.sweep(), SWEEP_MS).unref();

  async increment(key: string, ttl: number, limit: number): Promise<Hit> {
    return this.hit(key, ttl, limit);
  }

  /**
   * Counts `cost` calls at once, or, where they do not all fit, one. `ttl` in milliseconds; the times in the answer are
   * whole seconds, rounded up.
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

  /** The calls counted in the running window, without counting one. */
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
