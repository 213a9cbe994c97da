import { parse } from 'secure-json-parse';

/** Deeper than any honest request, and far from where recursive code (validators, JSON.stringify) runs out of stack. */
const MAX_DEPTH = 64;

/**
 * JSON from outside. Refuses members named `__proto__` and `constructor`, which reach into classes, and nesting that is there to exhaust whoever walks it. @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  const value: unknown = parse(text, { protoAction: 'error', constructorAction: 'ignore' });
  inspect(value);
  return value;
}

/** Level by level, so that depth costs no stack. */
function inspect(value: unknown): void {
  let level = containersIn([value]);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= MAX_DEPTH) throw new SyntaxError(`JSON nested deeper than ${MAX_DEPTH} levels`);
    if (level.some((container) => Object.hasOwn(container, 'constructor'))) {
      throw new SyntaxError('a member named "constructor" is not taken');
    }
    level = level.flatMap((container) => containersIn(Object.values(container)));
  }
}

const containersIn = (values: unknown[]): object[] =>
  values.filter((value): value is object => typeof value === 'object' && value !== null);
