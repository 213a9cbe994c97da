import { SetMetadata } from '@nestjs/common';

export const AUDIT_RESOURCE_METADATA = Symbol.for('bouncer-mcp:audit-resource');

/**
 * Declares the kind of resource that a handler, or every handler of a class, acts on. The audit row then names the resource, as in
 * `document:0199...`. The id is the `id` of the path or the arguments, or else of what the handler returns.
 *
 * @example `@AuditResource('document')`
 */
export const AuditResource = (kind: string) => SetMetadata(AUDIT_RESOURCE_METADATA, kind);
