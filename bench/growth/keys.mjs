// Grows the keys in the table and measures one key that is always in use (warm), and keys that are each used for the
// first time (cold).
import { generateApiKey } from '../../dist/api-keys/key-format.js';
import { addKeys } from '../harness/ours.mjs';
import { load, measure, tell, withOurs } from './curve.mjs';

const CHUNK = 250_000;
/** A short form of the key ring's query. */
const LOOK_UP =
  'SELECT * FROM api_keys k LEFT JOIN users u ON u.id = k.user_id WHERE k.key_hash = $1 LIMIT 1';

export async function keysCurve(database, options) {
  const points = [];
  for (const size of options.keys) {
    // Each size has a service of its own, whose memory does not contain the keys of the size before.
    const point = await withOurs(database, {}, async (ours, { userId, key }) => {
      await fillKeys(database, userId, size - options.cold);
      const raw = Array.from({ length: options.cold }, () => generateApiKey('mcp'));
      await addKeys(database, [userId], raw);
      await database.query('VACUUM ANALYZE api_keys');
      const warm = await measure(ours, options, { keys: [key] });
      tell('keys, warm', size, warm);
      const cold = await measureCold(database, ours, raw, options.settle);
      tell('keys, cold', size, cold, `${cold.indexScans} index scans, ${cold.tableScans} table scans`);
      return { size, ...warm, cold };
    });
    points.push(point);
  }
  return { points, plan: await planOf(database) };
}

/** Adds keys with random hashes, which nobody has. */
async function fillKeys(database, userId, upTo) {
  const [{ count }] = await database.query('SELECT count(*)::int AS count FROM api_keys');
  for (let missing = upTo - count; missing > 0; missing -= CHUNK) {
    await database.query(
      `INSERT INTO api_keys (id, user_id, name, key_hash, start, scopes)
       SELECT gen_random_uuid(), $1, 'Other', sha256(gen_random_uuid()::text::bytea), 'mcp_0000', '{read}'
       FROM generate_series(1, $2::int)`,
      [userId, Math.min(CHUNK, missing)],
    );
  }
}

/** Uses each key once. PostgreSQL itself counts how it found them. */
async function measureCold(database, ours, keys, settle) {
  const before = await scans(database, settle);
  const job = { kind: 'call', era: 'legacy', connections: 16 };
  const result = await load.run(ours.server, { ...job, keys, requests: keys.length });
  if (result.errors > 0) throw new Error(`${result.errors} wrong answers, first ${result.firstError}`);
  const after = await scans(database, settle);
  const indexScans = after.index - before.index;
  return { ...result, indexScans, tableScans: after.table - before.table };
}

/** @param settle seconds to wait, because idle sessions report their statistics within 10 seconds */
async function scans(database, settle) {
  await new Promise((wake) => setTimeout(wake, settle * 1000));
  const [row] = await database.query(
    `SELECT t.seq_scan::int AS table, i.idx_scan::int AS index FROM pg_stat_user_tables t
     JOIN pg_stat_user_indexes i USING (relid) WHERE i.indexrelname = 'api_keys_key_hash_unique'`,
  );
  return row;
}

async function planOf(database) {
  const [{ key_hash: hash }] = await database.query('SELECT key_hash FROM api_keys LIMIT 1');
  const rows = await database.query(
    `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) ${LOOK_UP}`,
    [hash],
  );
  return rows.map((row) => row['QUERY PLAN']);
}
