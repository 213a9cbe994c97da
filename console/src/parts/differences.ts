/**
 * Returns what is wanted otherwise than it is, and how that was before.
 *
 * @example differences({ name: 'a', limit: 1 }, { name: 'b', limit: 1 }) // { after: { name: 'b' }, before: { name: 'a' } }
 */
export function differences<Thing extends object>(
  is: Thing,
  wanted: Partial<Thing>,
): { before: Partial<Thing>; after: Partial<Thing> } {
  const other = (Object.keys(wanted) as (keyof Thing)[]).filter(
    (name) => JSON.stringify(is[name]) !== JSON.stringify(wanted[name]),
  );
  const of = (thing: Partial<Thing>) =>
    Object.fromEntries(other.map((name) => [name, thing[name]])) as Partial<Thing>;
  return { before: of(is), after: of(wanted) };
}
