import { v4, v7 } from 'uuid';
import { RowIdPipe } from './row-id.pipe.js';

describe('RowIdPipe', () => {
  const pipe = new RowIdPipe();

  it('accepts an id', () => {
    for (const id of [v4(), v7()]) expect(pipe.transform(id)).toBe(id);
  });

  it('treats an id in capitals as the same id', () => {
    const id = v7();
    expect(pipe.transform(id.toUpperCase())).toBe(id);
  });

  it.each(['', '1', 'me', '../users', `${v7()}x`, ` ${v7()}`, `{${v7()}}`, v7().replaceAll('-', ''), '%00'])(
    'answers 404 to %j, like to an unknown id',
    (id) => {
      expect(() => pipe.transform(id)).toThrow(
        expect.objectContaining({ code: 'not_found', status: 404, message: 'Resource not found' }),
      );
    },
  );
});
