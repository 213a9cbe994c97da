import { types } from 'pg';

/** The type `timestamptz`, as PostgreSQL numbers it. */
export const TIMESTAMPTZ: number = types.builtins.TIMESTAMPTZ;

const parseAny = types.getTypeParser(TIMESTAMPTZ, 'text') as (text: string) => Date | number;
const UTC_LENGTH = '2026-01-31 12:00:00+00'.length;
const ZONE = '+00';
const COLON = 58;

/**
 * Parses a time as PostgreSQL writes it. A session in UTC, which is usual, writes what the parser of the language reads
 * with a `T` and a `Z`. That takes a fifth of the time of the parser of `pg`, which reads everything else.
 */
export function parseTimestamp(text: string): Date | number {
  const { length } = text;
  const isUtc =
    length >= UTC_LENGTH && length <= UTC_LENGTH + 4 && text.endsWith(ZONE) && text.charCodeAt(13) === COLON;
  if (!isUtc) return parseAny(text);
  const date = new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`);
  return Number.isNaN(date.getTime()) ? parseAny(text) : date;
}
