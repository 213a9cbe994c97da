import type { Caller } from '../access/caller.js';
import { DEFAULT_ORGANIZATION } from '../access/principal.js';
import { readSettings } from '../config/settings.js';
import { RateLimits } from './rate-limits.js';
import { limitKey, WINDOW_MS } from './store/limit.js';
import { MemoryLimitStore } from './store/memory-limit-store.js';

describe('RateLimits', () => {
  let store: MemoryLimitStore;

  beforeEach(() => {
    jest.useFakeTimers();
    store = new MemoryLimitStore();
  });

  afterEach(() => {
    store.onModuleDestroy();
    jest.useRealTimers();
  });

  const limits = (env: Record<string, string> = {}) => new RateLimits(readSettings(env), store);
  const caller = (tier: string, requestsPerMinute: number | null = null) =>
    ({
      userId: 'ada',
      keyId: 'key',
      tier,
      requestsPerMinute,
      keyRequestsPerMinute: null,
      kind: 'person',
      teamLimit: null,
      organizationId: DEFAULT_ORGANIZATION,
      organizationRequestsPerMinute: null,
    }) as Caller;
  const call = (times: number) => {
    const limit = { key: limitKey('ada', 'calls'), policy: 'free', max: 100, windowMs: WINDOW_MS };
    for (let i = 0; i < times; i++) store.charge([limit], 1);
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

  it('shows the whole limit before the first call', async () => {
    expect(await limits().left(caller('free'))).toEqual({
      policy: 'free',
      limit: 60,
      remaining: 60,
      resetSeconds: 0,
      key: null,
      team: null,
      organization: null,
    });
  });

  it('shows the remaining calls, and does not count this as one', async () => {
    call(3);
    jest.advanceTimersByTime(20_000);
    const expected = {
      policy: 'free',
      limit: 60,
      remaining: 57,
      resetSeconds: 40,
      key: null,
      team: null,
      organization: null,
    };
    expect(await limits().left(caller('free'))).toEqual(expected);
    expect(await limits().left(caller('free'))).toEqual(expected);
  });

  it('shares one count among all keys of a user', async () => {
    call(3);
    expect(await limits().left({ ...caller('free'), keyId: 'another' })).toMatchObject({ remaining: 57 });
    expect(await limits().left({ ...caller('free'), userId: 'bob' })).toMatchObject({ remaining: 60 });
  });

  it('never shows a negative number', async () => {
    call(10);
    expect(await limits().left(caller('free', 5))).toMatchObject({ remaining: 0 });
  });

  it('shows no numbers without a limit', async () => {
    call(3);
    expect(await limits().left(caller('unlimited'))).toEqual({
      policy: 'unlimited',
      limit: null,
      remaining: null,
      resetSeconds: 0,
      key: null,
      team: null,
      organization: null,
    });
  });

  it("shows what a key's own limit leaves, also to a user without a limit", async () => {
    const limited = { ...caller('unlimited'), keyRequestsPerMinute: 10 };
    store.charge(limits().of(limited).calls, 4);
    expect((await limits().left(limited)).key).toEqual({ limit: 10, remaining: 6, resetSeconds: 60 });
  });

  it("charges a call against the user's limit and the key's own, without the burst for the key", () => {
    const bursting = limits({ RATE_LIMIT_BURST: '10' });
    const limited = { ...caller('free'), keyRequestsPerMinute: 5 };
    expect(bursting.of(limited).calls.map(({ policy, max }) => [policy, max])).toEqual([
      ['free', 70],
      ['key', 5],
    ]);
    expect(bursting.of(caller('unlimited')).calls).toEqual([]);
  });

  describe('of a team', () => {
    const LIMIT = { teamId: 'team', requestsPerMinute: 20 };
    const team = (fields: Partial<Caller> = {}) => ({
      ...caller('free', 20),
      userId: 'team',
      kind: 'team' as const,
      teamLimit: LIMIT,
      ...fields,
    });
    const agent = (fields: Partial<Caller> = {}) => ({
      ...caller('free'),
      userId: 'agent',
      kind: 'agent' as const,
      teamLimit: LIMIT,
      ...fields,
    });
    const countsOf = (subject: Caller) =>
      limits()
        .of(subject)
        .calls.map(({ policy, max, key }) => [policy, max, key]);

    it('are one count of the team and its agents, beside that of each agent', () => {
      expect(countsOf(team())).toEqual([['team', 20, '{team}:team']]);
      expect(countsOf(agent())).toEqual([
        ['free', 60, '{team}:agent:calls'],
        ['team', 20, '{team}:team'],
      ]);
      const [user, shared, all] = countsOf(
        agent({ organizationRequestsPerMinute: 500, organizationId: 'org' }),
      );
      expect([user, shared, all].map((count) => count![2])).toEqual([
        '{org}:agent:calls',
        '{org}:team:team',
        '{org}:organization',
      ]);
    });

    it('leave the agents of a team without one to themselves', () => {
      expect(countsOf(agent({ teamLimit: null }))).toEqual([['free', 60, '{agent}:calls']]);
      expect(countsOf(team({ requestsPerMinute: null, teamLimit: null }))).toEqual([
        ['free', 60, '{team}:calls'],
      ]);
    });

    it('leave the same to all of them', async () => {
      store.charge(limits().of(team()).calls, 2);
      store.charge(limits().of(agent()).calls, 3);
      expect(await limits().left(team())).toMatchObject({
        policy: 'team',
        remaining: 15,
        team: { remaining: 15 },
      });
      expect(await limits().left(agent())).toMatchObject({
        policy: 'free',
        remaining: 57,
        team: { remaining: 15 },
      });
    });
  });

  it('keeps the limits with a caller, but not with a copy of it', () => {
    const one = limits();
    const ada = caller('free');
    const first = one.of(ada);
    expect(one.of(ada)).toBe(first);
    expect(one.of({ ...ada, requestsPerMinute: 5 }).calls[0]!.max).toBe(5);
  });
});
