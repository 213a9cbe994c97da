import { MemoryThrottlerStorage } from './memory-throttler.storage.js';

const MINUTE = 60_000;

describe('MemoryThrottlerStorage', () => {
  let storage: MemoryThrottlerStorage;

  beforeEach(() => {
    jest.useFakeTimers();
    storage = new MemoryThrottlerStorage();
  });

  afterEach(() => {
    storage.onModuleDestroy();
    jest.useRealTimers();
  });

  const hits = (key: string, count: number, limit = 3) =>
    Array.from({ length: count }, () => storage.hit(key, MINUTE, limit));

  it('lets as many calls through as the limit says, and blocks the next', () => {
    expect(hits('ada', 5).map(({ isBlocked }) => isBlocked)).toEqual([false, false, false, true, true]);
  });

  it('counts each call', () => {
    expect(hits('ada', 4).map(({ totalHits }) => totalHits)).toEqual([1, 2, 3, 4]);
  });

  it('counts each key separately', () => {
    hits('ada', 4);
    expect(storage.hit('bob', MINUTE, 3)).toMatchObject({ totalHits: 1, isBlocked: false });
    expect(storage.hit('ada:handshake', MINUTE, 3)).toMatchObject({ totalHits: 1 });
  });

  it('begins a new window when the first call is as old as the window is long', () => {
    jest.advanceTimersByTime(7_000); // so that no sweep falls on the end of the window
    hits('ada', 4);
    jest.advanceTimersByTime(MINUTE - 1);
    expect(storage.hit('ada', MINUTE, 3)).toMatchObject({ totalHits: 5, isBlocked: true });
    jest.advanceTimersByTime(1);
    expect(storage.hit('ada', MINUTE, 3)).toEqual({
      totalHits: 1,
      timeToExpire: 60,
      isBlocked: false,
      timeToBlockExpire: 0,
    });
  });

  it('does not make a caller wait longer for calling while it is blocked', () => {
    hits('ada', 4);
    jest.advanceTimersByTime(45_000);
    expect(storage.hit('ada', MINUTE, 3)).toMatchObject({ isBlocked: true, timeToBlockExpire: 15 });
    jest.advanceTimersByTime(15_000);
    expect(storage.hit('ada', MINUTE, 3).isBlocked).toBe(false);
  });

  it('says in whole seconds, rounded up, when the window ends, so that waiting that long is enough', () => {
    hits('ada', 3);
    jest.advanceTimersByTime(30_001);
    const { timeToExpire, timeToBlockExpire } = storage.hit('ada', MINUTE, 3);
    expect(timeToExpire).toBe(30);
    expect(timeToBlockExpire).toBe(30);
    jest.advanceTimersByTime(timeToBlockExpire * 1000);
    expect(storage.hit('ada', MINUTE, 3).isBlocked).toBe(false);
  });

  it('never says zero seconds while it blocks', () => {
    hits('ada', 3);
    jest.advanceTimersByTime(MINUTE - 1);
    expect(storage.hit('ada', MINUTE, 3)).toMatchObject({ isBlocked: true, timeToBlockExpire: 1 });
  });

  it('applies a lower limit at once', () => {
    hits('ada', 2, 10);
    expect(storage.hit('ada', MINUTE, 2)).toMatchObject({ totalHits: 3, isBlocked: true });
  });

  it('counts the same through the interface of the library', async () => {
    hits('ada', 2);
    await expect(storage.increment('ada', MINUTE, 3)).resolves.toEqual({
      totalHits: 3,
      timeToExpire: 60,
      isBlocked: false,
      timeToBlockExpire: 0,
    });
  });

  it('shows the count without counting', () => {
    expect(storage.peek('ada')).toEqual({ totalHits: 0, timeToExpire: 0 });
    hits('ada', 2);
    jest.advanceTimersByTime(20_000);
    expect(storage.peek('ada')).toEqual({ totalHits: 2, timeToExpire: 40 });
    expect(storage.peek('ada')).toEqual({ totalHits: 2, timeToExpire: 40 });
    jest.advanceTimersByTime(40_000);
    expect(storage.peek('ada')).toEqual({ totalHits: 0, timeToExpire: 0 });
  });

  it('forgets windows that have ended, and only those', () => {
    const { windows } = storage as unknown as { windows: Map<string, unknown> };
    hits('ada', 1);
    jest.advanceTimersByTime(40_000);
    hits('bob', 1);
    jest.advanceTimersByTime(50_000);
    expect([...windows.keys()]).toEqual(['bob']);
  });

  it('stops its timer', () => {
    expect(jest.getTimerCount()).toBe(1);
    storage.onModuleDestroy();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends a window when its time is over, even if the system clock is changed', () => {
    hits('ada', 4);
    jest.setSystemTime(Date.now() - 3_600_000);
    expect(storage.peek('ada').timeToExpire).toBe(60);
    jest.advanceTimersByTime(MINUTE);
    expect(storage.hit('ada', MINUTE, 3)).toMatchObject({ totalHits: 1, isBlocked: false });
  });
});
