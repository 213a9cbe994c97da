import { Global, Module } from '@nestjs/common';
import { ThrottlerModule, ThrottlerStorage } from '@nestjs/throttler';
import { Coherence } from '../coherence/coherence.js';
import { SETTINGS } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { FailedKeyLimiter } from './failed-key.limiter.js';
import { KeylessLimiter } from './keyless.limiter.js';
import { HandlerLimits } from './handler-limits.js';
import { RateLimits } from './rate-limits.js';
import { WINDOW_MS } from './store/limit.js';
import { LimitStore } from './store/limit-store.js';
import { LiveReplicas } from './store/live-replicas.js';
import { MemoryLimitStore } from './store/memory-limit-store.js';
import { RedisLimitStore } from './store/redis/redis-limit-store.js';
import { StoreThrottlerStorage } from './throttler.storage.js';
import { UserThrottlerGuard } from './user-throttler.guard.js';

const limitStore = ({ redisUrl }: Settings, memory: MemoryLimitStore, replicas: LiveReplicas): LimitStore =>
  redisUrl === undefined ? memory : new RedisLimitStore(redisUrl, memory, replicas);

@Global()
@Module({
  // There is one throttler with one window. `UserThrottlerGuard` looks up the caller's limit.
  imports: [ThrottlerModule.forRoot({ throttlers: [{ ttl: WINDOW_MS, limit: 0 }] })],
  providers: [
    MemoryLimitStore,
    { provide: LiveReplicas, useExisting: Coherence },
    { provide: LimitStore, useFactory: limitStore, inject: [SETTINGS, MemoryLimitStore, LiveReplicas] },
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
