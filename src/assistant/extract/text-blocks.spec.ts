import { TextBlocks } from './text-blocks.js';

const read = (text: string, most = 100) =>
  new TextBlocks(text, most).read().map(({ text: sentence, kind, context }) => ({ sentence, kind, context }));
const sentences = (text: string) => read(text).map(({ sentence }) => sentence);

describe('TextBlocks', () => {
  it('joins the lines of a paragraph, and tells the headings above each sentence', () => {
    const text =
      '# Rules\n\nTrains are\npaid. Hotels too.\n\n## Meals ##\nLunch is not.\n\nOther\n=====\nMore.';
    expect(read(text)).toEqual([
      { sentence: 'Rules', kind: 'heading', context: [] },
      { sentence: 'Trains are paid.', kind: 'prose', context: ['Rules'] },
      { sentence: 'Hotels too.', kind: 'prose', context: ['Rules'] },
      { sentence: 'Meals', kind: 'heading', context: ['Rules'] },
      { sentence: 'Lunch is not.', kind: 'prose', context: ['Rules', 'Meals'] },
      { sentence: 'Other', kind: 'heading', context: [] },
      { sentence: 'More.', kind: 'prose', context: ['Other'] },
    ]);
  });

  it('takes each item of a list for itself, with what introduces the list', () => {
    expect(read('You get:\n\n- a **mug**\n- safety\n  boots. And more.\n1. a badge\n\nThat is all.')).toEqual(
      [
        { sentence: 'You get:', kind: 'prose', context: [] },
        { sentence: 'a mug', kind: 'item', context: ['You get:'] },
        { sentence: 'safety boots.', kind: 'item', context: ['You get:'] },
        { sentence: 'And more.', kind: 'item', context: ['You get:'] },
        { sentence: 'a badge', kind: 'item', context: ['You get:'] },
        { sentence: 'That is all.', kind: 'prose', context: [] },
      ],
    );
  });

  it('takes a row of a table for a sentence, with the head of each cell', () => {
    const table =
      '| Office | Revenue | Staff |\n| --- | ---: | --- |\n| Leeds | $24,900 | 7 |\n| Lyon | | 9 |';
    expect(read(`${table}\nBehind it.`)).toEqual([
      {
        sentence: 'Office: Leeds, Revenue: $24,900, Staff: 7',
        kind: 'row',
        context: ['Office', 'Revenue', 'Staff'],
      },
      { sentence: 'Office: Lyon, Staff: 9', kind: 'row', context: ['Office', 'Revenue', 'Staff'] },
      { sentence: 'Behind it.', kind: 'prose', context: [] },
    ]);
    expect(sentences('Property | Value\n---|---\nWeight | 1.15 kg')).toEqual(['Weight: 1.15 kg']);
    expect(sentences('a | b is no table')).toEqual(['a | b is no table']);
  });

  it('reads quotations and lines of code, and no rules', () => {
    expect(read('> It is\n> said.\n\n---\n\n```ts\nconst a = 1;\n\n# none\n```\nEnd.')).toEqual([
      { sentence: 'It is said.', kind: 'prose', context: [] },
      { sentence: 'const a = 1;', kind: 'code', context: [] },
      { sentence: '# none', kind: 'code', context: [] },
      { sentence: 'End.', kind: 'prose', context: [] },
    ]);
  });

  it('reads no more sentences than it may', () => {
    expect(read('Yes. '.repeat(1_000), 10)).toHaveLength(10);
    expect(read('- a\n'.repeat(1_000), 10)).toHaveLength(10);
    expect(read('# a\n'.repeat(1_000), 10)).toHaveLength(10);
  });
});
