import { Client } from 'pg';
import { contentHash } from '../../content-hash.js';
import type { Retention } from '../../retention/retention-statement.js';
import { HASH_BYTES, type Seal, SEAL_ROWS } from '../seal.js';
import { TableCursor } from './table-cursor.js';

/** A row as it is now. Times as PostgreSQL writes them: few are looked at. */
export interface StoredRow {
  nodeId: string;
  seq: number;
  id: string;
  occurredAt: string;
  recordedAt: string;
  hash: Buffer;
}

/** `hashes` is empty where the stored ones are longer than any seal's. */
export type StoredSeal = Omit<Seal, 'sealedAt'>;

export type StoredStatement = Retention & { keyId: string; signature: Buffer };

/** Nothing that the database may have been made to say otherwise: no search path, no rules for rows, no short numbers. */
const SESSION = `
  SET search_path = pg_catalog;
  SET row_security = off;
  SET timezone = 'UTC';
  SET datestyle = 'ISO, YMD';
  SET statement_timeout = 0;
  SET idle_in_transaction_session_timeout = 0`;

const ROWS = `
  SELECT event.node_id, event.node_seq, event.id, event.occurred_at, event.recorded_at, ${contentHash('event')}
  FROM public.audit_events AS event ORDER BY event.node_id, event.node_seq`;

const SEALS = `
  SELECT node_id, number, from_seq, to_seq, first_at, last_at, closed, previous, digest, signature, key_id,
    CASE WHEN pg_catalog.octet_length(hashes) <= ${SEAL_ROWS * HASH_BYTES} THEN hashes ELSE ''::pg_catalog.bytea END
  FROM public.audit_seals ORDER BY node_id, number`;

/** What the hash of a row rests on. */
const FUNCTIONS = ['sha256', 'convert_to', 'json_build_array', 'encode', 'float8send', 'extract', 'position'];

/** Those that somebody has put into the place of PostgreSQL's own, or beside them. */
const REPLACED = `
  SELECT DISTINCT proname AS name FROM pg_catalog.pg_proc JOIN pg_catalog.pg_language AS lang ON lang.oid = prolang
  WHERE pronamespace = 'pg_catalog'::pg_catalog.regnamespace AND proname = ANY ($1)
    AND (pg_proc.oid >= 16384 OR lanname <> 'internal')`;

/** What stands where a table of the audit should: rows could be shown to one reader and hidden from another. */
const MISSHAPEN = `
  WITH tables (name, kind, class) AS (
    SELECT expected.name, expected.kind, class
    FROM (VALUES ('audit_events', 'p'), ('audit_seals', 'r'), ('audit_retention', 'r')) AS expected (name, kind)
    LEFT JOIN pg_catalog.pg_class AS class
      ON class.relname = expected.name AND class.relnamespace = 'public'::pg_catalog.regnamespace
    UNION ALL
    SELECT part.relname, 'r', part
    FROM pg_catalog.pg_inherits JOIN pg_catalog.pg_class AS part ON part.oid = inhrelid
    JOIN pg_catalog.pg_class AS parent ON parent.oid = inhparent
    WHERE parent.relname = 'audit_events' AND parent.relnamespace = 'public'::pg_catalog.regnamespace
  )
  SELECT name FROM tables
  WHERE (class).oid IS NULL OR (class).relkind::text <> kind OR (class).relhasrules OR (class).relrowsecurity`;

const time = (text: unknown) => (text === null ? null : new Date(text as string));

/** The rows and the seals at one moment, each in the order of the nodes. Two sessions: one reads ahead, one is asked. */
export class Snapshot {
  private constructor(
    private readonly ahead: Client,
    private readonly asked: Client,
    readonly rows: TableCursor<StoredRow>,
    readonly seals: TableCursor<StoredSeal>,
  ) {}

  static async open(url: string): Promise<Snapshot> {
    const [ahead, asked] = [new Client({ connectionString: url }), new Client({ connectionString: url })];
    try {
      for (const client of [ahead, asked]) {
        await client.connect();
        await client.query(SESSION);
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      }
      const replaced = await ahead.query<{ name: string }>(REPLACED, [FUNCTIONS]);
      if (replaced.rows.length > 0)
        throw new Error(
          `This database has its own ${replaced.rows.map(({ name }) => name).join(', ')}: nothing that it says can be believed`,
        );
      const misshapen = await ahead.query<{ name: string }>(MISSHAPEN);
      if (misshapen.rows.length > 0)
        throw new Error(
          `${misshapen.rows.map(({ name }) => name).join(', ')}: not a plain table of the audit, so nothing read there can be believed`,
        );
      const { rows } = await ahead.query<{ name: string }>('SELECT pg_catalog.pg_export_snapshot() AS name');
      await asked.query(`SET TRANSACTION SNAPSHOT '${rows[0]!.name}'`);
      return new Snapshot(
        ahead,
        asked,
        await TableCursor.open(ahead, { name: 'rows', sql: ROWS, size: 5_000, ahead: true, map: rowOf }),
        await TableCursor.open(asked, { name: 'seals', sql: SEALS, size: 20, ahead: false, map: sealOf }),
      );
    } catch (error) {
      await Promise.allSettled([ahead.end(), asked.end()]);
      throw error;
    }
  }

  /** The number at which a hash is sealed, if it is. */
  async numberSealed(nodeId: string, hash: Buffer): Promise<number | undefined> {
    const { rows } = await this.asked.query<{ first: string; hashes: Buffer }>(
      `SELECT from_seq AS first, hashes FROM public.audit_seals WHERE node_id = $1 AND position($2::pg_catalog.bytea IN hashes) > 0`,
      [nodeId, hash],
    );
    for (const { first, hashes } of rows) {
      for (let at = 0; at < hashes.length; at += HASH_BYTES)
        if (hash.equals(hashes.subarray(at, at + HASH_BYTES))) return Number(first) + at / HASH_BYTES;
    }
    return undefined;
  }

  async statements(): Promise<StoredStatement[]> {
    const { rows } = await this.asked.query<Record<string, unknown>>(
      'SELECT partition, since, before, rows, detached_at, key_id, signature FROM public.audit_retention ORDER BY since',
    );
    return rows.map((row) => ({
      partition: row.partition as string,
      since: row.since as Date,
      before: row.before as Date,
      rows: Number(row.rows),
      detachedAt: row.detached_at as Date,
      keyId: row.key_id as string,
      signature: row.signature as Buffer,
    }));
  }

  async close(): Promise<void> {
    await this.rows.settle().catch(() => undefined);
    await Promise.allSettled([this.ahead.end(), this.asked.end()]);
  }
}

const rowOf = (row: unknown[]): StoredRow => ({
  nodeId: row[0] as string,
  seq: Number(row[1]),
  id: row[2] as string,
  occurredAt: row[3] as string,
  recordedAt: row[4] as string,
  hash: row[5] as Buffer,
});

const sealOf = (row: unknown[]): StoredSeal => ({
  nodeId: row[0] as string,
  number: Number(row[1]),
  fromSeq: Number(row[2]),
  toSeq: Number(row[3]),
  firstAt: time(row[4]),
  lastAt: time(row[5]),
  closed: row[6] as boolean,
  previous: row[7] as Buffer,
  digest: row[8] as Buffer,
  signature: row[9] as Buffer,
  keyId: row[10] as string,
  hashes: row[11] as Buffer,
});
