import { ERROR_CODES } from '../../errors/error-codes.js';
import { ServiceError } from '../../errors/service-error.js';
import { CallCounts, DURATION_BOUNDS } from './call-counts.js';

const limitedBy = (policy: string) =>
  new ServiceError('rate_limited', 'Too many', { data: { limit: { policy } } });

describe('The counts of calls', () => {
  const named = () => {
    const counts = new CallCounts();
    counts.nameTools((tool) => tool === 'dice_roll' || tool === 'unknown');
    return counts;
  };
  const toolsOf = (counts: CallCounts) => new Map(counts.tools());

  it('have one label for the thousands of tools that do not exist', () => {
    const counts = named();
    for (let i = 0; i < 10_000; i++) counts.call(`made-up-${i}`, 'failure', null);
    counts.call('dice_roll', 'success', 1);
    const tools = toolsOf(counts);
    expect([...tools.keys()]).toEqual(['', 'unknown', 'dice_roll']);
    expect(tools.get('unknown')!.failure).toBe(10_000);
  });

  it('have one entry for a tool that is itself called "unknown"', () => {
    const counts = named();
    counts.call('unknown', 'success', 1);
    counts.call('made-up', 'failure', null);
    expect([...counts.tools()]).toHaveLength(2);
  });

  it('have a label for each code of the table, and for no other', () => {
    const counts = named();
    counts.error('forbidden', undefined);
    expect(counts.codes().map(([code]) => code)).toEqual(Object.keys(ERROR_CODES));
    expect(new Map(counts.codes()).get('forbidden')).toBe(1);
  });

  it('have a bounded number of policies, even if handlers make them up', () => {
    const counts = named();
    for (let i = 0; i < 10_000; i++) counts.error('rate_limited', limitedBy(`policy ${i}`));
    const policies = new Map(counts.policies());
    expect(policies.size).toBeLessThanOrEqual(51);
    expect([...policies.values()].reduce((sum, calls) => sum + calls)).toBe(10_000);
  });

  it('put a duration into the bucket with the lowest bound that is not below it', () => {
    const counts = named();
    for (const ms of [0.5, 1, 1.1, 30_000, 30_001]) counts.call('dice_roll', 'success', ms);
    const { buckets, totalMs } = toolsOf(counts).get('dice_roll')!;
    expect(buckets).toHaveLength(DURATION_BOUNDS.length + 1);
    expect([...buckets].filter((calls) => calls > 0)).toEqual([2, 1, 1, 1]);
    expect([buckets[0], buckets[1], buckets.at(-2), buckets.at(-1)]).toEqual([2, 1, 1, 1]);
    expect(totalMs).toBeCloseTo(60_003.6);
  });
});
