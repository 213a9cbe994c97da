import { Backoff } from './backoff.js';

describe('Backoff', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('retries after a pause that doubles with each failure, up to a bound', () => {
    const backoff = new Backoff({ first: 100, most: 200 });
    const again = jest.fn();
    for (const pause of [100, 200, 200]) {
      backoff.failed(again);
      expect(backoff.isPausing).toBe(true);
      again.mockClear();
      jest.advanceTimersByTime(pause - 1);
      expect(again).not.toHaveBeenCalled();
      jest.advanceTimersByTime(1);
      expect(again).toHaveBeenCalledTimes(1);
    }
  });

  it('begins with the first pause again after a success', () => {
    const backoff = new Backoff({ first: 100, most: 800 });
    const again = jest.fn();
    backoff.failed(again);
    backoff.failed(again);
    backoff.succeeded();
    expect(backoff.isPausing).toBe(false);
    backoff.failed(again);
    again.mockClear();
    jest.advanceTimersByTime(100);
    expect(again).toHaveBeenCalledTimes(1);
  });

  it('schedules no retry after its end, also for an attempt that fails later', () => {
    const backoff = new Backoff({ first: 100, most: 800 });
    const again = jest.fn();
    backoff.failed(again);
    backoff.end();
    backoff.failed(again);
    expect(jest.getTimerCount()).toBe(0);
    expect(backoff.isPausing).toBe(true);
  });
});
