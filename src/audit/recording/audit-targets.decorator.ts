import { SetMetadata } from '@nestjs/common';

export const AUDIT_TARGETS_METADATA = Symbol.for('bouncer-mcp:audit-targets');

/** The ids of what a call has found, out of what its handler returned. */
export type FoundIds = (result: never) => readonly string[];

export interface TargetsRule {
  found: FoundIds;
  collection: string | undefined;
}

/**
 * What a handler has found, for the `targets` of its audit row: the same on a tool, a resource, a prompt and a route. The
 * ids are named by what `@AuditResource` says, as in `invoice:17`. The row keeps the first 100, and how many there were as
 * `metadata.count`.
 *
 * @param found the ids, out of what the handler returns; where it throws, the call goes on and the row has none of them
 * @param collection what the row names as `resource` where the call is not about one thing, such as `invoices`
 *
 * @example
 * ```ts
 * @AuditTargets(({ invoices }: InvoiceList) => invoices.map(({ id }) => id), 'invoices')
 * ```
 */
export const AuditTargets = <T>(found: (result: T) => readonly string[], collection?: string) =>
  SetMetadata<symbol, TargetsRule>(AUDIT_TARGETS_METADATA, { found, collection });
