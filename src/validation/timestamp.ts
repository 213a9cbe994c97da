const TIMESTAMP =
  /^(?!0000)\d{4}-\d{2}-\d{2}(?:[Tt]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:\d{2}))?$/;

/** With an offset, a time in a year of four digits can be in one before or after these, which RFC 3339 cannot write. */
const EARLIEST = Date.parse('0001-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Returns whether a value is a time of RFC 3339 (seconds are optional) or a date. It refuses every form whose meaning
 * depends on the server's time zone.
 */
export const isTimestamp = (value: unknown): value is string =>
  typeof value === 'string' &&
  TIMESTAMP.test(value) &&
  isWritable(Date.parse(value)) &&
  isDay(value.slice(0, 10));

const isWritable = (time: number) => time >= EARLIEST && time <= LATEST;

/** Returns whether the day exists, because `Date` turns 30 February into 2 March. */
const isDay = (day: string) => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
