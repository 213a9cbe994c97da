import { And, type FindOperator, type FindOptionsWhere, LessThan, MoreThanOrEqual, Raw } from 'typeorm';
import type { Caller } from '../../access/caller.js';
import { DEFAULT_ORGANIZATION } from '../../access/principal.js';
import type { AuditEvent } from '../events/audit-event.entity.js';
import { auditSight } from './audit-sight.js';
import type { AuditFilters, AuditSpan } from './dto/audit-filters.dto.js';

/** The most by which the time in an id may differ from the row's own. Both are set when an event is accepted. */
const SLACK_MS = 60_000;
const LATEST_MS = 2 ** 48 - 1;

/**
 * The condition for the rows that a caller may see and asks for. The owner and the organisation are part of the query. It is
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
  const { keyId, tool, action, outcome, reason, resource } = filters;
  const from = filters.from ? new Date(filters.from) : undefined;
  const to = filters.to ? new Date(filters.to) : undefined;
  // Ids are ordered by time, so a time range also becomes a range of the index that gives the order.
  const ids = [
    ...(before ? [LessThan(before)] : []),
    ...(from ? [MoreThanOrEqual(idAt(from.getTime() - SLACK_MS))] : []),
    ...(to ? [LessThan(idAt(to.getTime() + SLACK_MS))] : []),
  ];
  const times = [...(from ? [MoreThanOrEqual(from)] : []), ...(to ? [LessThan(to)] : [])];
  return defined({
    userId: sight.userId,
    organizationId: sight.organizationId && ofOrganization(sight.organizationId),
    keyId,
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
  const { userId, organizationId } = sight;
  const { tool, action, outcome, reason, resource } = filters;
  const wanted = Object.entries(
    defined({ userId, keyId: filters.keyId?.toLowerCase(), tool, action, outcome, reason, resource }),
  );
  return (event) =>
    (organizationId === undefined || (event.organizationId ?? DEFAULT_ORGANIZATION) === organizationId) &&
    wanted.every(([name, value]) => event[name as keyof AuditEvent] === value);
}

/** Rows that name no organisation count as those of the default one. The index `audit_events_organization` has this expression. */
const ofOrganization = (id: string): FindOperator<string> =>
  Raw((column) => `coalesce(${column}, '${DEFAULT_ORGANIZATION}') = :organizationId`, { organizationId: id });

/** The smallest UUID of version 7 of a moment. */
function idAt(ms: number): string {
  const hex = Math.min(Math.max(ms, 0), LATEST_MS).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

const allOf = <T>(bounds: FindOperator<T>[]): FindOperator<T> | undefined =>
  bounds.length > 1 ? And(...bounds) : bounds[0];

const defined = <T extends object>(filters: T) =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as Partial<T>;
