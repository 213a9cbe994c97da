import * as z from 'zod';
import { AUDIT_COLUMNS, type AuditColumn, type AuditColumns } from './audit-columns.js';

type Columns = typeof AUDIT_COLUMNS;

/** What a column holds in memory: the same as in JSON, but for times, and lists are not to be changed. */
type Value<C extends AuditColumn> = C['type'] extends 'timestamptz'
  ? Date
  : C['type'] extends 'text[]'
    ? Readonly<z.output<C['schema']>>
    : z.output<C['schema']>;

/** An audit row as it is stored and shown. */
export type AuditRow = { -readonly [M in keyof Columns]: Value<Columns[M]> };

type MembersFrom<Origin> = {
  [M in keyof Columns]: Columns[M]['origin'] extends Origin ? M : never;
}[keyof Columns];

/** What an event says. The writer adds the {@link AuditSlot}. */
export type AuditRecord = Pick<AuditRow, MembersFrom<'record'>>;

/** The identity of a row: assigned when the row is accepted, and never given to another. */
export type AuditSlot = Pick<AuditRow, MembersFrom<'slot'>>;

/** A record with its slot: all that is inserted. */
export type QueuedEvent = AuditRecord & AuditSlot;

/** The members of an event, in the order in which every list, export and message shows them. */
export const EVENT_MEMBERS = Object.keys(AUDIT_COLUMNS) as (keyof AuditRow)[];

const member = <T>(of: (column: AuditColumn) => T): Record<string, T> =>
  Object.fromEntries(Object.entries<AuditColumn>(AUDIT_COLUMNS).map(([name, column]) => [name, of(column)]));

/** An event in JSON, for the API document. */
export const auditEventSchema = z.object(
  member(({ schema }) => schema) as unknown as { [M in keyof Columns]: Columns[M]['schema'] },
);
export const auditEventExample = member(({ example }) => example) as z.input<typeof auditEventSchema>;

/** The columns that an insert fills, with the member that each comes from. */
export const insertedColumns = (columns: AuditColumns = AUDIT_COLUMNS): [string, AuditColumn][] =>
  Object.entries(columns).filter(([, { origin }]) => origin !== 'database');
