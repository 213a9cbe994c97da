import { SetMetadata } from '@nestjs/common';
import { keepArguments } from './rest-arguments.js';

export const AUDIT_METADATA = Symbol.for('bouncer-mcp:audit-metadata');

/**
 * Which members of its input the audit row of a handler keeps, in `metadata`: of a tool's or prompt's arguments, of a URI's
 * variables, of a route's body, query and path. Only what the handler was given is kept, so nothing of a call that was
 * refused or was not valid. Texts are cut to 256 characters, members that are named like a secret and texts that look like
 * a key are hidden, and all of it has at most 4 KiB. `AUDIT_CALL_METADATA=false` keeps nothing.
 *
 * A name that the input cannot have is an error at start. Name what says what was done, never contents.
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

/** What `@AuditMetadata` says of a handler. */
export const metadataNamesOf = (handler: object): readonly string[] =>
  (Reflect.getMetadata(AUDIT_METADATA, handler) as string[] | undefined) ?? [];
