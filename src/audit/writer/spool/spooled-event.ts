import { isIP } from 'node:net';
import * as z from 'zod';
import {
  AUDIT_COLUMNS,
  type AuditColumn,
  type AuditColumns,
  type ColumnType,
} from '../../events/audit-columns.js';
import { insertedColumns, type QueuedEvent } from '../../events/audit-row.js';

/** What PostgreSQL accepts for a type, where the schema of the API is narrower or wider. */
const STORABLE: Partial<Record<ColumnType, z.ZodType>> = {
  uuid: z.guid(),
  bigint: z.int().positive(),
  inet: z.string().refine((address) => isIP(address) !== 0),
};

/** A member in a spooled line. A line of an earlier version lacks those that came later. */
function spooledMember({ type, nullable, since, schema }: AuditColumn): z.ZodType {
  const storable = STORABLE[type];
  const member = storable === undefined ? schema : nullable ? storable.nullable() : storable;
  return since > 1 ? member.optional() : member;
}

/** Reads the event that a text holds; `undefined` where it holds anything else. */
export function eventReader(columns: AuditColumns): (json: string) => QueuedEvent | undefined {
  const members = insertedColumns(columns);
  const later = members.filter(([, { since }]) => since > 1).map(([name]) => name);
  const schema = z.strictObject(
    Object.fromEntries(members.map(([name, column]) => [name, spooledMember(column)])),
  );
  return (json) => {
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch {
      return undefined;
    }
    if (!schema.safeParse(value).success) return undefined;
    // The parsed value itself: a schema's copy would lack members that JSON can name and an object literal cannot.
    const event = value as Record<string, unknown>;
    for (const name of later) event[name] ??= null;
    return { ...event, occurredAt: new Date(event.occurredAt as string) } as QueuedEvent;
  };
}

export const readEvent = eventReader(AUDIT_COLUMNS);
