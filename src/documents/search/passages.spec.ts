import { passagesOf } from './passages.js';
import { wordsOf } from './words.js';

const cut = (text: string) => passagesOf(text, wordsOf(text).words);
const prose = (words: number, word = 'word') => Array.from({ length: words }, () => word).join(' ');

describe('passagesOf', () => {
  it('keeps a short text as one passage', () => {
    const text = 'One paragraph.\n\nAnother one.';
    expect(cut(text).passages).toEqual([{ start: 0, end: text.length, from: 0, to: 4, headings: [] }]);
  });

  it('begins a passage at each heading and keeps the path of headings with it', () => {
    const text =
      '# Travel\n\nAll of it.\n\n## Trains\n\nSecond class.\n\n## Hotels\n\nThree stars.\n\n# Food\n\nLunch.';
    const { passages, headings } = cut(text);
    expect(passages.map((passage) => passage.headings.map((number) => headings[number]!.text))).toEqual([
      ['Travel'],
      ['Travel', 'Trains'],
      ['Travel', 'Hotels'],
      ['Food'],
    ]);
    expect(text.slice(passages[1]!.start, passages[1]!.end)).toBe('## Trains\n\nSecond class.\n');
  });

  it('takes an underlined line for a heading', () => {
    expect(
      cut('Travel\n======\n\nTrains.\n\nHotels\n---\nThree stars.').headings.map(({ text, level }) => [
        text,
        level,
      ]),
    ).toEqual([
      ['Travel', 1],
      ['Hotels', 2],
    ]);
  });

  it('takes signs behind a heading for its end, but not those of its last word', () => {
    const texts = (text: string) => cut(text).headings.map((heading) => heading.text);
    expect(texts('# Travel ##  \n\n## Notes on C#\n\n# #\n')).toEqual(['Travel', 'Notes on C#', '#']);
  });

  it('takes no line of more than 1,000 characters for a heading', () => {
    for (const filler of [' ', '#', ' #', '# ']) {
      const ofLength = (length: number) => `# a${filler.repeat(length / filler.length)}b`;
      expect(cut(ofLength(900)).headings).toHaveLength(1);
      expect(cut(ofLength(300_000)).headings).toEqual([]);
    }
  });

  it('takes nothing within a code block for a heading', () => {
    expect(cut('```sh\n# a comment\nls\n```\n\nText.').headings).toEqual([]);
  });

  it('puts paragraphs together up to about 200 words', () => {
    const text = Array.from({ length: 20 }, () => `${prose(49)}.`).join('\n\n');
    const sizes = cut(text).passages.map(({ from, to }) => to - from);
    expect(sizes.every((size) => size >= 150 && size <= 300)).toBe(true);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(980);
  });

  it('cuts a long paragraph at the ends of sentences', () => {
    const text = Array.from({ length: 60 }, (_, number) => `Sentence ${number} has these eight words.`).join(
      ' ',
    );
    for (const { start } of cut(text).passages) expect(text.slice(start)).toMatch(/^Sentence \d+/);
    expect(cut(text).passages.length).toBeGreaterThan(1);
  });

  it('cuts a text without any sentence between words, and loses none', () => {
    const text = prose(5_000);
    const { passages } = cut(text);
    expect(passages.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
    expect(passages.every(({ from, to }) => to > from && to - from <= 300)).toBe(true);
  });

  it('has no passage for a text without a word', () => {
    expect(cut(' \n\n --- \n').passages).toEqual([]);
  });
});
