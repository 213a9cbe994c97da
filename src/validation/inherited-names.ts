/**
 * Lists the names that every object inherits, and `prototype`. class-transformer and class-validator mistake a member
 * with such a name for one that the class declares.
 */
const INHERITED = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/**
 * Returns a line for each member of an input that only seems to be declared, because every object inherits its name,
 * such as `toString`.
 */
export function inheritedNameLines(input: unknown): string[] {
  if (typeof input !== 'object' || input === null) return [];
  return Object.getOwnPropertyNames(input)
    .filter((name) => INHERITED.has(name))
    .map((name) => `${name}: is not known here`);
}
