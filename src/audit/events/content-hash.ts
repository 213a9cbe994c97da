/** The types of PostgreSQL that the columns of the audit have. */
export type ColumnType =
  'uuid' | 'timestamptz' | 'text' | 'text[]' | 'boolean' | 'inet' | 'float8' | 'jsonb' | 'bigint' | 'bytea';

/**
 * What the hash of a row is over, in this order: every column but `node_seq`, which is where the row stands and is attested
 * by its place in a seal.
 */
export const HASHED_COLUMNS = [
  ['id', 'uuid'],
  ['occurred_at', 'timestamptz'],
  ['recorded_at', 'timestamptz'],
  ['node_id', 'uuid'],
  ['user_id', 'uuid'],
  ['user_name', 'text'],
  ['key_id', 'uuid'],
  ['key_start', 'text'],
  ['action', 'text'],
  ['tool', 'text'],
  ['resource', 'text'],
  ['targets', 'text[]'],
  ['outcome', 'text'],
  ['reason', 'text'],
  ['elevated', 'boolean'],
  ['scopes', 'text[]'],
  ['ip', 'inet'],
  ['user_agent', 'text'],
  ['request_id', 'text'],
  ['trace_id', 'text'],
  ['duration_ms', 'float8'],
  ['metadata', 'jsonb'],
] as const satisfies readonly (readonly [name: string, type: ColumnType])[];

/** Times as seconds and the duration as its bits, so that no setting of the session matters. */
function hashed(column: string, type: ColumnType): string {
  if (type === 'timestamptz') return `extract(epoch FROM ${column})`;
  return type === 'float8' ? `pg_catalog.encode(pg_catalog.float8send(${column}), 'hex')` : column;
}

/**
 * SHA-256 of what a row says, as SQL: for the statement that stores the row. Written out here and not a function of the
 * database, which whoever changes rows could change as well. The verifier does not ask the database for it: it makes the
 * same hash itself, of the binary values (`seal/verify/row-hash.ts`).
 */
export const contentHash = (row: string): string => `
  pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.json_build_array(
    ${HASHED_COLUMNS.map(([name, type]) => hashed(`${row}.${name}`, type)).join(', ')}
  )::text, 'UTF8'))`;
