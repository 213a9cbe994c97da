import { codeOf, stepsOf } from './totp-steps.js';

const SECRET = '12345678901234567890';

describe('The steps of a one-time code', () => {
  it.each([
    [59_000, '287082'],
    [1_111_111_109_000, '081804'],
    [2_000_000_000_000, '279037'],
  ])('are those of RFC 6238 at %d ms', (now, code) => {
    expect(stepsOf(SECRET, code, now)).toEqual([Math.floor(now / 30_000)]);
  });

  it('include the one before and the one after, and no other', () => {
    const code = codeOf(SECRET, 1_000);
    const found = [998, 999, 1_000, 1_001, 1_002].map((step) => stepsOf(SECRET, code, step * 30_000));
    expect(found).toEqual([[], [1_000], [1_000], [1_000], []]);
  });

  it.each(['', '28708', '2870821', 'abcdef', '２８７０８２'])('are none of %j', (code) => {
    expect(stepsOf(SECRET, code, 59_000)).toEqual([]);
  });
});
