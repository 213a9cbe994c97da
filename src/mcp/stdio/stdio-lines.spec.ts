import { Readable } from 'node:stream';
import { linesOf } from './stdio-lines.js';

async function cut(chunks: (string | Buffer)[], maxBytes = 1000): Promise<(string | undefined)[]> {
  const lines: (string | undefined)[] = [];
  for await (const line of linesOf(Readable.from(chunks), maxBytes)) lines.push(line);
  return lines;
}

describe('Lines of a stream', () => {
  it('are the same wherever its chunks begin, even within a character', async () => {
    const text = 'one\n{"é":"日本"}\n\nlast';
    const bytes = Buffer.from(text);
    for (let at = 0; at <= bytes.length; at++) {
      expect(await cut([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(text.split('\n'));
    }
  });

  it('end at the end of the stream, with or without a line break', async () => {
    expect(await cut(['a\nb\n'])).toEqual(['a', 'b']);
    expect(await cut(['a\n', 'b'])).toEqual(['a', 'b']);
    expect(await cut([])).toEqual([]);
  });

  it('that exceed the bound are reported without their text, and the next one is complete', async () => {
    expect(await cut(['12345\n123', '456\n1', '2345\n'], 5)).toEqual(['12345', undefined, '12345']);
    expect(await cut(['123456'], 5)).toEqual([undefined]);
  });
});
