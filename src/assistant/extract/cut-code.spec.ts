import { endOfCutCode } from './cut-code.js';

describe('A text that was cut from a longer one', () => {
  it('goes on behind the block of code that it begins within', () => {
    const text = ' --flag\n```\n\nProse stands here.\n\n```sh\nnpm start\n```\n';
    expect(text.slice(endOfCutCode(text))).toBe('\n\nProse stands here.\n\n```sh\nnpm start\n```\n');
  });

  it.each([
    'No code at all.',
    'Prose.\n\n```sh\nnpm start\n```\nProse.',
    'Prose.\n\n```\nplain\n```\n\n```ts\nlet a;\n```',
  ])('is taken as a whole where it begins outside of code: %j', (text) => expect(endOfCutCode(text)).toBe(0));
});
