import { version } from 'uuid';
import { newId } from './new-id.js';

describe('newId', () => {
  const before = Date.now();
  const ids = Array.from({ length: 2_000 }, newId);

  it('is a UUID of version 7 in the form of RFC 9562', () => {
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(version(ids[0]!)).toBe(7);
  });

  it('ends in unpredictable bits', () => {
    expect(new Set(ids.map((id) => id.slice(-12))).size).toBe(ids.length);
  });

  it('begins with the time', () => {
    const time = Number.parseInt(ids[0]!.replace('-', '').slice(0, 12), 16);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  it('increases, even within a millisecond, and never repeats', () => {
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort((one, other) => (one < other ? -1 : 1))).toEqual(ids);
  });
});
