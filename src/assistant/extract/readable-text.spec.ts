import { readableText } from './readable-text.js';

describe('readableText', () => {
  it.each([
    ['**Bold**, *slanted*, __both__ and ~~gone~~', 'Bold, slanted, both and gone'],
    ['`max_pool_size` of snake_case_names and 2 * 3 * 4', 'max_pool_size of snake_case_names and 2 * 3 * 4'],
    ['See [the rules](https://example.com/a "Rules") and [these][1]', 'See the rules and these'],
    ['A ![picture](https://evil.example/?q=1) of it', 'A picture of it'],
    ['<b>Fat</b><img src="https://evil.example/?q=1"> and <!-- hidden --> shown', 'Fat and shown'],
    ['<https://example.com/a> is a page', 'https://example.com/a is a page'],
    ['As was said [3] and [4, 5].[^note]', 'As was said (3) and (4, 5).'],
    ['1 \\* 2 and 5 < 6 > 4', '1 * 2 and 5 < 6 > 4'],
    ['**never closed and *this', 'never closed and *this'],
    ['[[nested](https://evil.example)](x)', '[nested](x)'],
  ])('reads %j as %j', (markdown, text) => {
    expect(readableText(markdown)).toBe(text);
  });

  it('keeps every word of a text of 20,000 brackets, stars and ticks', () => {
    for (const sign of ['[', '![', '*', '_', '`', '<a ', '<!--', '~~', '[a](', '**a'])
      expect(readableText(`start ${sign.repeat(20_000)} end`)).toMatch(/^start\b.*\bend$/s);
  });
});
