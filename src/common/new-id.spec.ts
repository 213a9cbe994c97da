import { version } from 'uuid';
import { newId } from './new-id.js';

const timeOf = (id: string) => Number.parseInt(id.replace('-', '').slice(0, 12), 16);

describe('newId', () => {
  afterEach(() => jest.restoreAllMocks());

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
    const time = timeOf(ids[0]!);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  it('increases, even within a millisecond, and never repeats', () => {
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort((one, other) => (one < other ? -1 : 1))).toEqual(ids);
  });

  it('increases while the clock is set back a little, and follows a clock that is set back by more than 30 seconds', () => {
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 60_000);
    const ahead = newId();
    clock.mockReturnValue(now + 30_000);
    const later = newId();
    expect(later > ahead).toBe(true);
    expect(timeOf(later)).toBe(now + 60_000);
    clock.mockReturnValue(now + 29_999);
    expect(timeOf(newId())).toBe(now + 29_999);
  });
});
