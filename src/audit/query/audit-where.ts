import { And, type FindOperator, type FindOptionsWhere, LessThan, MoreThanOrEqual, Raw } from 'typeorm';
import type { Caller } from '../../access/caller.js';
import { DEFAULT_ORGANIZATION } from '../../access/principal.js';
import type { AuditEvent } from '../events/audit-event.entity.js';
import { type AuditSight, auditSight } from './audit-sight.js';
import type { AuditFilters, AuditSpan } from './dto/audit-filters.dto.js';

/** The most by which the time in an id may differ from the row's own. Both are set when an event is accepted. */
const SLACK_MS = 60_000;
const LATEST_MS = 2 ** 48 - 1;

/**
 * The condition for the rows that a caller may see and asks for. Who acted and the organisation are part of the query. It is
 * `undefined` where nothing can match, because the caller asks for rows that are out of sight.
 * @param before an id; only older rows match
 */
export function auditWhere(
  caller: Caller,
  filters: AuditSpan,
  before?: string,
): FindOptionsWhere<AuditEvent> | undefined {
  const sight = auditSight(caller, filters);
  if (!sight) return undefined;
  const { userId, keyId, keyName, clientId, tool, action, outcome, reason, resource } = filters;
  const from = filters.from ? new Date(filters.from) : undefined;
  const to = filters.to ? new Date(filters.to) : undefined;
  // Ids are ordered by time, so a time range also becomes a range of the index that gives the order.
  const ids = [
    ...(before ? [LessThan(before)] : []),
    ...(from ? [MoreThanOrEqual(earliestId(from))] : []),
    ...(to ? [LessThan(idAt(to.getTime() + SLACK_MS))] : []),
  ];
  const times = [...(from ? [MoreThanOrEqual(from)] : []), ...(to ? [LessThan(to)] : [])];
  return defined({
    userId,
    organizationId: sight.organizationId && ofOrganization(sight.organizationId),
    actors: allOf(actorsIn(sight, filters).map(actedBy)),
    keyId,
    keyName,
    clientId: clientId === undefined ? undefined : ofClient(clientId),
    tool,
    action,
    outcome,
    reason,
    resource,
    id: allOf(ids),
    occurredAt: allOf(times),
  });
}

/** The same condition as {@link auditWhere}, for a row in memory. */
export function auditMatch(caller: Caller, filters: AuditFilters): (event: AuditEvent) => boolean {
  const sight = auditSight(caller, filters);
  if (!sight) return () => false;
  const { organizationId } = sight;
  const actors = actorsIn(sight, filters);
  const { keyName, clientId, tool, action, outcome, reason, resource } = filters;
  const userId = filters.userId?.toLowerCase();
  const keyId = filters.keyId?.toLowerCase();
  const wanted = Object.entries(
    defined({ userId, keyId, keyName, clientId, tool, action, outcome, reason, resource }),
  );
  return (event) =>
    (organizationId === undefined || (event.organizationId ?? DEFAULT_ORGANIZATION) === organizationId) &&
    actors.every((id) => event.userId === id || event.actors?.includes(id) === true) &&
    wanted.every(([name, value]) => event[name as keyof AuditEvent] === value);
}

/** Returns those who must all have acted, or have others act for them. */
const actorsIn = ({ actor }: AuditSight, filters: AuditFilters): string[] =>
  [...new Set([actor, filters.actor?.toLowerCase()])].filter((id) => id !== undefined);

/** The caller itself is among its actors only where others stand behind it. */
const actedBy = (id: string, index: number): FindOperator<string[]> =>
  Raw(
    (column) =>
      `(${column} @> ARRAY[CAST(:actor${index} AS text)] OR user_id = CAST(:actor${index} AS uuid))`,
    { [`actor${index}`]: id },
  );

/**
 * The index `audit_events_client` has the first 512 characters, which are all of nearly any id. Where they are, nothing else is
 * compared: PostgreSQL would expect fewer rows of two conditions, and sort all of a client with many.
 */
const ofClient = (id: string): FindOperator<string> =>
  Raw(
    (column) => {
      const start = `left(${column}, 512) = left(:clientId, 512)`;
      return id.length < 512 ? start : `(${start} AND ${column} = :clientId)`;
    },
    { clientId: id },
  );

/** Rows that name no organisation count as those of the default one. The index `audit_events_organization` has this expression. */
const ofOrganization = (id: string): FindOperator<string> =>
  Raw((column) => `coalesce(${column}, '${DEFAULT_ORGANIZATION}') = :organizationId`, { organizationId: id });

/** An id that no row from `from` on is below. */
export const earliestId = (from: Date): string => idAt(from.getTime() - SLACK_MS);

/** The smallest UUID of version 7 of a moment. */
function idAt(ms: number): string {
  const hex = Math.min(Math.max(ms, 0), LATEST_MS).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

const allOf = <T>(bounds: FindOperator<T>[]): FindOperator<T> | undefined =>
  bounds.length > 1 ? And(...bounds) : bounds[0];

const defined = <T extends object>(filters: T) =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as Partial<T>;
