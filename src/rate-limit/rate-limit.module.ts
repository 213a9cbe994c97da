import { Global, Module } from '@nestjs/common';
import { ThrottlerModule, ThrottlerStorage } from '@nestjs/throttler';
import { FailedKeyLimiter } from './failed-key.limiter.js';
import { KeylessLimiter } from './keyless.limiter.js';
import { MemoryThrottlerStorage } from './memory-throttler.storage.js';
import { RateLimits, WINDOW_MS } from './rate-limits.js';
import { UserThrottlerGuard } from './user-throttler.guard.js';

@Global()
@Module({
  // There is one throttler with one window. `UserThrottlerGuard` looks up the caller's limit.
  imports: [ThrottlerModule.forRoot({ throttlers: [{ ttl: WINDOW_MS, limit: 0 }] })],
  providers: [
    MemoryThrottlerStorage,
    { provide: ThrottlerStorage, useExisting: MemoryThrottlerStorage },
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
    MemoryThrottlerStorage,
    ThrottlerStorage,
  ],
})
export class RateLimitModule {}
