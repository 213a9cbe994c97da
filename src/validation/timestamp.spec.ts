import { isTimestamp } from './timestamp.js';

describe('isTimestamp', () => {
  it.each([
    '2027-01-31T12:00:00Z',
    '2027-01-31T12:00:00.123456789+02:00',
    '2027-01-31t12:00z',
    '2027-01-31',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59+12:00',
  ])('takes %s', (text) => {
    expect(isTimestamp(text)).toBe(true);
  });

  it.each([
    '2027-02-30',
    '2027-01-31T12:00:00',
    '2027-01-31 12:00:00Z',
    '10000-01-01',
    '0000-01-01',
    'now',
    1,
    null,
  ])('refuses %j', (value) => {
    expect(isTimestamp(value)).toBe(false);
  });

  it.each(['9999-12-31T23:59:59-00:01', '9999-12-31T12:00:00-12:00', '0001-01-01T00:00:00+00:01'])(
    'refuses %s, which is in a year that no such time can name',
    (text) => {
      expect(isTimestamp(text)).toBe(false);
    },
  );
});
