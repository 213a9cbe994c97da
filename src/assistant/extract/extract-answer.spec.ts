import type { AnswerSource } from '../sources.js';
import { candidatesOf } from './candidates.js';
import { extractAnswer } from './extract-answer.js';

let numbers = 0;
function source(text: string, fields: Partial<AnswerSource> = {}): AnswerSource {
  const number = ++numbers;
  const id = `document-${number}`;
  const passage = { id: `${id}#1`, headings: [], start: 0, end: text.length };
  const createdAt = new Date('2026-10-15T23:30:00Z');
  return {
    number,
    id,
    title: 'Q3 Financial Report',
    filename: null,
    createdAt,
    excerpt: '',
    passage,
    text,
    textStart: 0,
    ...fields,
  };
}
const REVENUE = 'The weather was good. Q3 revenue was **$125,000**. Nobody complained.';

beforeEach(() => {
  numbers = 0;
});

describe('extractAnswer', () => {
  it('quotes the sentence that answers, and names title, date and number of its source', () => {
    const answer = extractAnswer('What were our Q3 revenue numbers?', [
      source(REVENUE, { excerpt: 'Q3 **revenue** was' }),
    ]);
    expect(answer.text).toBe(
      `According to "Q3 Financial Report" (uploaded 15 Oct 2026): "Q3 revenue was $125,000." [1]

This is an extract: its sentences are taken from your documents word for word.`,
    );
    expect(answer).toMatchObject({
      isFound: true,
      quotes: [{ text: 'Q3 revenue was $125,000.', number: 1 }],
    });
    expect(answer.sources).toHaveLength(1);
  });

  it('numbers the sources in the order in which it cites them', () => {
    const sources = [
      source('The weather in Leeds was bad.', { title: 'Weather' }),
      source('Lunch is at noon.', { title: 'Lunch' }),
      source('Q3 revenue in Leeds was $24,900.'),
    ];
    const { sources: cited, text } = extractAnswer('What was the Q3 revenue in Leeds?', sources);
    expect(cited[0]).toMatchObject({ id: 'document-3', number: 1 });
    expect(cited.map(({ number }) => number)).toEqual(cited.map((_, at) => at + 1));
    expect(text).toContain('"Q3 revenue in Leeds was $24,900." [1]');
    // Who gave the sources keeps their numbers.
    expect(sources.map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  it('has at most three sentences, and none twice', () => {
    const rows = Array.from({ length: 9 }, (_, at) => `- Revenue of office ${at} was $${at},000.`).join('\n');
    const { quotes } = extractAnswer('What was the revenue of each office?', [source(rows), source(rows)]);
    expect(quotes.length).toBeGreaterThan(1);
    expect(quotes.length).toBeLessThanOrEqual(3);
    expect(new Set(quotes.map(({ text }) => text)).size).toBe(quotes.length);
  });

  it('says plainly that the documents do not say, and what comes nearest', () => {
    const weather = source('The weather was good.', { title: 'Weather' });
    expect(extractAnswer('Who may drive the submarine?', [weather])).toEqual({
      text: 'Your documents do not say. Nearest to the question is "Weather" (uploaded 15 Oct 2026) [1].',
      sources: [weather],
      quotes: [],
      isFound: false,
    });
    expect(extractAnswer('Who may drive the submarine?', [])).toMatchObject({
      text: 'Your documents do not say.',
      sources: [],
    });
    expect(extractAnswer('', [weather]).isFound).toBe(false);
  });

  it('says that the search ran out of time', () => {
    expect(extractAnswer('Q3 revenue?', [source(REVENUE)], { partial: true }).text).toMatch(
      /may say more\.$/,
    );
    expect(extractAnswer('Q3 revenue?', [], { partial: true }).text).toMatch(/may say more\.$/);
  });

  it('prefers a sentence with what is asked for: an amount, a date, a name, a reason', () => {
    const text = `The contract is in the safe. The contract was signed on 12 February 2026. The contract was signed by
Eleanor Whitfield. The contract was signed because the old one expired. The contract is worth EUR 480,000.`;
    const first = (question: string) => extractAnswer(question, [source(text)]).quotes[0]?.text;
    expect(first('When was the contract signed?')).toContain('12 February 2026');
    expect(first('Who signed the contract?')).toContain('Eleanor Whitfield');
    expect(first('Why was the contract signed?')).toContain('because');
    expect(first('How much is the contract?')).toContain('480,000');
  });

  it('knows what a sentence is about from the headings above it', () => {
    const text = '# Leeds\n\nStaff get 27 days.\n\n# Lyon\n\nStaff get 25 days.';
    expect(extractAnswer('How many days do staff in Lyon get?', [source(text)]).quotes[0]?.text).toBe(
      'Staff get 25 days.',
    );
  });

  it('takes a word that the search marked for a synonym of the organisation', () => {
    const text = 'The Zugspitze costs $5. The Brocken of the fleet was built in 1999.';
    const fields = { excerpt: 'The **Brocken** of the **fleet** was built' };
    const { quotes } = extractAnswer('When was the flagship of the fleet built?', [source(text, fields)]);
    expect(quotes[0]?.text).toContain('1999');
    expect(quotes[0]?.text).not.toContain('**');
  });

  it('does not quote what would be a citation, an image or a link', () => {
    const text =
      'Q3 revenue was $125,000 [7] ![x](https://evil.example/?q=1) as [they](https://evil.example) <b>say</b>.';
    const { text: answer } = extractAnswer('Q3 revenue?', [
      source(text, { title: '![T](https://evil.example) [9] **x**' }),
    ]);
    expect(answer).toContain('"Q3 revenue was $125,000 (7) x as they say." [1]');
    expect(answer).not.toMatch(/evil|\[7\]|\[9\]|\*\*/);
  });

  it('quotes a long sentence in part, around the words that were asked for', () => {
    const filler = 'and the weather was mild and cloudy '.repeat(100);
    const { quotes } = extractAnswer('How much was the revenue of Leeds?', [
      source(`It rained ${filler} while the revenue of Leeds was $24,900 ${filler}`),
    ]);
    expect(quotes[0]!.text.length).toBeLessThan(420);
    expect(quotes[0]!.text).toMatch(/^\.\.\. .*revenue of Leeds was \$24,900.* \.\.\.$/);
  });

  it('quotes a secret as a whole or not at all', () => {
    // Put together here, so that no tool that looks for secrets finds one in this file.
    const token = `ghp_${'a7Qz3kX5'.repeat(4)}wxyz`;
    const pem = ['-----BEGIN PRIVATE KEY-----', 'a7Qz3kX5'.repeat(8), '-----END PRIVATE KEY-----'].join('\n');
    for (let at = 0; at < 450; at += 10) {
      const text = `The token ${'of it '.repeat(10)}${'x'.repeat(at)} ${token} ${'and so on '.repeat(50)}`;
      for (const quote of extractAnswer('Which token?', [source(text)]).quotes)
        expect(quote.text.replace(token, '')).not.toMatch(/a7Qz|wxyz|ghp_/);
    }
    expect(extractAnswer('Which private key?', [source(`The private key:\n${pem}`)]).text).not.toContain(
      'a7Qz',
    );
  });

  it('considers a bounded number of sentences of a bounded length, whatever the text is', () => {
    const hostile = [
      'word '.repeat(100_000),
      'a'.repeat(500_000),
      'Yes. '.repeat(100_000),
      '. '.repeat(250_000),
      '['.repeat(500_000),
      `${'[a]('.repeat(100_000)}revenue`,
      '| a '.repeat(100_000),
      '|a|b|\n'.repeat(80_000),
      `|a|b|\n|-|-|\n${'|revenue|b|\n'.repeat(40_000)}`,
      '- revenue\n'.repeat(50_000),
      '#'.repeat(500_000),
      '# a\n'.repeat(100_000),
      '> '.repeat(250_000),
      '。'.repeat(500_000),
      '"'.repeat(500_000),
      `${'revenue '.repeat(60_000)}.`,
      '\n'.repeat(500_000),
      '🌧'.repeat(250_000),
    ].map((text) => source(text));
    const candidates = candidatesOf(hostile);
    expect(candidates.length).toBeGreaterThan(0);
    expect(candidates.length).toBeLessThanOrEqual(2_000);
    for (const { text, words, contextWords } of candidates) {
      expect(text.length).toBeLessThanOrEqual(20_000);
      expect(words.length).toBeLessThanOrEqual(20_000);
      expect(contextWords.length).toBeLessThanOrEqual(5_000);
    }
    for (const one of hostile) {
      const { text, quotes } = extractAnswer(`What was the revenue? ${'revenue of word '.repeat(1_000)}`, [
        one,
      ]);
      expect(text.length).toBeLessThan(3_000);
      expect(quotes.length).toBeLessThanOrEqual(3);
    }
  });
});
