import type { Caller } from './caller.js';

/** Which row it is, and when it was made and changed: whoever writes it may know that. */
const KNOWN_TO_WRITERS: readonly string[] = ['id', 'createdAt', 'updatedAt'];

/** A row as its writer may see it: as a whole or in part. */
export type Visible<T extends { id: unknown }> = Pick<T, 'id'> & Partial<T>;

/**
 * The answer to a write: the whole row for a caller that may read it, and otherwise its id, its times and what the
 * request sent. A scope to write is none to read: without this, a change of one member would read all others. Every
 * route and tool that answers a row after it wrote it returns this.
 *
 * @param reads the scope that reading the row asks for
 * @param sent the body or the arguments of the request
 * @param alsoKnown what this kind of row shows its writers besides
 * @example
 * ```ts
 * async update(@Param('id') id: string, @Body() changes: UpdateInvoiceDto, @CurrentCaller() caller: Caller) {
 *   return visibleTo(caller, 'invoices:read', toView(await this.invoices.update(id, changes)), changes);
 * }
 * ```
 */
export function visibleTo<T extends { id: unknown }>(
  caller: Caller,
  reads: string,
  row: T,
  sent: object,
  alsoKnown: readonly (keyof T & string)[] = [],
): Visible<T> {
  if (caller.scopes.allows(reads)) return row;
  const named = new Set([...KNOWN_TO_WRITERS, ...alsoKnown, ...namesOf(sent)]);
  return Object.fromEntries(Object.entries(row).filter(([name]) => named.has(name))) as Visible<T>;
}

/** A DTO has a member for each that could have been sent; what was left out is `undefined`. */
const namesOf = (sent: object): string[] =>
  Object.entries(sent).flatMap(([name, value]) => (value === undefined ? [] : [name]));
