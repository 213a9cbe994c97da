import { jsonOf, keepJson } from './kept-json.js';

describe('The JSON of a value with kept members', () => {
  const list = keepJson([
    { name: 'a', tags: ['"x"', 'ü'] },
    { name: 'b', none: undefined },
  ]);
  const empty = keepJson({});

  it.each<[string, object]>([
    ['first', { list, id: 1 }],
    ['last', { id: 1, name: undefined, list }],
    ['in between', { id: 1, list, at: new Date(0), empty, 'a "b"': 'c' }],
    ['alone', { list }],
    ['with nothing else to write', { a: undefined, list, b: () => 1 }],
    ['under numbers, which come first', { z: 1, 2: list, 1: empty }],
    ['below another member', { rows: [list], at: { list } }],
    ['in a list', [list, empty]],
    ['in an object with JSON of its own', { list, toJSON: () => 'own' }],
    ['beside a member of the name __proto__', { ...(JSON.parse('{"__proto__":{"a":1}}') as object), list }],
    ['nowhere', { id: 1, rows: [{ a: null }] }],
  ])('is the same as without: %s', (_, value) => {
    expect(jsonOf(value)).toBe(JSON.stringify(value));
  });

  it('is kept of a value that cannot change any more', () => {
    expect(() => list.push({ name: 'c', tags: [] })).toThrow(TypeError);
    expect(() => list[0]!.tags!.push('y')).toThrow(TypeError);
  });

  it('may be missing, as JSON.stringify says', () => {
    expect(jsonOf({ toJSON: () => undefined })).toBeUndefined();
  });
});
