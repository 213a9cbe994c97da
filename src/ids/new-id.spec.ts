import { validate, version } from 'uuid';
import { newId } from './new-id.js';

describe('newId', () => {
  it('makes ids of version 7 that go up and never repeat', () => {
    const before = Date.now();
    const ids = Array.from({ length: 5_000 }, newId);
    expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    const times = ids.map((id) => parseInt(id.replace('-', '').slice(0, 12), 16));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(before);
    expect(Math.max(...times)).toBeLessThanOrEqual(Date.now());
  });

  it('ends them in random bits', () => {
    const ends = new Set(Array.from({ length: 1_000 }, () => newId().slice(-10)));
    expect(ends.size).toBe(1_000);
  });
});
