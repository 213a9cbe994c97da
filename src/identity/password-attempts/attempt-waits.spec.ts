import { FORGET_SECONDS, OF_ACCOUNT, OF_NETWORK, waitSeconds } from './attempt-waits.js';

describe('The wait after wrong passwords', () => {
  it('is none while tries are free', () => {
    expect([0, 1, 9].map((failures) => waitSeconds(OF_NETWORK, failures, 0))).toEqual([0, 0, 0]);
  });

  it('doubles from a minute to the longest', () => {
    const waits = [10, 11, 12, 15, 16, 17, 1_000_000].map((failures) => waitSeconds(OF_NETWORK, failures, 0));
    expect(waits).toEqual([60, 120, 240, 1_920, 3_600, 3_600, 3_600]);
    expect(waitSeconds(OF_ACCOUNT, 1_000_000, 0)).toBe(900);
  });

  it('becomes shorter, ends, and is forgotten after a day without a failure', () => {
    expect([30, 59.5, 60, 61].map((since) => waitSeconds(OF_NETWORK, 10, since))).toEqual([30, 1, 0, 0]);
    const never = { free: 1, maxSeconds: Number.MAX_SAFE_INTEGER };
    expect(waitSeconds(never, 20, FORGET_SECONDS)).toBe(0);
  });
});
