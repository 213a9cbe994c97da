/**
 * The names that every object inherits, and `prototype`: class-transformer and class-validator take a member with such a name for
 * one that the class has.
 */
const INHERITED = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/** A line for each member of an input that no class declares but every object seems to have, such as `toString`. */
export function inheritedNameLines(input: unknown): string[] {
  if (typeof input !== 'object' || input === null) return [];
  return Object.getOwnPropertyNames(input)
    .filter((name) => INHERITED.has(name))
    .map((name) => `${name}: is not known here`);
}
