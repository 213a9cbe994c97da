import { retentionDigest, type Retention } from '../retention/retention-statement.js';
import {
  handoverOf,
  handoversTo,
  insertHandover,
  latestAfter,
  lockForHandover,
  type Query,
} from '../seal/handover-store.js';
import {
  encodeHeads,
  type HandoverContent,
  handoverDigest,
  type Head,
  signHandover,
} from '../seal/key-handover.js';
import type { RotatableSource } from '../seal/key-source.js';
import { derOf, isSignedBy, keyIdOf, type SealKey } from '../seal/seal-key.js';

export interface Rotation {
  /** The id of the key that signs nothing any more. */
  from: string;
  to: SealKey;
  at: Date;
  /** Whether the handover was there already, and only the key had to be taken up. */
  wasBegun: boolean;
}

/** How long seals that are being stored may delay the handover, and how long it may read them. */
const WAITING = [`SET LOCAL lock_timeout = '30s'`, `SET LOCAL statement_timeout = '10min'`];
const UNIQUE_VIOLATION = '23505';

/**
 * Hands over from the key of `source` to another one. While it does, nothing is sealed, so that the handover names all that the
 * key has signed. A rotation that was interrupted after its handover is finished.
 * @param query runs statements on one connection
 * @throws Error where the handover cannot be made; nothing has changed then
 */
export async function rotateSealKey(
  query: Query,
  source: RotatableSource,
  compromised: boolean,
): Promise<Rotation> {
  const rotation = await alone(query, async () => {
    const from = await source.read();
    const latest = await latestAfter(query, from.publicKey);
    if (!latest) return handOver(query, source, from, compromised);
    const to = await source.takeUp(latest.to);
    if (to) return { from: from.id, to, at: latest.at, wasBegun: true };
    throw new Error(
      `The key ${from.id} of ${source.place} has handed over to ${keyIdOf(latest.to)} at ${latest.at.toISOString()}: give that one instead`,
    );
  });
  // Only what is committed is taken up: until then the former key must not be lost.
  await alone(query, () => source.takeUp(rotation.to.publicKey));
  return rotation;
}

async function handOver(
  query: Query,
  source: RotatableSource,
  from: SealKey,
  compromised: boolean,
): Promise<Rotation> {
  const to = await source.prepare();
  if (to.id === from.id)
    throw new Error(`The seals are signed with the key ${to.id} already: make another one`);
  if (await handoverOf(query, to.publicKey))
    throw new Error(`The key ${to.id} has handed over to another one before: make a new one`);
  const at = new Date();
  const content: HandoverContent = {
    fromKey: derOf(from.publicKey),
    toKey: derOf(to.publicKey),
    compromised,
    handedOverAt: at,
    heads: encodeHeads(await headsOf(query, from)),
    statements: Buffer.concat([
      ...(await retentionsOf(query, from.id)).map(retentionDigest),
      ...(await handoversTo(query, from.publicKey)).map(handoverDigest),
    ]),
  };
  await insertHandover(query, signHandover(content, from, to)).catch((cause: unknown) => {
    if ((cause as { code?: string }).code !== UNIQUE_VIOLATION) throw cause;
    throw new Error(
      `audit_key_handovers has a handover of the key ${from.id} that it did not sign: see bouncer audit verify, and remove it as the owner of the table`,
      { cause },
    );
  });
  await source.store(to);
  return { from: from.id, to, at, wasBegun: false };
}

/** @throws Error for a seal that the key did not sign, so that it vouches for none that was forged */
async function headsOf(query: Query, { id, publicKey }: SealKey): Promise<Head[]> {
  const rows = await query<{ node_id: string; number: string; digest: Buffer; signature: Buffer }>(
    `SELECT DISTINCT ON (node_id) node_id, number, digest, signature FROM audit_seals WHERE key_id = $1
     ORDER BY node_id, number DESC`,
    [id],
  );
  const forged = rows.find(({ digest, signature }) => !isSignedBy(publicKey, digest, signature));
  if (forged)
    throw new Error(
      `Seal ${forged.number} of node ${forged.node_id} is not signed by the key ${id}: see bouncer audit verify, and remove it as the owner of the table`,
    );
  return rows.map(({ node_id: nodeId, number, digest }) => ({ nodeId, number: Number(number), digest }));
}

async function retentionsOf(query: Query, keyId: string): Promise<Retention[]> {
  const rows = await query<Omit<Retention, 'rows'> & { rows: string }>(
    `SELECT partition, since, before, rows, detached_at AS "detachedAt" FROM audit_retention WHERE key_id = $1
     ORDER BY partition`,
    [keyId],
  );
  return rows.map((row) => ({ ...row, rows: Number(row.rows) }));
}

/** Runs a transaction during which nothing is sealed. */
async function alone<T>(query: Query, work: () => Promise<T>): Promise<T> {
  await query('BEGIN', []);
  try {
    for (const statement of WAITING) await query(statement, []);
    await lockForHandover(query);
    const done = await work();
    await query('COMMIT', []);
    return done;
  } catch (error) {
    await query('ROLLBACK', []).catch(() => undefined);
    throw error;
  }
}
