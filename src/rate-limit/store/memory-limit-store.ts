import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type Costs, costAt, type CallLimit, refusal, type Verdict, wholeSeconds } from './limit.js';
import { LimitStore, type LimitStoreState } from './limit-store.js';

interface Window {
  hits: number;
  /** The end by the monotonic clock. The system clock may be set back, and a window would then not end. */
  endsAt: number;
}

const SWEEP_MS = 30_000;

/**
 * Counts calls in windows that begin with a caller's first call. It needs one small object per count and constant
 * work per call, whatever the limit. The storage of `@nestjs/throttler` keeps the time of every call and filters that
 * list at each one.
 */
@Injectable()
export class MemoryLimitStore extends LimitStore implements OnModuleDestroy {
  private readonly windows = new Map<string, Window>();
  private readonly sweeper = setInterval(() => this.sweep(), SWEEP_MS).unref();

  override charge(limits: readonly CallLimit[], costs: Costs): Verdict {
    return this.chargeShare(limits, costs, 1);
  }

  /**
   * Charges what one of several replicas may admit: each limit divided by their number, and at least one call. A call
   * with a greater cost than the share passes once in a window.
   */
  chargeShare(limits: readonly CallLimit[], costs: Costs, replicas: number): Verdict {
    const now = performance.now();
    let tightest: CallLimit | undefined;
    let remaining = Infinity;
    let left = 0;
    for (let i = 0; i < limits.length; i++) {
      const limit = limits[i]!;
      const cost = costAt(costs, i);
      const max = replicas === 1 ? limit.max : shareOf(limit.max, cost, replicas);
      const window = this.windowOf(limit, now, cost);
      const hits = window?.hits ?? 0;
      if (hits + cost > max) {
        this.undo(limits, costs, i);
        return this.refuse(limit, max, window, now);
      }
      if (window) window.hits += cost;
      if (max - hits - cost >= remaining || (limit.isSilent && tightest)) continue;
      tightest = limit;
      remaining = max - hits - cost;
      left = window ? window.endsAt - now : 0;
    }
    return { refused: false, limit: tightest!, remaining, resetSeconds: wholeSeconds(left) };
  }

  override state(): LimitStoreState {
    return { status: 'ok', store: 'memory' };
  }

  onModuleDestroy(): void {
    clearInterval(this.sweeper);
  }

  /** Returns the running window, or begins one for a call that costs something. */
  private windowOf({ key, windowMs }: CallLimit, now: number, cost: number): Window | undefined {
    const window = this.windows.get(key);
    if (window && window.endsAt > now) return window;
    if (cost === 0) return undefined;
    const begun = { hits: 0, endsAt: now + windowMs };
    this.windows.set(key, begun);
    return begun;
  }

  private refuse(limit: CallLimit, max: number, window: Window | undefined, now: number): Verdict {
    if (!window) return refusal(limit, max, 0);
    if (limit.blockMs !== undefined && window.hits <= max) {
      window.hits = max + 1;
      window.endsAt = now + limit.blockMs;
    }
    const { hits, endsAt } = window;
    if (hits === 0) this.windows.delete(limit.key);
    return refusal(limit, hits + limit.max - max, endsAt - now);
  }

  /** Takes back what the limits before the one that refused have counted. */
  private undo(limits: readonly CallLimit[], costs: Costs, refusedAt: number): void {
    for (let i = 0; i < refusedAt; i++) {
      const { key } = limits[i]!;
      const window = this.windows.get(key);
      if (!window) continue;
      window.hits -= costAt(costs, i);
      if (window.hits === 0) this.windows.delete(key);
    }
  }

  private sweep(): void {
    const now = performance.now();
    for (const [key, window] of this.windows) if (window.endsAt <= now) this.windows.delete(key);
  }
}

function shareOf(max: number, cost: number, replicas: number): number {
  const share = Math.max(1, Math.floor(max / replicas));
  return cost > share ? Math.min(cost, max) : share;
}
