import type { DataSource, EntityManager } from 'typeorm';
import type { ColumnType } from '../events/audit-columns.js';
import { type AuditRecord, type AuditSlot, insertedColumns, type QueuedEvent } from '../events/audit-row.js';
import { contentHash } from '../events/content-hash.js';
import { processInSlices } from '../../common/event-loop.js';

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
  via: record.via,
  organizationId: record.organizationId,
  keyName: record.keyName,
  clientId: record.clientId,
  actors: record.actors,
});

/** Events that an insert has added to the table. Those that were there already are not among them. */
export interface AddedEvents {
  events: readonly QueuedEvent[];
  /** The SHA-256 of each row as it is stored, one after the other: see {@link contentHash}. */
  hashes: Buffer;
  /** Whether the statement has announced them. */
  told: boolean;
}

/** Separates the items of a list that is sent as one text. No item contains control characters. */
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

/** The notification channel that announces each committed run of rows: `<node id> <first node_seq> <last node_seq>`. */
export const ADDED_CHANNEL = 'audit_added';

const names = COLUMNS.map(({ column }) => column).join(', ');
const values = COLUMNS.map(({ column, type }) =>
  type === 'text[]' ? `string_to_array(${column}, E'\\x1f')` : column,
);
/** A list travels as one text, because an array of arrays cannot have rows of different lengths. */
const arrays = COLUMNS.map(({ type }, index) => `$${index + 1}::${type === 'text[]' ? 'text' : type}[]`);

/**
 * Inserts any number of rows in one statement. A row that exists already, as in a retried batch, stays as it is. Only added
 * rows are counted in `key_usage`, in a fixed order, so that no two writers deadlock. Tools that do not exist are counted
 * together under an empty name, because a client can make up any number of names. What the service noticed about a key is
 * no use of it.
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
  WHERE key_id IS NOT NULL AND outcome <> 'pending' AND request_id IS DISTINCT FROM 'system:anomalies'
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
  WHERE $${COLUMNS.length + 1}::boolean
  )
  SELECT coalesce(string_agg(id::text, ''), '') AS ids, coalesce(string_agg(${contentHash('added')}, ''), '') AS hashes
  FROM added, told`;

/** Rows with the array literals of the statement, which are being prepared. */
export interface PreparedEvents {
  events: readonly QueuedEvent[];
  literals: Promise<string[]>;
}

export function prepareEvents(events: readonly QueuedEvent[]): PreparedEvents {
  const literals = literalsOf(events);
  // The insert awaits the same promise and reports the error.
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

/** The length of an id in the result, which joins all ids in one text. */
const ID_LENGTH = 36;

/**
 * Adds rows to the trail and to the usage counts. Nothing else may insert rows, or the counts would miss them.
 * @param tells whether to announce them on {@link ADDED_CHANNEL}
 * @returns the rows that did not exist before
 */
export const insertAuditEvents = (
  database: DataSource | EntityManager,
  events: readonly QueuedEvent[],
  tells = true,
): Promise<AddedEvents> => insertPrepared(database, prepareEvents(events), tells);

/**
 * Inserts rows that were prepared before. See {@link insertAuditEvents}.
 * @param tells whether to announce them on {@link ADDED_CHANNEL}
 */
export async function insertPrepared(
  database: DataSource | EntityManager,
  { events, literals }: PreparedEvents,
  tells: boolean,
): Promise<AddedEvents> {
  const [added] = await database.query<[{ ids: string; hashes: Buffer }]>(INSERT, [
    ...(await literals),
    tells,
  ]);
  // In nearly all cases every row was added, in this order.
  if (added.ids === events.map(({ id }) => id).join('')) return { events, hashes: added.hashes, told: tells };
  const byId = new Map(events.map((event) => [event.id, event]));
  const ids = Array.from({ length: added.ids.length / ID_LENGTH }, (_, index) =>
    added.ids.slice(index * ID_LENGTH, (index + 1) * ID_LENGTH),
  );
  return { events: ids.map((id) => byId.get(id)!), hashes: added.hashes, told: tells };
}
