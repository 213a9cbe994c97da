import { parse } from 'secure-json-parse';

/** Deeper than any honest request, and far from where recursive code (validators, JSON.stringify) runs out of stack. */
const MAX_DEPTH = 64;

/**
 * JSON from outside. Refuses members named `__proto__` and `constructor`, which reach into classes, and nesting that is there to exhaust whoever walks it. @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  if (isPlain(text)) return JSON.parse(text);
  const value: unknown = parse(text, { protoAction: 'error', constructorAction: 'ignore' });
  inspect(value);
  return value;
}

/** The longest text that is looked through beforehand: what is shorter is most of what is sent. */
const PLAIN_LENGTH = 4_096;

/** Whether a text cannot hold what is refused: without escapes a name stands there as it is, and each level has its bracket. */
function isPlain(text: string): boolean {
  if (text.length > PLAIN_LENGTH || text.includes('\\')) return false;
  if (text.includes('__proto__') || text.includes('constructor')) return false;
  let open = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x7b || code === 0x5b) open++;
  }
  return open < MAX_DEPTH;
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
