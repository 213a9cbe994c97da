import { SetMetadata } from '@nestjs/common';

export const AUDIT_RESOURCE_METADATA = Symbol.for('bouncer-mcp:audit-resource');

/**
 * What kind of thing a handler (or all handlers of a class) acts on. The audit row then names it, as in
 * `document:0199...`: by the `id` in the path or the arguments, else by the `id` of what the handler returns.
 *
 * @example `@AuditResource('document')`
 */
export const AuditResource = (kind: string) => SetMetadata(AUDIT_RESOURCE_METADATA, kind);
