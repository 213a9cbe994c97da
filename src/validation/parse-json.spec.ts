import { parseJson } from './parse-json.js';

const nested = (depth: number, padding = '') => `${padding}${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('parseJson', () => {
  it.each([
    ['{"a":[1,{"b":null}],"c":"x"}', { a: [1, { b: null }], c: 'x' }],
    ['"\\u0061"', 'a'],
    [`"${'x'.repeat(5_000)}"`, 'x'.repeat(5_000)],
    ['{"a":"{[{["}', { a: '{[{[' }],
  ])('reads %.40s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  // Short and long texts, plain and escaped: each takes another way through.
  it.each(['', ' '.repeat(5_000)])('refuses members that reach into classes', (padding) => {
    for (const name of ['__proto__', 'constructor', '\\u005f_proto__', 'c\\u006fnstructor']) {
      expect(() => parseJson(`${padding}{"a":[{"${name}":{}}]}`)).toThrow(SyntaxError);
    }
  });

  it.each(['', ' '.repeat(5_000)])(
    'refuses nesting deeper than 64 levels, and no shallower one',
    (padding) => {
      expect(() => parseJson(nested(65, padding))).toThrow(/nested deeper than 64/);
      expect(parseJson(nested(64, padding))).toBeDefined();
    },
  );

  it('takes any number of containers beside each other', () => {
    expect(parseJson(`[${Array(200).fill('{}').join(',')}]`)).toHaveLength(200);
  });

  it.each(['', '{', '{"a":}', 'undefined', '[1,]'])('refuses what is no JSON: %j', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
