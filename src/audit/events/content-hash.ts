import { AUDIT_COLUMNS, type AuditColumn, type AuditColumns, type ColumnType } from './audit-columns.js';

/** A column that the hash of a row covers. */
export type HashedColumn = Pick<AuditColumn, 'column' | 'type' | 'since'>;

/**
 * The columns that the hash of a row covers, in order: version by version, and within each in the order of the description.
 *
 * A row does not say its version. It has the highest version of which any column holds a value, and its hash covers the
 * columns up to that version. So rows that were sealed before a column existed keep their hash, and neither setting such a
 * column later nor clearing it leaves the hash as it was. This needs the columns of later versions to be nullable.
 * @throws Error for a later column that a row of an earlier version could not leave empty
 */
export function hashedColumns(columns: AuditColumns = AUDIT_COLUMNS): HashedColumn[] {
  const hashed = Object.values(columns).filter((column) => column.hashed);
  const wrong = hashed.find((column) => column.since > 1 && (!column.nullable || 'default' in column));
  if (wrong) throw new Error(`${wrong.column}: columns after version 1 are nullable and have no default`);
  return hashed.sort((one, other) => one.since - other.since);
}

export const HASHED_COLUMNS = hashedColumns();

/** How many of the columns each version covers, the latest version first. */
export function versionLengths(columns: readonly HashedColumn[]): number[] {
  const versions = new Set(columns.map(({ since }) => since));
  return [...versions].map((version) => columns.filter(({ since }) => since <= version).length).toReversed();
}

/** Times as seconds and floating-point numbers as their bits, so that no setting of the session changes the hash. */
function hashedValue(column: string, type: ColumnType): string {
  if (type === 'timestamptz') return `extract(epoch FROM ${column})`;
  return type === 'float8' ? `pg_catalog.encode(pg_catalog.float8send(${column}), 'hex')` : column;
}

/**
 * SHA-256 of a row's content, as an SQL expression for the statement that stores the row. It is no function of the database,
 * because whoever changes rows could change such a function as well. The verifier does not ask the database for the hash: it
 * computes the same one from the binary values (`verify/row-hash.ts`).
 */
export function contentHash(row: string, columns: readonly HashedColumn[] = HASHED_COLUMNS): string {
  const values = columns.map(({ column, type }) => hashedValue(`${row}.${column}`, type));
  const textOf = (length: number) =>
    `pg_catalog.json_build_array(${values.slice(0, length).join(', ')})::text`;
  const [latest, ...earlier] = versionLengths(columns);
  const cases = [latest!, ...earlier].slice(0, -1).map((length, index) => {
    const added = columns.slice(earlier[index], length);
    return `WHEN ${added.map(({ column }) => `${row}.${column} IS NOT NULL`).join(' OR ')} THEN ${textOf(length)}`;
  });
  const first = textOf(earlier.at(-1) ?? latest!);
  const text = cases.length === 0 ? first : `CASE ${cases.join(' ')} ELSE ${first} END`;
  return `pg_catalog.sha256(pg_catalog.convert_to(${text}, 'UTF8'))`;
}
