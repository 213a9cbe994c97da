import type { Readable } from 'node:stream';

const NEWLINE = 0x0a;

/** Splits a stream into lines. @yields undefined in place of a line longer than `maxBytes`, which is not buffered */
export async function* linesOf(input: Readable, maxBytes: number): AsyncGenerator<string | undefined> {
  let parts: Buffer[] = [];
  let bytes = 0;
  const add = (part: Buffer) => {
    bytes += part.length;
    if (bytes <= maxBytes) parts.push(part);
    else parts = [];
  };
  const taken = () => {
    const line = bytes <= maxBytes ? Buffer.concat(parts).toString('utf8') : undefined;
    parts = [];
    bytes = 0;
    return line;
  };
  for await (const chunk of input as AsyncIterable<Buffer | string>) {
    const buffer = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    let start = 0;
    for (let end = buffer.indexOf(NEWLINE); end !== -1; end = buffer.indexOf(NEWLINE, start)) {
      add(buffer.subarray(start, end));
      start = end + 1;
      yield taken();
    }
    add(buffer.subarray(start));
  }
  if (bytes > 0) yield taken();
}
