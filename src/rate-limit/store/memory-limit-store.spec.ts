import { type CallLimit, type Costs, limitKey, type Verdict } from './limit.js';
import { MemoryLimitStore } from './memory-limit-store.js';

const MINUTE = 60_000;

describe('MemoryLimitStore', () => {
  let store: MemoryLimitStore;

  beforeEach(() => {
    jest.useFakeTimers();
    store = new MemoryLimitStore();
  });

  afterEach(() => {
    store.onModuleDestroy();
    jest.useRealTimers();
  });

  const limit = (tag: string, max = 3, name = 'calls'): CallLimit => ({
    key: limitKey(tag, name),
    policy: name,
    max,
    windowMs: MINUTE,
  });
  const charge = (tag: string, times: number, max = 3): Verdict[] =>
    Array.from({ length: times }, () => store.charge([limit(tag, max)], 1));
  const remaining = (limits: CallLimit[], costs: Costs = 0) => store.charge(limits, costs).remaining;

  it('lets as many calls through as the limit says, and refuses the next', () => {
    expect(charge('ada', 5).map(({ refused }) => refused)).toEqual([false, false, false, true, true]);
  });

  it('says how many calls are left', () => {
    expect(charge('ada', 4).map((verdict) => verdict.remaining)).toEqual([2, 1, 0, 0]);
  });

  it('counts each key separately', () => {
    charge('ada', 4);
    expect(store.charge([limit('bob')], 1)).toMatchObject({ remaining: 2, refused: false });
    expect(store.charge([limit('ada', 3, 'handshake')], 1)).toMatchObject({ remaining: 2 });
  });

  it('begins a new window when the first call is as old as the window is long', () => {
    jest.advanceTimersByTime(7_000); // so that no sweep falls on the end of the window
    charge('ada', 4);
    jest.advanceTimersByTime(MINUTE - 1);
    expect(store.charge([limit('ada')], 1)).toMatchObject({ refused: true });
    jest.advanceTimersByTime(1);
    expect(store.charge([limit('ada')], 1)).toMatchObject({
      refused: false,
      remaining: 2,
      resetSeconds: 60,
    });
  });

  it('does not make a caller wait longer for calling while it is refused', () => {
    charge('ada', 4);
    jest.advanceTimersByTime(45_000);
    expect(store.charge([limit('ada')], 1)).toMatchObject({ refused: true, resetSeconds: 15 });
    jest.advanceTimersByTime(15_000);
    expect(store.charge([limit('ada')], 1).refused).toBe(false);
  });

  it('says in whole seconds, rounded up, when the window ends, so that waiting that long is enough', () => {
    charge('ada', 3);
    jest.advanceTimersByTime(30_001);
    const { resetSeconds } = store.charge([limit('ada')], 1);
    expect(resetSeconds).toBe(30);
    jest.advanceTimersByTime(resetSeconds * 1000);
    expect(store.charge([limit('ada')], 1).refused).toBe(false);
  });

  it('never says zero seconds while it refuses', () => {
    charge('ada', 3);
    jest.advanceTimersByTime(MINUTE - 1);
    expect(store.charge([limit('ada')], 1)).toMatchObject({ refused: true, resetSeconds: 1 });
  });

  it('applies a lower limit at once', () => {
    charge('ada', 2, 10);
    expect(store.charge([limit('ada', 2)], 1)).toMatchObject({ remaining: 0, refused: true });
  });

  it('reads a count without charging it', () => {
    expect(store.charge([limit('ada')], 0)).toMatchObject({ remaining: 3, resetSeconds: 0 });
    charge('ada', 2);
    jest.advanceTimersByTime(20_000);
    for (let i = 0; i < 2; i++)
      expect(store.charge([limit('ada')], 0)).toMatchObject({ remaining: 1, resetSeconds: 40 });
    jest.advanceTimersByTime(40_000);
    expect(store.charge([limit('ada')], 0)).toMatchObject({ remaining: 3, resetSeconds: 0 });
  });

  it('charges nothing for a call that does not fit, and lets a cheaper one pass', () => {
    charge('ada', 1);
    expect(store.charge([limit('ada')], 3)).toMatchObject({ refused: true, remaining: 2 });
    expect(store.charge([limit('ada')], 2)).toMatchObject({ refused: false, remaining: 0 });
  });

  it('begins no window with a call that can never fit', () => {
    expect(store.charge([limit('ada')], 4)).toMatchObject({ refused: true, resetSeconds: 60 });
    expect(store.charge([limit('ada')], 0)).toMatchObject({ remaining: 3, resetSeconds: 0 });
  });

  it('charges all limits of a call or none, and names the one that refused', () => {
    const user = limit('ada', 5);
    const key = limit('ada', 2, 'key');
    for (let i = 0; i < 2; i++) store.charge([user, key], 1);
    const verdict = store.charge([user, key], 1);
    expect(verdict).toMatchObject({ refused: true, limit: { policy: 'key' } });
    expect(remaining([user])).toBe(3);
    expect(remaining([key])).toBe(0);
  });

  it('undoes the window of a limit that a refused call would have begun', () => {
    store.charge([limit('ada', 1, 'key')], 1);
    expect(store.charge([limit('ada'), limit('ada', 1, 'key')], 1).refused).toBe(true);
    expect(store.charge([limit('ada')], 0).resetSeconds).toBe(0);
  });

  it('describes the limit that leaves the fewest calls, and of equal ones the first', () => {
    const [user, key] = [limit('ada', 5), limit('ada', 4, 'key')];
    expect(store.charge([user, key], [3, 1])).toMatchObject({ limit: { policy: 'calls' }, remaining: 2 });
    expect(store.charge([user, key], [1, 2])).toMatchObject({ limit: { policy: 'calls' }, remaining: 1 });
    expect(store.charge([user, key], [0, 1])).toMatchObject({ limit: { policy: 'key' }, remaining: 0 });
  });

  it('blocks for as long as the limit says after a refusal', () => {
    const blocking = { ...limit('ada', 1), blockMs: 2 * MINUTE };
    store.charge([blocking], 1);
    jest.advanceTimersByTime(30_000);
    expect(store.charge([blocking], 1)).toMatchObject({ refused: true, resetSeconds: 120 });
    jest.advanceTimersByTime(119_999);
    expect(store.charge([blocking], 1)).toMatchObject({ refused: true, resetSeconds: 1 });
    jest.advanceTimersByTime(1);
    expect(store.charge([blocking], 1).refused).toBe(false);
  });

  describe('as one of several replicas', () => {
    const share = (max: number, costs: number[], replicas: number) =>
      costs.map((cost) => store.chargeShare([limit('ada', max)], cost, replicas).refused);

    it('admits its part of the limit', () => {
      expect(share(7, [1, 1, 1, 1], 3)).toEqual([false, false, true, true]);
    });

    it('admits at least one call', () => {
      expect(share(2, [1, 1], 3)).toEqual([false, true]);
    });

    it('admits once what fits into the limit but not into its part', () => {
      expect(share(6, [5, 1, 5], 3)).toEqual([false, true, true]);
      expect(share(6, [7], 3)).toEqual([true]);
    });

    it('says what is left of its part', () => {
      expect(store.chargeShare([limit('ada', 9)], 1, 3).remaining).toBe(2);
      expect(store.chargeShare([limit('ada', 9)], 3, 3)).toMatchObject({ refused: true, remaining: 2 });
    });
  });

  it('forgets windows that have ended, and only those', () => {
    const { windows } = store as unknown as { windows: Map<string, unknown> };
    charge('ada', 1);
    jest.advanceTimersByTime(40_000);
    charge('bob', 1);
    jest.advanceTimersByTime(50_000);
    expect([...windows.keys()]).toEqual(['{bob}:calls']);
  });

  it('stops its timer', () => {
    expect(jest.getTimerCount()).toBe(1);
    store.onModuleDestroy();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends a window when its time is over, even if the system clock is changed', () => {
    charge('ada', 4);
    jest.setSystemTime(Date.now() - 3_600_000);
    expect(store.charge([limit('ada')], 0).resetSeconds).toBe(60);
    jest.advanceTimersByTime(MINUTE);
    expect(store.charge([limit('ada')], 1)).toMatchObject({ remaining: 2, refused: false });
  });
});
