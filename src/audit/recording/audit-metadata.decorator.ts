import { SetMetadata } from '@nestjs/common';
import { keepArguments } from './rest-arguments.js';

export const AUDIT_METADATA = Symbol.for('bouncer-mcp:audit-metadata');

/**
 * Names the members of a handler's input that its audit row keeps in `metadata`: of a tool's or prompt's arguments, of a URI's
 * variables, or of a route's body, query and path. Nothing is kept of a call that was refused or whose input was not valid.
 * Texts are cut to 256 characters, and all metadata to 4 KiB. Members with a secret's name and texts that look like a key are
 * masked. `AUDIT_CALL_METADATA=false` keeps nothing.
 *
 * A name that the input cannot have is an error at start. Name members that show what was done, never contents.
 *
 * @param names of members; `filter.customer` is a member of a member
 *
 * @example
 * ```ts
 * @Tool({ name: 'invoices_search', description: 'Search invoices', inputSchema: Search })
 * @Scopes('invoices:read')
 * @AuditMetadata('query', 'filter.customer')
 * ```
 */
export const AuditMetadata =
  (...names: string[]): MethodDecorator =>
  (prototype, method, descriptor) => {
    keepArguments(prototype, method, descriptor);
    SetMetadata(AUDIT_METADATA, names)(prototype, method, descriptor);
  };

/** The names that `@AuditMetadata` gives for a handler. */
export const metadataNamesOf = (handler: object): readonly string[] =>
  (Reflect.getMetadata(AUDIT_METADATA, handler) as string[] | undefined) ?? [];
