import type { Caller } from '../../access/caller.js';
import { DEFAULT_ORGANIZATION } from '../../access/principal.js';
import type { AuditFilters } from './dto/audit-filters.dto.js';

/** Whose rows somebody looks at. Rows that name no organisation are those of the default one. */
export interface AuditSight {
  /** Somebody who acted, or for whom somebody acted; `undefined` means everybody. */
  actor: string | undefined;
  /** `undefined` means all organisations. */
  organizationId: string | undefined;
}

/**
 * Returns whose rows the caller asks for. Auditors and administrators see those of their organisation, and members in it their own
 * and those of the agents that act for them.
 * Operators may ask for any organisation, and from the default one see them all.
 * @returns `undefined` where the caller asks for rows that are out of sight
 */
export function auditSight(caller: Caller, filters: AuditFilters): AuditSight | undefined {
  const isMember = caller.role === 'member';
  const seesAll = caller.isOperator && !isMember;
  const userId = filters.userId?.toLowerCase();
  const organizationId = filters.organizationId?.toLowerCase();
  if (!seesAll && organizationId !== undefined && organizationId !== caller.organizationId) return undefined;
  const isUnbounded = seesAll && caller.organizationId === DEFAULT_ORGANIZATION;
  return {
    // Who asks for their own rows by their id needs no other condition.
    actor: isMember && userId !== caller.userId ? caller.userId : undefined,
    organizationId: organizationId ?? (isUnbounded ? undefined : caller.organizationId),
  };
}
