import { parseQuery } from './query-parser.js';

const texts = (query: string) => parseQuery(query).words.map(({ text }) => text);

describe('parseQuery', () => {
  it('reads the words of a question, of which any may match', () => {
    const { words } = parseQuery('What were our Q3 revenue numbers?');
    expect(words.map(({ text }) => text)).toEqual(['what', 'were', 'our', 'q3', 'revenue', 'numbers']);
    expect(words.some(({ isRequired }) => isRequired)).toBe(false);
  });

  it('requires the words of a phrase and what stands behind +', () => {
    const { words, phrases } = parseQuery('"second class" +trains hotels');
    expect(phrases).toEqual([['second', 'class']]);
    expect(words.filter(({ isRequired }) => isRequired).map(({ text }) => text)).toEqual([
      'second',
      'class',
      'trains',
    ]);
  });

  it('excludes the words and phrases behind -', () => {
    expect(parseQuery('trains -hotels -"first class"')).toMatchObject({
      words: [{ text: 'trains' }],
      excluded: ['hotels'],
      excludedPhrases: [['first', 'class']],
    });
  });

  it('puts what is joined by or into one group', () => {
    expect(parseQuery('trains or buses hotels').words.map(({ text, group }) => [text, group])).toEqual([
      ['trains', 1],
      ['buses', 1],
      ['hotels', 2],
    ]);
  });

  it('reads a hyphen within a word as part of it', () => {
    expect(parseQuery('OPS-3391').excluded).toEqual([]);
    expect(texts('OPS-3391')).toEqual(['ops3391', 'ops', '3391']);
  });

  it('takes the beginning of a word for all words that begin so', () => {
    expect(parseQuery('invoi*').words).toMatchObject([{ text: 'invoi', isPrefix: true }]);
  });

  it('reads quotes and signs in a text of more than 32 words as punctuation', () => {
    const query = `${'some words of a paragraph '.repeat(8)} "not a phrase" -here`;
    expect(parseQuery(query)).toMatchObject({ phrases: [], excluded: [] });
  });

  it('reads any signs in any order without an error', () => {
    for (const query of [
      '"',
      '""',
      '-',
      '+',
      '- -',
      '"a',
      '-"',
      '+"a b',
      'or',
      'or or',
      '*',
      '"or"',
      '-or',
      '| |',
      '+-"',
      'a or',
    ])
      expect(() => parseQuery(query)).not.toThrow();
  });
});
