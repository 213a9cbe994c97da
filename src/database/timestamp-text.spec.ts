import { types } from 'pg';
import { parseTimestamp, TIMESTAMPTZ } from './timestamp-text.js';

describe('The text of a time', () => {
  const byPg = types.getTypeParser(TIMESTAMPTZ, 'text') as (text: string) => unknown;

  it.each([
    '2026-11-29 05:56:42+00',
    '2026-11-29 05:56:42.1+00',
    '2026-11-29 05:56:42.123+00',
    '2026-11-29 05:56:42.123456+00',
    '1999-12-31 23:59:59.99+00',
    '0001-01-01 00:00:00+00',
    '0044-03-15 12:00:00+00 BC',
    '10000-01-01 00:00:00+00',
    '12026-01-01 00:00:00.5+00',
    '2026-11-29 05:56:42.123+02',
    '2026-11-29 05:56:42.123-08',
    '2026-11-29 05:56:42.123+05:30',
    '2026-11-29 05:56:42+05:30',
    'infinity',
    '-infinity',
  ])('is read as pg reads it: %s', (text) => {
    expect(parseTimestamp(text)).toEqual(byPg(text));
  });
});
