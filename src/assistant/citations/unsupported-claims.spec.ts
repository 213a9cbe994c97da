import type { AnswerSource } from '../sources.js';
import { unsupportedClaims } from './unsupported-claims.js';

const source = (number: number, title: string, text: string): AnswerSource => ({
  number,
  id: `document-${number}`,
  title,
  filename: null,
  createdAt: '2026-10-15T08:00:00Z',
  excerpt: '',
  passage: { id: `document-${number}#1`, headings: [], start: 0, end: text.length },
  text,
  textStart: 0,
});
const SOURCES = [
  source(
    1,
    'Quarterly report Q3 2026',
    `Q3 revenue was $125,000, the best quarter so far. The gross margin reached 41.5 per cent.
| Office | Revenue |\n| --- | --- |\n| Hamburg | $63,900 |\n| Lyon | 36 200 EUR |
A wind farm near Esbjerg ordered forty units of the Skylark 200. The plan was 1.2 million. Invoice INV-2041 is open.`,
  ),
  source(
    2,
    'Framework contract with Harbourview Airports plc',
    `Signed by Eleanor Whitfield on 12 February 2026. Write to legal@nordlicht.example or see https://nordlicht.example/terms.
It ends on 31/12/2029. The host gw-07 at 10.20.0.53 listens on port 8883. Call before 9:30.`,
  ),
  source(
    3,
    'Mietvertrag für die Räume in Hamburg',
    `Vermieterin ist die Speicherhof Verwaltungs GmbH. Die Kaltmiete beträgt 11.520 Euro im Monat, Nebenkosten 1.900,50 Euro.
Die Laufzeit endet am 31. Dezember 2029. Ansprechpartnerin ist Wiebke Janßen. Es gibt sechs Stellplätze.`,
  ),
];

const claimed = (answer: string, cited = [1, 2, 3], question = 'What does the Brocken report say?') =>
  unsupportedClaims({ answer, question, sources: SOURCES, cited }).map(({ text }) => text);

const SUPPORTED = [
  'Q3 revenue was $125,000 [1].',
  'Revenue in Q3 was 125000 USD, or 125 000 dollars [1].',
  'Revenue was about $125k, and the plan was 1,200,000 [1].',
  'The plan was 1.2 million, that is 1.2M [1].',
  'The gross margin was 41.5% [1].',
  'Die Marge lag bei 41,5 Prozent [1].',
  'Hamburg had $63,900 and Lyon €36,200 [1].',
  'The wind farm near Esbjerg ordered 40 units of the Skylark 200 [1].',
  'According to the Quarterly Report for Q3 2026, uploaded 15 Oct 2026, it was $125,000 [1].',
  'The report was uploaded on October 15, 2026 [1].',
  'Invoice INV-2041 (inv-2041) is still open [1].',
  '- Hamburg: $63,900\n- Lyon: 36,200 EUR\n\n1. First\n2. Second\n3. Third',
  '| Office | Revenue |\n| --- | --- |\n| Hamburg | $63,900 |',
  '## Revenue Overview For You\n\n**Key Figures:** revenue was **$125,000** [1].\n\n**Next Steps**\n\nNone.',
  'The contract was signed by Eleanor Whitfield on February 12th, 2026 [2].',
  'It was signed on 2026-02-12, i.e. on 12.02.2026 or 02/12/2026 [2].',
  "Eleanor Whitfield's signature is on Harbourview's contract [2].",
  'It ends on 31 December 2029 [2].',
  'Write to legal@nordlicht.example, or see https://nordlicht.example/terms. [2]',
  'The host gw-07 (10.20.0.53) listens on port 8883 [2].',
  'Call before 9:30 or 9.30 [2].',
  'The Brocken report does not say it. However, Harbourview does [2].',
  "Your documents do not say. I can't find it, and I'm sorry. It's OK to ask on Monday.",
  'Die Kaltmiete beträgt 11520 Euro, die Nebenkosten betragen 1.900,50 € im Monat [3].',
  'Die Laufzeit des Vertrags endet am 31.12.2029, und die Ansprechpartnerin ist Frau Janßen [3]. Das ist der Stand der Dinge.',
  'Die Vermieterin der Räume ist die Speicherhof Verwaltungs GmbH, und es gibt 6 Stellplätze für den Mieter [3].',
  'Le loyer est de 11 520 euros et le contrat finit le 31 décembre 2029 [3].',
  '> "The gross margin reached 41.5 per cent." [1]\n\n"Signed by Eleanor Whitfield" [2]',
  '売上は125,000ドルでした [1]。',
  '',
];

