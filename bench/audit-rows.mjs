// Fills `audit_events` with half a year of a busy service: few tools, many users, 2 % denied.
import { createHash } from 'node:crypto';
import { DEFAULT_ORGANIZATION } from '../dist/access/principal.js';

export const DAYS = 180;
/** The organisations beside the default one. */
export const TENANTS = 1_000;
const CHUNK = 250_000;

/** Returns SQL for a UUID of version 7 with the time `at` and the other bits from `seed`. */
const idAt = (at, seed) => `
  (lpad(to_hex(floor(extract(epoch FROM ${at}) * 1000)::bigint), 12, '0') || '7' || substr(${seed}, 1, 3) || '8' || substr(${seed}, 4, 15))::uuid`;

/** Derives an id from a text. The SQL in `uuidOf` derives the same id. */
export const uuidLike = (text) =>
  createHash('md5')
    .update(text)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
const uuidOf = (text) => `md5(${text})::uuid`;

const fillOf = (days) => `
  INSERT INTO audit_events (id, occurred_at, recorded_at, node_id, node_seq, user_id, user_name, key_id, key_start, action,
                            tool, resource, targets, outcome, reason, elevated, scopes, ip, user_agent, request_id,
                            duration_ms, metadata, organization_id, key_name, client_id, actors)
  SELECT ${idAt('at', 'seed')}, at, at + interval '100 ms', ${uuidOf(`'node' || (n % 2)`)}, n,
         ${uuidOf(`'user' || who`)}, 'User ' || who, ${uuidOf(`'key' || who || '-' || n % 3`)}, 'mcp_a1B2',
         CASE WHEN tool IS NOT NULL THEN 'tools/call' WHEN n % 1000 = 0 THEN 'api_key.create' WHEN n % 3 = 0 THEN 'audit.list' ELSE 'document.list' END,
         tool, resource, CASE WHEN resource IS NULL THEN '{}'::text[] ELSE ARRAY[resource] END,
         outcome, CASE outcome WHEN 'success' THEN NULL ELSE 'insufficient_scope' END, false, '{documents:read}', '192.0.2.7', 'example/1.0', seed,
         3.2, '{}',
         CASE WHEN tenth = 0 THEN ${uuidOf(`'organization' || floor(${TENANTS} * power(random(), 2))`)} WHEN tenth < 5 THEN '${DEFAULT_ORGANIZATION}' END,
         CASE WHEN n % 100000 = 8 THEN 'Build server' WHEN tenth >= 7 THEN NULL WHEN who % 2 = 0 THEN 'Laptop' ELSE 'Key ' || who END,
         CASE WHEN tenth >= 7 THEN 'https://client.example/' || floor(500 * power(random(), 2)) || '/metadata.json' END,
         CASE WHEN who % 5 = 4 THEN ARRAY[${uuidOf(`'user' || who - 4`)}::text, ${uuidOf(`'user' || who`)}::text] END
  FROM (
    SELECT n, who, at, seed, tool, floor(10 * random()) AS tenth,
           CASE WHEN tool IN ('documents_get', 'documents_update', 'documents_delete') THEN 'document:' || ${uuidOf(`'document' || floor(200000 * power(random(), 2))`)} END AS resource,
           CASE WHEN tool = 'documents_list' OR dice >= 0.055 THEN 'success' WHEN dice < 0.02 THEN 'denied' WHEN dice < 0.05 THEN 'failure' ELSE 'pending' END AS outcome
    FROM (
      SELECT n, floor(5000 * power(random(), 3))::int AS who, random() AS dice, md5(n::text) AS seed,
             date_trunc('milliseconds', now() - interval '${days} days' * (1 - n / $3::float8)) AS at,
             CASE WHEN n % 100000 = 7 THEN 'reports_export'
                  WHEN random() < 0.1 THEN NULL
                  ELSE (ARRAY['documents_search','documents_search','documents_search','documents_search','documents_search','documents_get','documents_get','documents_get','documents_get','documents_list','documents_list','documents_create','documents_update','documents_delete'])[1 + floor(14 * random())] END AS tool
      FROM generate_series($1::int, $2::int) n
    ) drawn
  ) event`;

/** Returns the partition of the month `ago` months back, named as the service names it. */
function monthPartition(ago) {
  const now = new Date();
  const start = (months) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1)).toISOString();
  const [from, to] = [start(-ago), start(1 - ago)];
  return { name: `audit_events_${from.slice(0, 7).replace('-', '_')}`, from, to };
}

/**
 * @param query runs SQL as the owner of the table
 * @param first the number of the first new row, after those of an earlier fill
 * @param days how many days the rows are spread over
 */
export async function fillAudit(query, rows, progress, first = 1, days = DAYS) {
  for (let ago = Math.ceil(DAYS / 28); ago >= 0; ago--) {
    const { name, from, to } = monthPartition(ago);
    await query(
      `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF audit_events FOR VALUES FROM ('${from}') TO ('${to}')`,
    );
  }
  for (let from = first; from <= rows; from += CHUNK) {
    const to = Math.min(from + CHUNK - 1, rows);
    await query(fillOf(days), [from, to, rows]);
    progress(to);
  }
  await query('VACUUM ANALYZE audit_events');
}
