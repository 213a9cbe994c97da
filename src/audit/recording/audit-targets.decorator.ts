import { SetMetadata } from '@nestjs/common';

export const AUDIT_TARGETS_METADATA = Symbol.for('bouncer-mcp:audit-targets');

/** Takes the ids of what a call found out of what its handler returned. */
export type FoundIds = (result: never) => readonly string[];

export interface TargetsRule {
  found: FoundIds;
  collection: string | undefined;
}

/**
 * Declares how to read the ids that a tool, resource, prompt or route found from its result, for the `targets` of the audit row.
 * The kind of `@AuditResource` precedes each id, as in `invoice:17`. The row keeps the first 100 ids, and their number as
 * `metadata.count`.
 *
 * @param found takes the ids out of what the handler returns; where it throws, the call succeeds and the row has no targets
 * @param collection the `resource` of the row where the call is about no single resource, such as `invoices`
 *
 * @example
 * ```ts
 * @AuditTargets(({ invoices }: InvoiceList) => invoices.map(({ id }) => id), 'invoices')
 * ```
 */
export const AuditTargets = <T>(found: (result: T) => readonly string[], collection?: string) =>
  SetMetadata<symbol, TargetsRule>(AUDIT_TARGETS_METADATA, { found, collection });
