const TIMESTAMP =
  /^(?!0000)\d{4}-\d{2}-\d{2}(?:[Tt]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:\d{2}))?$/;

/** A time of RFC 3339 (seconds may be left out), or a date alone. Never one that depends on where the server stands. */
export const isTimestamp = (value: unknown): value is string =>
  typeof value === 'string' &&
  TIMESTAMP.test(value) &&
  Number.isFinite(Date.parse(value)) &&
  isDay(value.slice(0, 10));

/** `Date` makes 2 March of 30 February. */
const isDay = (day: string) => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
