import type { HistoryMessage } from '../model/prompts.js';
import { standaloneQuestion } from './follow-up.js';

const asked = (...questions: string[]): HistoryMessage[] =>
  questions.flatMap((content) => [
    { role: 'user' as const, content },
    { role: 'assistant' as const, content: 'It was so [1].' },
  ]);

describe('A follow-up question', () => {
  it.each([
    ['What were our Q3 revenue numbers?', 'and Q2?', 'What were our Q2 revenue numbers?'],
    ['What was the budget in 2025?', 'What about 2026?', 'What was the budget in 2026?'],
    ['Who leads the Berlin office?', 'and Paris?', 'Who leads the Berlin office Paris?'],
    ['What did we sell in March?', 'and in April 2026?', 'What did we sell in April 2026?'],
    ['What does INV-2041 say?', 'And INV-2042?', 'What does INV-2042 say?'],
  ])('becomes a question of its own: after "%s", "%s" asks "%s"', (before, question, standalone) => {
    expect(standaloneQuestion(question, asked(before))).toBe(standalone);
  });

  it('goes back to the question that stands by itself', () => {
    const history = asked('What were our Q3 revenue numbers?', 'and Q2?');
    expect(standaloneQuestion('and Q1?', history)).toBe('What were our Q1 revenue numbers?');
  });

  it('stays as it is where it can be understood alone, or where nothing was asked before', () => {
    const own = 'How many days of parental leave does an employee get?';
    expect(standaloneQuestion(own, asked('What were our Q3 revenue numbers?'))).toBe(own);
    expect(standaloneQuestion('and Q2?', [])).toBe('and Q2?');
    expect(standaloneQuestion('and Q2?', [{ role: 'assistant', content: 'Hello' }])).toBe('and Q2?');
  });

  it('never becomes longer than a question may be', () => {
    const long = Array.from({ length: 300 }, (_, index) => `word${index}`).join(' ');
    expect(standaloneQuestion(`and ${long}`, asked(long)).length).toBeLessThanOrEqual(2_000);
  });
});
