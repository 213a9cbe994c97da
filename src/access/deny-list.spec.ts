import fc from 'fast-check';
import { parseResourcePattern } from '../config/resource-pattern.js';
import { DenyList } from './deny-list.js';

const list = (...texts: string[]) => new DenyList(texts.map((text) => parseResourcePattern(text)!));
const covers = (pattern: string, id: string) => list(pattern).of('invoice')?.covers(id) ?? false;

describe('The deny list', () => {
  it.each(['payment', 'payment:*', 'payment:**', 'PAYMENT:*'])('%s denies the whole kind', (pattern) => {
    for (const kind of ['payment', 'Payment']) {
      expect(list(pattern).of(kind)?.whole).toBe(true);
      expect(list(pattern).of(kind)?.covers('7')).toBe(true);
    }
    expect(list(pattern).of('payments')).toBeUndefined();
  });

  it.each([
    ['invoice:7', '7', true],
    ['invoice:7', '77', false],
    ['invoice:2024-*', '2024-1', true],
    ['invoice:2024-*', '2024-', true],
    ['invoice:2024-*', '12024-1', false],
    ['invoice:*-void', 'a-void', true],
    ['invoice:*-void', 'a-voided', false],
    ['invoice:a*b*c', 'a1b2c', true],
    ['invoice:a*b*c', 'abc', true],
    ['invoice:a*b*c', 'acb', false],
    ['invoice:ab*ba', 'aba', false],
    ['invoice:a*bc*bc', 'abc', false],
    ['invoice:*:password', '42:password', true],
    ['invoice:.+', 'xx', false],
    ['invoice:Secret', 'sEcReT', true],
  ])('%s covers %s: %s', (pattern, id, expected) => {
    expect(covers(pattern, id)).toBe(expected);
  });

  it('agrees with the grammar, for any pattern and id', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 8 });
    const ids = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
    fc.assert(
      fc.property(letters, ids, (glob, id) => {
        const meant = new RegExp(`^${glob.replace(/\*+/g, '.*')}$`).test(id);
        expect(covers(`invoice:${glob}`, id)).toBe(meant);
      }),
      { numRuns: 2_000 },
    );
  });

  it('denies an id that is too long to be compared', () => {
    expect(covers('invoice:7', 'x'.repeat(1_025))).toBe(true);
    expect(covers('invoice:7', 'x'.repeat(1_024))).toBe(false);
  });
});

describe('A pattern', () => {
  it.each([
    '',
    ':',
    ':7',
    'invoice:',
    '*',
    '*:7',
    '1invoice:7',
    'in voice:7',
    'invoice:a b',
    'invoice:ü',
    'invoice:a,b',
    `${'a'.repeat(64)}:7`,
    `invoice:${'a'.repeat(129)}`,
  ])('cannot be %j', (text) => {
    expect(parseResourcePattern(text)).toBeUndefined();
  });
});
