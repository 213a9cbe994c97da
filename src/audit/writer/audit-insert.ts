import type { DataSource, EntityManager } from 'typeorm';
import type { ColumnType } from '../events/audit-columns.js';
import { type AuditRecord, type AuditSlot, insertedColumns, type QueuedEvent } from '../events/audit-row.js';
import { contentHash } from '../events/content-hash.js';
import { processInSlices } from './event-loop.js';

/**
 * Joins a record and its slot, member by member: to spread two objects of this size costs a hundred times as much (decision
 * 0010). The compiler holds the list against the description of the columns.
 */
export const queuedEvent = (record: AuditRecord, slot: AuditSlot): QueuedEvent => ({
  id: slot.id,
  occurredAt: slot.occurredAt,
  nodeId: slot.nodeId,
  nodeSeq: slot.nodeSeq,
  userId: record.userId,
  userName: record.userName,
  keyId: record.keyId,
  keyStart: record.keyStart,
  action: record.action,
  tool: record.tool,
  resource: record.resource,
  targets: record.targets,
  outcome: record.outcome,
  reason: record.reason,
  elevated: record.elevated,
  scopes: record.scopes,
  ip: record.ip,
  userAgent: record.userAgent,
  requestId: record.requestId,
  traceId: record.traceId,
  durationMs: record.durationMs,
  metadata: record.metadata,
});

/** Events that are in the table now, and were not before. */
export interface AddedEvents {
  events: readonly QueuedEvent[];
  /** The SHA-256 of each row as it is stored, one after the other: see {@link contentHash}. */
  hashes: Buffer;
}

/** Between the items of a list, which travels as one text: no item holds control characters. */
const SEPARATOR = '\u001f';
const ESCAPED = /["\\]/g;

/** A text as an element of an array literal. To write the few kinds here takes a third of the time that `pg` takes for any value. */
const text = (value: string): string =>
  `"${value.includes('"') || value.includes('\\') ? value.replace(ESCAPED, '\\$&') : value}"`;

/** How a value of each type is written as an element of an array literal; null is `NULL` for all of them. */
const ELEMENTS: Partial<Record<ColumnType, (value: never) => string>> = {
  timestamptz: (value: Date) => value.toISOString(),
  text,
  inet: text,
  'text[]': (value: readonly string[]) => text(value.join(SEPARATOR)),
  jsonb: (value: object) => text(JSON.stringify(value)),
};

interface InsertedColumn {
  column: string;
  type: ColumnType;
  element: (event: QueuedEvent) => string;
}

const COLUMNS: InsertedColumn[] = insertedColumns().map(([name, { column, type }]) => {
  const write = (ELEMENTS[type] ?? String) as (value: unknown) => string;
  const member = name as keyof QueuedEvent;
  const element = (event: QueuedEvent) => {
    const value = event[member];
    return value === null ? 'NULL' : write(value);
  };
  return { column, type, element };
});

/** Who listens here is told of each run of rows that was committed: `<node id> <first node_seq> <last node_seq>`. */
export const ADDED_CHANNEL = 'audit_added';

const names = COLUMNS.map(({ column }) => column).join(', ');
const values = COLUMNS.map(({ column, type }) =>
  type === 'text[]' ? `string_to_array(${column}, E'\\x1f')` : column,
);
/** A list travels as one text, because an array of arrays cannot have rows of different lengths. */
const arrays = COLUMNS.map(({ type }, index) => `$${index + 1}::${type === 'text[]' ? 'text' : type}[]`);

/**
 * One statement whatever the number of rows; a row that is there already (a retried batch) is left as it is. Only rows
 * that were added are counted in `key_usage`; every writer goes through it in one order, so that no two wait in a circle.
 * A client may name tools that do not exist, as many as it likes: those are counted together, under no name.
 */
const INSERT = `
  WITH added AS (
    INSERT INTO audit_events (${names})
    SELECT ${values.join(', ')} FROM unnest(${arrays.join(', ')}) AS event (${names})
    ON CONFLICT (id, occurred_at) DO NOTHING
    RETURNING *
  ), counted AS (
  INSERT INTO key_usage AS kept (key_id, day, action, tool, calls, failures, denials, limits_hit)
  SELECT key_id,
         (occurred_at AT TIME ZONE 'UTC')::date,
         action,
         CASE WHEN reason = 'unknown_tool' THEN '' ELSE coalesce(tool, '') END,
         count(*),
         count(*) FILTER (WHERE outcome = 'failure'),
         count(*) FILTER (WHERE outcome = 'denied'),
         count(*) FILTER (WHERE reason = 'rate_limited')
  FROM added
  WHERE key_id IS NOT NULL AND outcome <> 'pending'
  GROUP BY 1, 2, 3, 4
  ORDER BY 1, 2, 3, 4
  ON CONFLICT (key_id, day, action, tool) DO UPDATE SET
    calls = kept.calls + excluded.calls,
    failures = kept.failures + excluded.failures,
    denials = kept.denials + excluded.denials,
    limits_hit = kept.limits_hit + excluded.limits_hit
  ), told AS (
  SELECT count(pg_notify('${ADDED_CHANNEL}', node_id || ' ' || first || ' ' || last))
  FROM (
    SELECT node_id, min(node_seq) AS first, max(node_seq) AS last
    FROM (
      SELECT node_id, node_seq, node_seq - row_number() OVER (PARTITION BY node_id ORDER BY node_seq) AS run FROM added
    ) numbered
    GROUP BY node_id, run
  ) runs
  )
  SELECT coalesce(string_agg(id::text, ''), '') AS ids, coalesce(string_agg(${contentHash('added')}, ''), '') AS hashes
  FROM added, told`;

/** Rows and the statement's arrays of them, which are being written from now on. */
export interface PreparedEvents {
  events: readonly QueuedEvent[];
  literals: Promise<string[]>;
}

export function prepareEvents(events: readonly QueuedEvent[]): PreparedEvents {
  const literals = literalsOf(events);
  // Whoever inserts them is told as well.
  literals.catch(() => undefined);
  return { events, literals };
}

async function literalsOf(events: readonly QueuedEvent[]): Promise<string[]> {
  const parts: string[][] = COLUMNS.map(() => []);
  await processInSlices(events, (some) => {
    for (const [index, { element }] of COLUMNS.entries()) parts[index]!.push(some.map(element).join(','));
  });
  return parts.map((texts) => `{${texts.join(',')}}`);
}

/** Of an id in the answer, which is one row for all. */
const ID_LENGTH = 36;

/**
 * Adds rows to the trail and counts them: the only way in, or the roll-up misses some.
 * @returns those that were not there before
 */
export const insertAuditEvents = (
  database: DataSource | EntityManager,
  events: readonly QueuedEvent[],
): Promise<AddedEvents> => insertPrepared(database, prepareEvents(events));

/** As {@link insertAuditEvents}. */
export async function insertPrepared(
  database: DataSource | EntityManager,
  { events, literals }: PreparedEvents,
): Promise<AddedEvents> {
  const [added] = await database.query<[{ ids: string; hashes: Buffer }]>(INSERT, await literals);
  // Almost always all of them, in this order.
  if (added.ids === events.map(({ id }) => id).join('')) return { events, hashes: added.hashes };
  const byId = new Map(events.map((event) => [event.id, event]));
  const ids = Array.from({ length: added.ids.length / ID_LENGTH }, (_, index) =>
    added.ids.slice(index * ID_LENGTH, (index + 1) * ID_LENGTH),
  );
  return { events: ids.map((id) => byId.get(id)!), hashes: added.hashes };
}
