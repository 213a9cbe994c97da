import { types } from 'pg';

/** The type `timestamptz`, as PostgreSQL numbers it. */
export const TIMESTAMPTZ = types.builtins.TIMESTAMPTZ;

const parseAny = types.getTypeParser(TIMESTAMPTZ, 'text') as (text: string) => Date | number;
/** Matches a time in UTC with at most milliseconds. That is usual, because sessions are in UTC and columns have precision 3. */
const UTC = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,3})?\+00$/;
const SECONDS_LENGTH = '2026-01-31T12:00:00'.length;

/**
 * Is a time that knows its JSON, because `Date` formats it again for each answer, which costs more than to read it.
 */
class StoredTime extends Date {
  readonly #json: string;
  readonly #ms: number;

  constructor(json: string) {
    super(json);
    this.#json = json;
    this.#ms = this.getTime();
  }

  override toJSON(): string {
    return this.getTime() === this.#ms ? this.#json : super.toJSON();
  }
}

/** Parses a time as PostgreSQL writes it. The parser of `pg` reads what is not usual. */
export function parseTimestamp(text: string): Date | number {
  if (!UTC.test(text)) return parseAny(text);
  const seconds = `${text.slice(0, 10)}T${text.slice(11, SECONDS_LENGTH)}`;
  const milliseconds = text.slice(SECONDS_LENGTH + 1, -3).padEnd(3, '0');
  return new StoredTime(`${seconds}.${milliseconds}Z`);
}
