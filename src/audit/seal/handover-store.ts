import type { KeyObject } from 'node:crypto';
import { type Handover, keysOfHandover } from './key-handover.js';
import { derOf } from './seal-key.js';

/** Runs a statement and returns its rows. */
export type Query = <Row extends object>(sql: string, values: unknown[]) => Promise<Row[]>;

/** The number of the advisory lock that orders seals and handovers. Any number serves that all replicas share. */
const LOCK = 7_266_315;

/** Until the end of the transaction, no key hands over. */
export async function lockForSealing(query: Query): Promise<void> {
  await query('SELECT pg_advisory_xact_lock_shared($1)', [LOCK]);
}

/** Until the end of the transaction, nothing is sealed. What was sealed before is committed. */
export async function lockForHandover(query: Query): Promise<void> {
  await query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
}

const COLUMNS = `from_key AS "fromKey", to_key AS "toKey", compromised, handed_over_at AS "handedOverAt", heads, statements,
  from_signature AS "fromSignature", to_signature AS "toSignature"`;

/** The handovers to a key, which it has signed. */
export async function handoversTo(query: Query, key: KeyObject): Promise<Handover[]> {
  const rows = await query<Handover>(
    `SELECT ${COLUMNS} FROM audit_key_handovers WHERE to_key = $1 ORDER BY from_key`,
    [derOf(key)],
  );
  return rows.filter((row) => keysOfHandover(row));
}

/** The handover of a key; `undefined` where it has not handed over, which a row without its signature does not change. */
export async function handoverOf(
  query: Query,
  key: KeyObject,
): Promise<{ to: KeyObject; at: Date } | undefined> {
  const [row] = await query<Handover>(`SELECT ${COLUMNS} FROM audit_key_handovers WHERE from_key = $1`, [
    derOf(key),
  ]);
  const keys = row && keysOfHandover(row);
  return keys && { to: keys.to, at: row.handedOverAt };
}

/** The last key that `key` and its successors have handed over to, and when; `undefined` where it has not handed over. */
export async function latestAfter(
  query: Query,
  key: KeyObject,
): Promise<{ to: KeyObject; at: Date } | undefined> {
  const seen = new Set([derOf(key).toString('hex')]);
  let latest: { to: KeyObject; at: Date } | undefined;
  for (let next = await handoverOf(query, key); next; next = await handoverOf(query, next.to)) {
    const id = derOf(next.to).toString('hex');
    if (seen.has(id)) return latest;
    seen.add(id);
    latest = next;
  }
  return latest;
}

/** @throws the error of PostgreSQL where the key has handed over already */
export async function insertHandover(query: Query, handover: Handover): Promise<void> {
  await query(
    `INSERT INTO audit_key_handovers
       (from_key, to_key, compromised, handed_over_at, heads, statements, from_signature, to_signature)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      handover.fromKey,
      handover.toKey,
      handover.compromised,
      handover.handedOverAt,
      handover.heads,
      handover.statements,
      handover.fromSignature,
      handover.toSignature,
    ],
  );
}
