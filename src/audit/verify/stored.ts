import { HASHED_COLUMNS, type HashedColumn } from '../events/content-hash.js';
import type { Retention } from '../retention/retention-statement.js';
import type { Handover } from '../seal/key-handover.js';
import { HASH_BYTES, type Seal, SEAL_ROWS } from '../seal/seal.js';
import type { BinaryRow } from './binary-row.js';
import { rowHasher } from './row-hash.js';

/** A row as it is stored now. */
export interface StoredRow {
  nodeId: string;
  seq: number;
  id: string;
  /** Milliseconds since 1970. */
  occurredAt: number;
  recordedAt: number;
  /** Empty where the row holds a value that the service never writes, so that it matches no hash. */
  hash: Buffer;
}

/** `hashes` is empty where the stored ones are longer than any seal's. */
export type StoredSeal = Omit<Seal, 'sealedAt'>;
export type StoredStatement = Retention & { keyId: string; signature: Buffer };

/** The longest text or list that is fetched, so that memory stays bounded. The service writes far shorter ones. */
const MAX_BYTES = 4 * 1024 * 1024;
const SEAL_BYTES = SEAL_ROWS * HASH_BYTES;

const sizeOf = (name: string, type: string): string | undefined => {
  if (type === 'text') return `pg_catalog.octet_length(event.${name})`;
  return type === 'jsonb' || type === 'text[]' ? `pg_catalog.pg_column_size(event.${name})` : undefined;
};

const NO_HASH = Buffer.alloc(0);
const [NODE_SEQ, TOO_LONG, FIRST_HASHED] = [0, 1, 2] as const;

/** The query for all rows, each with its content hash over `columns`. */
export function rowsOf(columns: readonly HashedColumn[]) {
  const sizes = columns.flatMap(({ column, type }) => sizeOf(column, type) ?? []);
  const bounded = columns.map(({ column, type }) => {
    const size = sizeOf(column, type);
    return size === undefined
      ? `event.${column}`
      : `CASE WHEN ${size} <= ${MAX_BYTES} THEN event.${column} END`;
  });
  const fieldOf = (name: string) => FIRST_HASHED + columns.findIndex(({ column }) => column === name);
  const [id, occurredAt, recordedAt, nodeId] = ['id', 'occurred_at', 'recorded_at', 'node_id'].map(
    fieldOf,
  ) as [number, number, number, number];
  const hashOf = rowHasher(columns);
  return {
    sql: `
    SELECT event.node_seq, ${sizes.map((size) => `${size} > ${MAX_BYTES}`).join(' OR ')}, ${bounded.join(', ')}
    FROM public.audit_events AS event ORDER BY event.node_id, event.node_seq`,
    fields: FIRST_HASHED + columns.length,
    map: (row: BinaryRow): StoredRow => {
      // SQL's OR is null where one length is null and none is too long.
      const isTooLong = !row.isNull(TOO_LONG) && row.boolean(TOO_LONG);
      return {
        nodeId: row.uuid(nodeId),
        seq: row.bigint(NODE_SEQ),
        id: row.uuid(id),
        occurredAt: row.time(occurredAt),
        recordedAt: row.time(recordedAt),
        hash: (isTooLong ? undefined : hashOf(row, FIRST_HASHED)) ?? NO_HASH,
      };
    },
  };
}

export const ROWS = rowsOf(HASHED_COLUMNS);

/** Values that are longer than any of the service are fetched as empty ones, which it does not write either. */
const bounded = (name: string, bytes: number) =>
  `CASE WHEN pg_catalog.octet_length(${name}) <= ${bytes} THEN ${name} ELSE ''::pg_catalog.bytea END`;
const short = ['previous', 'digest', 'signature', 'hashes'].map((name) => bounded(name, SEAL_BYTES));

export const SEALS = {
  sql: `
    SELECT node_id, number, from_seq, to_seq, first_at, last_at, closed, ${short.join(', ')},
      CASE WHEN pg_catalog.octet_length(key_id) <= ${SEAL_BYTES} THEN key_id ELSE ''::pg_catalog.text END
    FROM ONLY public.audit_seals ORDER BY node_id, number`,
  fields: 12,
  map: sealOf,
};

function sealOf(row: BinaryRow): StoredSeal {
  return {
    nodeId: row.uuid(0),
    number: row.bigint(1),
    fromSeq: row.bigint(2),
    toSeq: row.bigint(3),
    firstAt: timeOf(row, 4),
    lastAt: timeOf(row, 5),
    closed: row.boolean(6),
    previous: row.bytes(7),
    digest: row.bytes(8),
    signature: row.bytes(9),
    hashes: row.bytes(10),
    keyId: row.text(11),
  };
}

export const STATEMENTS = {
  sql: `
    SELECT partition, since, before, rows, detached_at, key_id, signature
    FROM ONLY public.audit_retention ORDER BY since`,
  fields: 7,
  map: (row: BinaryRow): StoredStatement => ({
    partition: row.text(0),
    since: new Date(row.time(1)),
    before: new Date(row.time(2)),
    rows: row.bigint(3),
    detachedAt: new Date(row.time(4)),
    keyId: row.text(5),
    signature: row.bytes(6),
  }),
};

/** The longest list of a handover that is fetched: 56 bytes for each start of a process that a key has sealed for. */
const LIST_BYTES = 64 * 1024 * 1024;

export const HANDOVERS = {
  sql: `
    SELECT ${['from_key', 'to_key', 'from_signature', 'to_signature'].map((name) => bounded(name, SEAL_BYTES)).join(', ')},
      ${['heads', 'statements'].map((name) => bounded(name, LIST_BYTES)).join(', ')}, compromised, handed_over_at
    FROM ONLY public.audit_key_handovers ORDER BY handed_over_at`,
  fields: 8,
  map: (row: BinaryRow): Handover => ({
    fromKey: row.bytes(0),
    toKey: row.bytes(1),
    fromSignature: row.bytes(2),
    toSignature: row.bytes(3),
    heads: row.bytes(4),
    statements: row.bytes(5),
    compromised: row.boolean(6),
    handedOverAt: new Date(row.time(7)),
  }),
};

/** The query for the first seals of a node that contain a hash. */
export const sealsWith = (nodeId: string, hash: Buffer) => ({
  sql: `
    SELECT from_seq, hashes FROM ONLY public.audit_seals
    WHERE node_id = '${nodeId}'::pg_catalog.uuid AND pg_catalog.octet_length(hashes) <= ${SEAL_BYTES}
      AND pg_catalog.position(hashes, '\\x${hash.toString('hex')}'::pg_catalog.bytea) > 0
    ORDER BY number LIMIT 10`,
  fields: 2,
  map: (row: BinaryRow) => ({ first: row.bigint(0), hashes: row.bytes(1) }),
});

const timeOf = (row: BinaryRow, field: number): Date | null =>
  row.isNull(field) ? null : new Date(row.time(field));
