import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { validate as isUuid } from 'uuid';
import { validationFailed } from '../errors/service-error.js';
import { ToWholeNumber } from '../validation/to-whole-number.js';

/** Describes the query of every list: `limit` rows, newest first, from `cursor` on. */
export class PageQuery {
  @JSONSchema({ description: 'How many at most (default 50)' })
  @IsOptional()
  @ToWholeNumber()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;

  @JSONSchema({ description: '`nextCursor` of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  cursor?: string;
}

export interface Page<T> {
  rows: T[];
  /** The `cursor` of the next page; `null` on the last page. */
  nextCursor: string | null;
}

/** Decodes a cursor to an id. Ids are UUIDs of version 7, so a cursor stays valid while rows are added. */
export function afterId(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!isUuid(id)) throw validationFailed(['cursor: must be a nextCursor of an earlier page']);
  return id;
}

const idCursorOf = ({ id }: { id: string }): string => Buffer.from(id, 'latin1').toString('base64url');

/**
 * Makes a page from rows that were fetched with a limit of one row more.
 * @param cursorOf for another order than that of the ids
 */
export function pageOf<T extends { id: string }>(
  fetched: T[],
  limit: number,
  cursorOf: (last: T) => string = idCursorOf,
): Page<T> {
  const rows = fetched.slice(0, limit);
  const last = rows.at(-1);
  return { rows, nextCursor: fetched.length > limit && last ? cursorOf(last) : null };
}
