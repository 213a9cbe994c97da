import { Global, Module } from '@nestjs/common';
import { ThrottlerModule, ThrottlerStorage } from '@nestjs/throttler';
import { FailedKeyLimiter } from './failed-key.limiter.js';
import { KeylessLimiter } from './keyless.limiter.js';
import { HandlerLimits } from './handler-limits.js';
import { RateLimits } from './rate-limits.js';
import { WINDOW_MS } from './store/limit.js';
import { LimitStore } from './store/limit-store.js';
import { MemoryLimitStore } from './store/memory-limit-store.js';
import { StoreThrottlerStorage } from './throttler.storage.js';
import { UserThrottlerGuard } from './user-throttler.guard.js';

@Global()
@Module({
  // There is one throttler with one window. `UserThrottlerGuard` looks up the caller's limit.
  imports: [ThrottlerModule.forRoot({ throttlers: [{ ttl: WINDOW_MS, limit: 0 }] })],
  providers: [
    MemoryLimitStore,
    { provide: LimitStore, useExisting: MemoryLimitStore },
    StoreThrottlerStorage,
    { provide: ThrottlerStorage, useExisting: StoreThrottlerStorage },
    HandlerLimits,
    RateLimits,
    FailedKeyLimiter,
    KeylessLimiter,
    UserThrottlerGuard,
  ],
  exports: [
    RateLimits,
    FailedKeyLimiter,
    KeylessLimiter,
    UserThrottlerGuard,
    ThrottlerModule,
    ThrottlerStorage,
    HandlerLimits,
    LimitStore,
  ],
})
export class RateLimitModule {}