const UNSUPPORTED: [answer: string, claims: string[]][] = [
  ['Q3 revenue was $152,000 [1].', ['152,000']],
  ['Revenue was $125,000 and rose by 17% [1].', ['17']],
  ['Revenue was $1,250,000 [1].', ['1,250,000']],
  ['Revenue was $125 million [1].', ['125']],
  ['The gross margin was 4.15% [1].', ['4.15']],
  ['In Q4 it was $125,000 [1].', ['Q4']],
  ['Invoice INV-2042 is open, INV-2041 too [1].', ['INV-2042']],
  ['It was signed on 13 February 2026 [2].', ['13 February 2026']],
  ['It was signed on 12 February 2025 [2].', ['12 February 2025']],
  ['It was signed on 2026-12-02 [2].', ['2026-12-02']],
  ['It was signed by Eleanor Whitmore in London [2].', ['Eleanor Whitmore', 'London']],
  ['It was signed by Priya Raman, head of accounting [2].', ['Priya Raman']],
  [
    'Write to legal@evil.example or https://nordlicht.example/other [2].',
    ['legal@evil.example', 'https://nordlicht.example/other'],
  ],
  ['The host gw-08 is at 10.20.0.54 [2].', ['gw-08', '10.20.0.54']],
  [
    'Die Kaltmiete beträgt 11.250 Euro, und die Ansprechpartnerin ist Frau Sabine Müller aus dem Team [3].',
    ['11.250', 'Sabine Müller'],
  ],
  ['- Hamburg: $63,900\n- Leeds: $24,900', ['24,900']],
];

describe('unsupportedClaims', () => {
  it.each(SUPPORTED)('finds nothing in %j', (answer) => {
    expect(claimed(answer)).toEqual([]);
  });

  it.each(UNSUPPORTED)('finds in %j what the passages do not say', (answer, claims) => {
    expect(claimed(answer)).toEqual(claims);
  });

  it('believes only what is cited, and the question', () => {
    const answer = 'Q3 revenue was $125,000 for 77 people [2].';
    expect(claimed(answer, [2])).toEqual(['Q3', '125,000', '77']);
    expect(claimed(answer, [2], 'Was Q3 revenue $125,000 for 77 people?')).toEqual([]);
    expect(claimed(answer, [])).toEqual(['Q3', '125,000', '77']);
  });

  it('tells where each of them stands', () => {
    const answer = '🌧 It was 77, and [1] it was signed by Priya Raman.';
    for (const { text, start, end } of unsupportedClaims({
      answer,
      question: '',
      sources: SOURCES,
      cited: [1],
    }))
      expect(answer.slice(start, end)).toBe(text);
    expect(claimed(answer, [1])).toEqual(['77', 'Priya Raman']);
  });

  it('reads an answer of any form', () => {
    for (const part of [
      '1',
      '1,',
      '1 ',
      'A ',
      'A-',
      'a1-',
      '1.',
      '[1]',
      '**',
      '12 May ',
      'a@b.',
      '\n',
      '9'.repeat(30),
    ]) {
      const answer = part.repeat(2_000);
      for (const { text, start, end } of unsupportedClaims({
        answer,
        question: '',
        sources: SOURCES,
        cited: [1],
      }))
        expect(answer.slice(start, end)).toBe(text);
    }
  });
});
