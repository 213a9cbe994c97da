import { AUDIT_COLUMNS, type AuditColumn, type ColumnType } from '../events/audit-columns.js';

interface ExpectedType {
  oid: number;
  typmod: number;
  /** The function that encodes its values for the wire. */
  send: string;
}

/** Milliseconds: `timestamptz(3)`. */
const PRECISION = 3;
const ANY = -1;

/** PostgreSQL's own types with their object ids, which are the same in every database. */
export const TYPES: Readonly<Record<ColumnType, ExpectedType>> = {
  boolean: { oid: 16, typmod: ANY, send: 'boolsend' },
  bytea: { oid: 17, typmod: ANY, send: 'byteasend' },
  bigint: { oid: 20, typmod: ANY, send: 'int8send' },
  text: { oid: 25, typmod: ANY, send: 'textsend' },
  float8: { oid: 701, typmod: ANY, send: 'float8send' },
  inet: { oid: 869, typmod: ANY, send: 'inet_send' },
  'text[]': { oid: 1009, typmod: ANY, send: 'array_send' },
  timestamptz: { oid: 1184, typmod: PRECISION, send: 'timestamptz_send' },
  uuid: { oid: 2950, typmod: ANY, send: 'uuid_send' },
  jsonb: { oid: 3802, typmod: ANY, send: 'jsonb_send' },
};

/** The types that the service's hash expression uses beside: `json` and `numeric`. */
const HASH_TYPES = [114, 1700];

/** Types whose casts must be PostgreSQL's own. */
export const CAST_TYPES = [...Object.values(TYPES).map(({ oid }) => oid), ...HASH_TYPES];

/** The functions that read the tables and that the service hashes with. */
export const FUNCTIONS = [
  ...Object.values(TYPES).map(({ send }) => send),
  'octet_length',
  'pg_column_size',
  'position',
  'count',
  'uuid_cmp',
  'uuid_eq',
  'btint8cmp',
  'timestamptz_cmp',
  'int4le',
  'int4gt',
  'sha256',
  'convert_to',
  'json_build_array',
  'encode',
  'extract',
];

export interface ExpectedColumn {
  name: string;
  type: ColumnType;
  /** Whether rows may lack a value. */
  nullable: boolean;
}

const column = (name: string, type: ColumnType, nullable = false): ExpectedColumn => ({
  name,
  type,
  nullable,
});
/** The columns that are read from each table. Each partition of `audit_events` must have them as well. */
export const COLUMNS: Readonly<Record<string, readonly ExpectedColumn[]>> = {
  // The verifier itself reads the identity and the times of a row, which must be there. It only hashes the rest.
  audit_events: Object.values<AuditColumn>(AUDIT_COLUMNS).map(({ column: name, type, origin }) =>
    column(name, type, origin === 'record'),
  ),
  audit_seals: [
    column('node_id', 'uuid'),
    column('number', 'bigint'),
    column('from_seq', 'bigint'),
    column('to_seq', 'bigint'),
    column('first_at', 'timestamptz', true),
    column('last_at', 'timestamptz', true),
    column('closed', 'boolean'),
    column('previous', 'bytea'),
    column('digest', 'bytea'),
    column('signature', 'bytea'),
    column('key_id', 'text'),
    column('hashes', 'bytea'),
  ],
  audit_retention: [
    column('partition', 'text'),
    column('since', 'timestamptz'),
    column('before', 'timestamptz'),
    column('rows', 'bigint'),
    column('detached_at', 'timestamptz'),
    column('key_id', 'text'),
    column('signature', 'bytea'),
  ],
  audit_key_handovers: [
    column('from_key', 'bytea'),
    column('to_key', 'bytea'),
    column('compromised', 'boolean'),
    column('handed_over_at', 'timestamptz'),
    column('heads', 'bytea'),
    column('statements', 'bytea'),
    column('from_signature', 'bytea'),
    column('to_signature', 'bytea'),
  ],
};
