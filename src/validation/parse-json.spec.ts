import { JsonBoundsError, parseJson } from './parse-json.js';

const nested = (depth: number, padding = '') => `${padding}${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('parseJson', () => {
  it.each([
    ['{"a":[1,{"b":null}],"c":"x"}', { a: [1, { b: null }], c: 'x' }],
    ['"\\u0061"', 'a'],
    [`"${'x'.repeat(5_000)}"`, 'x'.repeat(5_000)],
    ['{"a":"{[{["}', { a: '{[{[' }],
  ])('parses %.40s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  // Short and long texts, plain and escaped: each takes another way through.
  it.each(['', ' '.repeat(5_000)])('refuses members that could modify classes', (padding) => {
    for (const name of ['__proto__', 'constructor', '\\u005f_proto__', 'c\\u006fnstructor']) {
      expect(() => parseJson(`${padding}{"a":[{"${name}":{}}]}`)).toThrow(SyntaxError);
    }
  });

  it.each(['', ' '.repeat(5_000)])('refuses nesting deeper than 64 levels, and accepts 64', (padding) => {
    expect(() => parseJson(nested(65, padding))).toThrow(/nested deeper than 64/);
    expect(parseJson(nested(64, padding))).toBeDefined();
  });

  it('accepts many containers beside each other', () => {
    expect(parseJson(`[${Array(20_000).fill('{}').join(',')}]`)).toHaveLength(20_000);
  });

  it.each([
    ['nesting', '['.repeat(1_000_000)],
    ['nesting of objects', '{"a":'.repeat(100_000)],
    ['empty lists', `[${'[],'.repeat(500_000)}[]]`],
    ['numbers', `[${'1,'.repeat(500_000)}1]`],
    ['members', `{${'"a":1,'.repeat(100_000)}"b":1}`],
  ])('refuses too much %s before the text is parsed', (_, text) => {
    const parsing = jest.spyOn(JSON, 'parse');
    expect(() => parseJson(text)).toThrow(JsonBoundsError);
    expect(parsing).not.toHaveBeenCalled();
    parsing.mockRestore();
  });

  it('ignores brackets and commas in strings, whatever is escaped there', () => {
    const text = String.raw`\"[[[[{{{{,,,,\\`.repeat(20_000);
    expect(parseJson(JSON.stringify({ text, list: [text] }))).toEqual({ text, list: [text] });
  });

  it.each(['', '{', '{"a":}', 'undefined', '[1,]'])('refuses invalid JSON: %j', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
