import { types } from 'pg';

/** The type `timestamptz`, as PostgreSQL numbers it. */
export const TIMESTAMPTZ: Parameters<typeof types.getTypeParser>[0] = types.builtins.TIMESTAMPTZ;

const parseAny = types.getTypeParser(TIMESTAMPTZ, 'text') as (text: string) => Date | number;
/**
 * Matches a time in UTC with at most milliseconds. That is usual, because sessions are in UTC and columns have precision
 * 3. `Date.UTC` takes a year below 100 for one of the last century.
 */
const UTC = /^(?!00)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,3})?\+00$/;
const SECONDS_LENGTH = '2026-01-31T12:00:00'.length;

interface ParsedTime {
  readonly text: string;
  readonly json: string;
  readonly ms: number;
}

/** Many rows have two equal times, such as those of their creation and their last change. */
let last: ParsedTime | undefined;

/**
 * Is a time that knows its JSON, because `Date` formats it again for each answer, which costs more than to read it.
 */
class StoredTime extends Date {
  readonly #parsed: ParsedTime;

  constructor(parsed: ParsedTime) {
    super(parsed.ms);
    this.#parsed = parsed;
  }

  override toJSON(): string {
    return this.getTime() === this.#parsed.ms ? this.#parsed.json : super.toJSON();
  }
}

/** Parses a time as PostgreSQL writes it. The parser of `pg` reads what is not usual. */
export function parseTimestamp(text: string): Date | number {
  if (last?.text !== text) {
    if (!UTC.test(text)) return parseAny(text);
    last = parseUtc(text);
  }
  return new StoredTime(last);
}

function parseUtc(text: string): ParsedTime {
  const fraction = text.slice(SECONDS_LENGTH + 1, -3).padEnd(3, '0');
  const json = `${text.slice(0, 10)}T${text.slice(11, SECONDS_LENGTH)}.${fraction}Z`;
  const year = twoDigits(json, 0) * 100 + twoDigits(json, 2);
  const [month, day] = [twoDigits(json, 5), twoDigits(json, 8)];
  const [hour, minute, second] = [twoDigits(json, 11), twoDigits(json, 14), twoDigits(json, 17)];
  const ms = Date.UTC(year, month - 1, day, hour, minute, second, Number(fraction));
  return { text, json, ms };
}

const ZERO = 48;
const twoDigits = (text: string, at: number): number =>
  (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
