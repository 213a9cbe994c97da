import type { ValidationError } from 'class-validator';

/** One line for each broken rule: the member, and what is wrong with it. */
export function linesOf(errors: readonly ValidationError[], path = ''): string[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const name = path ? `${path}.${property}` : property;
    return [...Object.values(constraints).map((text) => `${name}: ${text}`), ...linesOf(children, name)];
  });
}
