import { Readable } from 'node:stream';
import { lossIn } from './json-loss.js';

class Row {
  id = 1;
  at = new Date(0);
}

function* numbers() {
  yield 1;
}

describe('A value that JSON cannot represent', () => {
  it.each<[string, unknown]>([
    ['a Map', new Map([[1, 2]])],
    ['a Set', new Set([1])],
    ['a promise', Promise.resolve(1)],
    ['a stream', Readable.from(['a'])],
    ['a stream of the web', new Blob(['a']).stream()],
    ['bytes', Buffer.from('a')],
    ['a typed array', new Uint16Array(2)],
    ['an ArrayBuffer', new ArrayBuffer(2)],
    ['an error', new Error('a')],
    ['a regular expression', /a/],
    ['a Blob', new Blob(['a'])],
    ['an iterator', numbers()],
    ['a WeakMap', new WeakMap()],
    ['a function', () => 1],
    ['a symbol', Symbol('a')],
  ])('%s is found, wherever it is', (_, value) => {
    expect(lossIn(value)).toBeDefined();
    expect(lossIn({ rows: [1, { tags: value }] })).toMatch(/^rows\[1\]\.tags, a /);
    expect(lossIn([value])).toMatch(/^\[0\], a /);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 1],
    ['an object with nothing in it', { a: undefined, b: {}, c: [] }],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 })],
    ['an object of a class', new Row()],
    ['a time', new Date(0)],
    ['what says itself how it is written', { url: new URL('http://a/'), own: { toJSON: () => 'a' } }],
  ])('is nothing of %s', (_, value) => {
    expect(lossIn(value)).toBeUndefined();
  });
});
