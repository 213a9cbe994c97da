import type { Caller } from './caller.js';

/** Lists the members that every writer may see: the id of the row, and its times. */
const KNOWN_TO_WRITERS: readonly string[] = ['id', 'createdAt', 'updatedAt'];

/** The type of a row that its writer may see in full or in part. */
export type Visible<T extends { id: unknown }> = Pick<T, 'id'> & Partial<T>;

/**
 * Returns the answer to a write: the whole row for a caller that may read it, and otherwise its id, its times and the
 * members of the request. A scope to write does not include reading, so a change of one member must not reveal the
 * others. Every route and tool that answers with a row after writing it returns this.
 *
 * @param reads the scope that reading the row requires
 * @param sent the body or the arguments of the request
 * @param alsoKnown further members that writers of this kind of row may see
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

/** Ignores undefined members, because a DTO has one for each member that was not sent. */
const namesOf = (sent: object): string[] =>
  Object.entries(sent).flatMap(([name, value]) => (value === undefined ? [] : [name]));
