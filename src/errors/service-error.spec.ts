import { ERROR_CODES, type ErrorCode } from './error-codes.js';
import { ServiceError, validationFailed } from './service-error.js';

const withData = (data: Record<string, unknown>) => new ServiceError('conflict', 'no', { data });
const withHeaders = (headers: Record<string, string>) => new ServiceError('conflict', 'no', { headers });

describe('A ServiceError', () => {
  it.each([
    ['a line break in a header', () => withHeaders({ 'X-Why': 'a\r\nSet-Cookie: b=c' })],
    ['a line feed in a header', () => withHeaders({ 'X-Why': 'a\nb' })],
    ['a NUL in a header', () => withHeaders({ 'X-Why': 'a\0b' })],
    ['a header beyond Latin-1', () => withHeaders({ 'X-Why': '☂' })],
    ['a space in the name of a header', () => withHeaders({ 'X Why': 'a' })],
    ['a header without a name', () => withHeaders({ '': 'a' })],
    ['a header that is no text', () => withHeaders({ 'X-Why': ['a'] as never })],
    ['a status of success', () => new ServiceError('conflict', 'no', { status: 200 })],
    ['a status that is none', () => new ServiceError('conflict', 'no', { status: Number.NaN })],
    ['a code that is none', () => new ServiceError('toString' as never, 'no')],
  ])('cannot be made with %s', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ name: 'TypeError' }));
  });

  const circle: Record<string, unknown> = {};
  circle.self = circle;
  it.each<[string, unknown]>([
    ['a circle', circle],
    ['a BigInt', 1n],
    ['a function', () => 1],
    ['a symbol', Symbol('a')],
    ['a number that is none', Number.NaN],
    ['a Map', new Map()],
    ['a Buffer', Buffer.from('a')],
    ['very many values', Array.from({ length: 20_000 }, () => 0)],
    ['a very long text', 'a'.repeat(2_000_000)],
    ['an object of a class', new (class Secretive {})()],
  ])('cannot be made with %s in its data, and says where', (_, value) => {
    expect(() => withData({ deep: [{ value }] })).toThrow(/^The data of an error .*data\.deep\[0\]/);
  });

  it('keeps its data and headers when the originals are changed', () => {
    let reads = 0;
    const list = [1];
    const data = {
      list,
      get late() {
        if (reads++ > 0) throw new Error('late');
        return 'once';
      },
      at: new Date(0),
      none: undefined,
    };
    const headers: Record<string, string> = { 'Retry-After': '1' };
    const error = new ServiceError('conflict', 'no', { data, headers });
    list.push(2);
    headers['X-Why'] = 'a\r\nb';
    expect(JSON.parse(JSON.stringify(error.options))).toEqual({
      data: { list: [1], late: 'once', at: '1970-01-01T00:00:00.000Z' },
      headers: { 'Retry-After': '1' },
    });
    expect(() => ((error.options.data as any).list as number[]).push(3)).toThrow(TypeError);
    expect(() => ((error.options as any).headers['X-Why'] = 'b')).toThrow(TypeError);
  });

  it.each(['message', 'status', 'code', 'options'])('cannot get another %s after it was made', (name) => {
    const error = new ServiceError('conflict', 'no');
    const change = () =>
      Object.defineProperty(error, name, {
        get: () => {
          throw new Error('never');
        },
      });
    expect(change).toThrow(/Cannot (re)?define property/);
    expect([error.message, error.status, error.code, error.options]).toEqual(['no', 409, 'conflict', {}]);
  });

  it.each(Object.entries(ERROR_CODES))('with the code %s has the status of the table', (code, { status }) => {
    expect(new ServiceError(code as ErrorCode, 'no').status).toBe(status[0]);
  });

  it('may have another status than the first of its code', () => {
    expect(new ServiceError('bad_request', 'no', { status: 414 }).status).toBe(414);
  });

  it('is recognised by its constructor, not by its prototype', () => {
    expect(new ServiceError('conflict', 'no')).toBeInstanceOf(ServiceError);
    expect(Object.create(ServiceError.prototype) instanceof ServiceError).toBe(false);
  });

  it('names at most a thousand broken rules, each in at most 500 characters', () => {
    const { errors } = validationFailed(Array.from({ length: 20_000 }, () => 'a'.repeat(900))).options
      .data as any;
    expect(errors).toHaveLength(1_000);
    expect(errors[0]).toHaveLength(500);
  });
});
