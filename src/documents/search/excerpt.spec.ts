import { excerptOf } from './excerpt.js';

const AWS = `AKIA${'A7QZ3KX5'.repeat(2)}`;
const passage = (text: string, before = '', after = '') => ({ before, text, after });

describe('excerptOf', () => {
  it('shows a short passage as a whole, what matches between **', () => {
    expect(
      excerptOf(
        passage('Trains within the country, second class.'),
        new Map([
          [0, 0],
          [5, 1],
        ]),
      ),
    ).toBe('**Trains** within the country, second **class**.');
  });

  it('shows of a long passage the words around what matches, in at most two parts', () => {
    const words = Array.from({ length: 200 }, (_, number) => `w${number}`);
    const excerpt = excerptOf(
      passage(words.join(' ')),
      new Map([
        [20, 0],
        [180, 1],
      ]),
    );
    expect(excerpt).toContain('**w20**');
    expect(excerpt).toContain('**w180**');
    expect(excerpt.split(' ... ')).toHaveLength(2);
    expect(excerpt.split(' ').length).toBeLessThan(90);
  });

  it('begins and ends where a space is', () => {
    const text = `${"member's ".repeat(100)}robot (${"user's-key) ".repeat(100)}`;
    const excerpt = excerptOf(passage(text), new Map([[200, 0]]));
    expect(excerpt).toMatch(/^member's .*\*\*robot\*\* .*user's-key\)$/);
  });

  it('has at most 1,000 characters a part, whatever divides the words, and cuts none of them in two', () => {
    for (const filler of ['=', '😀', ' ', 'a']) {
      const excerpt = excerptOf(
        passage(`x ${filler.repeat(9_001)} robot ${filler.repeat(9_001)}`),
        new Map(),
      );
      expect(excerpt.length).toBeLessThanOrEqual(1_001);
      expect(excerpt.isWellFormed()).toBe(true);
    }
    const found = excerptOf(passage(`x ${'😀'.repeat(9_001)} robot ${'='.repeat(9_001)}`), new Map([[1, 0]]));
    expect(found).toContain('😀 **robot** =');
    expect(found.isWellFormed()).toBe(true);
    expect(found.length).toBeLessThanOrEqual(1_005);
  });

  it('neither cuts a secret nor puts marks into it', () => {
    const text = `${'word '.repeat(100)}${AWS} robot ${'word '.repeat(100)}`;
    expect(excerptOf(passage(text), new Map([[101, 0]]))).toContain(`${AWS} **robot**`);
    expect(excerptOf(passage(text), new Map([[100, 0]]))).toContain(`**${AWS}** robot`);
  });

  it('holds a secret whole that begins before the passage', () => {
    const [head, tail] = [AWS.slice(0, 10), AWS.slice(10)];
    expect(excerptOf(passage(`${tail} is it`, `The key ${head}`), new Map([[2, 0]]))).toBe(
      `${AWS} is **it**`,
    );
  });
});
