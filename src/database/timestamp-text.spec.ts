import { types } from 'pg';
import { parseTimestamp, TIMESTAMPTZ } from './timestamp-text.js';

describe('The text of a time', () => {
  const byPg = types.getTypeParser(TIMESTAMPTZ, 'text') as (text: string) => unknown;

  it.each([
    '2026-11-29 05:56:42+00',
    '2026-11-29 05:56:42.1+00',
    '2026-11-29 05:56:42.12+00',
    '2026-11-29 05:56:42.123+00',
    '2026-11-29 05:56:42.123456+00',
    '1999-12-31 23:59:59.99+00',
    '0001-01-01 00:00:00+00',
    '0099-12-31 23:59:59.999+00',
    '0100-01-01 00:00:00+00',
    '1969-12-31 23:59:59.999+00',
    '2024-02-29 23:59:59.009+00',
    '0044-03-15 12:00:00+00 BC',
    '10000-01-01 00:00:00+00',
    '12026-01-01 00:00:00.5+00',
    '2026-11-29 05:56:42.123+02',
    '2026-11-29 05:56:42.123-08',
    '2026-11-29 05:56:42.123+05:30',
    '2026-11-29 05:56:42+05:30',
    'infinity',
    '-infinity',
  ])('is read and sent as pg reads it: %s', (text) => {
    const time = parseTimestamp(text);
    expect(time).toEqual(byPg(text));
    expect(JSON.stringify(time)).toBe(JSON.stringify(byPg(text)));
  });

  it('becomes a time that is sent as it was changed', () => {
    const time = parseTimestamp('2026-11-29 05:56:42.1+00') as Date;
    time.setUTCFullYear(2027);
    expect(JSON.stringify({ time })).toBe('{"time":"2027-11-29T05:56:42.100Z"}');
  });

  it('becomes a time of its own for each row', () => {
    const text = '2026-11-29 05:56:42.1+00';
    const [first, second] = [parseTimestamp(text) as Date, parseTimestamp(text)];
    first.setTime(0);
    expect(second).toEqual(byPg(text));
    expect(JSON.stringify(second)).toBe('"2026-11-29T05:56:42.100Z"');
  });
});
