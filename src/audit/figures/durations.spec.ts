import { DURATION_ENDS, Durations } from './durations.js';

/** As PostgreSQL numbers them. */
const groupOf = (ms: number) => DURATION_ENDS.filter((end) => end <= ms).length;

describe('The percentiles of durations', () => {
  const of = (values: number[]) => {
    const durations = new Durations();
    for (const ms of values) durations.add(groupOf(ms), 1);
    return durations;
  };

  it('are null where nothing was measured', () => {
    expect(of([]).percentile(0.5)).toBeNull();
  });

  it.each([0.3, 1, 7, 42, 999, 60_000, 1_200_000])('are at most an eighth off for calls of %d ms', (ms) => {
    const estimate = of([ms]).percentile(0.95)!;
    expect(Math.abs(estimate - ms) / ms).toBeLessThan(0.125);
  });

  it('are those of the slow calls from the share on at which they begin', () => {
    const durations = of([...Array<number>(94).fill(10), ...Array<number>(6).fill(1_000)]);
    expect(durations.percentile(0.5)).toBeLessThan(12);
    expect(durations.percentile(0.94)).toBeLessThan(12);
    expect(durations.percentile(0.95)).toBeGreaterThan(850);
  });
});
