import type { ValidationError } from 'class-validator';

/** Returns one line for each broken rule, with the member and what is wrong with it. */
export function linesOf(errors: readonly ValidationError[], path = ''): string[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const name = path ? `${path}.${property}` : property;
    return [
      ...Object.values(constraints).map((text) => `${name}: ${withoutName(text, property)}`),
      ...linesOf(children, name),
    ];
  });
}

/** Removes the member's name from the library's text, because the line already has it. */
function withoutName(text: string, property: string): string {
  if (text === `property ${property} should not exist`) return 'is not known here';
  return text.startsWith(`${property} `) ? text.slice(property.length + 1) : text;
}
