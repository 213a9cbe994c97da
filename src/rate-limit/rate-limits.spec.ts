import type { Caller } from '../access/caller.js';
import { readSettings } from '../config/settings.js';
import { MemoryThrottlerStorage } from './memory-throttler.storage.js';
import { RateLimits, WINDOW_MS } from './rate-limits.js';

describe('RateLimits', () => {
  let storage: MemoryThrottlerStorage;

  beforeEach(() => {
    jest.useFakeTimers();
    storage = new MemoryThrottlerStorage();
  });

  afterEach(() => {
    storage.onModuleDestroy();
    jest.useRealTimers();
  });

  const limits = (env: Record<string, string> = {}) => new RateLimits(readSettings(env), storage);
  const caller = (tier: string, requestsPerMinute: number | null = null) =>
    ({ userId: 'ada', keyId: 'key', tier, requestsPerMinute }) as Caller;
  const call = (times: number) => {
    for (let i = 0; i < times; i++) storage.hit('ada', WINDOW_MS, 100);
  };

  it('has a window of one minute', () => {
    expect(WINDOW_MS).toBe(60_000);
  });

  it.each([
    ['free', 60],
    ['development', 100],
    ['paid', 300],
    ['unlimited', Infinity],
  ])('gives the tier %s %d calls', (tier, limit) => {
    expect(limits().policyOf(caller(tier))).toEqual({ name: tier, limit });
  });

  it('uses the numbers of the settings', () => {
    const custom = limits({ RATE_LIMIT_FREE: '1', RATE_LIMIT_DEVELOPMENT: '2', RATE_LIMIT_PAID: '3' });
    const numbers = ['free', 'development', 'paid'].map((tier) => custom.policyOf(caller(tier)).limit);
    expect(numbers).toEqual([1, 2, 3]);
  });

  it('adds the burst to every limit', () => {
    const bursting = limits({ RATE_LIMIT_BURST: '10' });
    expect(bursting.policyOf(caller('free')).limit).toBe(70);
    expect(bursting.policyOf(caller('paid')).limit).toBe(310);
    expect(bursting.policyOf(caller('free', 5)).limit).toBe(15);
  });

  it('gives an unknown tier the lowest limit', () => {
    expect(limits().policyOf(caller('gold'))).toEqual({ name: 'free', limit: 60 });
  });

  it("prefers a user's own number to the tier, even to unlimited", () => {
    expect(limits().policyOf(caller('paid', 5))).toEqual({ name: 'custom', limit: 5 });
    expect(limits().policyOf(caller('unlimited', 5))).toEqual({ name: 'custom', limit: 5 });
  });

  it('shows the whole limit before the first call', () => {
    expect(limits().left(caller('free'))).toEqual({
      policy: 'free',
      limit: 60,
      remaining: 60,
      resetSeconds: 0,
    });
  });

  it('shows the remaining calls, and does not count this as one', () => {
    call(3);
    jest.advanceTimersByTime(20_000);
    const expected = { policy: 'free', limit: 60, remaining: 57, resetSeconds: 40 };
    expect(limits().left(caller('free'))).toEqual(expected);
    expect(limits().left(caller('free'))).toEqual(expected);
  });

  it('shares one count among all keys of a user', () => {
    call(3);
    expect(limits().left({ ...caller('free'), keyId: 'another' }).remaining).toBe(57);
    expect(limits().left({ ...caller('free'), userId: 'bob' }).remaining).toBe(60);
  });

  it('never shows a negative number', () => {
    call(10);
    expect(limits().left(caller('free', 5)).remaining).toBe(0);
  });

  it('shows no numbers without a limit', () => {
    call(3);
    expect(limits().left(caller('unlimited'))).toEqual({
      policy: 'unlimited',
      limit: null,
      remaining: null,
      resetSeconds: 0,
    });
  });
});
