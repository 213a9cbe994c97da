import { parse } from 'secure-json-parse';

/** Deeper than any honest request, and far from where recursive code (validators, JSON.stringify) runs out of stack. */
const MAX_DEPTH = 64;
/** Values, members and containers of one text: more than any honest request has, and parsed in a few milliseconds. */
const MAX_VALUES = 50_000;

/** JSON that is well-formed as far as it was read, but is there to exhaust whoever parses it. */
export class JsonBoundsError extends SyntaxError {
  override name = 'JsonBoundsError';
}

/**
 * JSON from outside. Depth and number of values are counted in one pass over the text before anything is made of it, so that
 * what is too much costs no more than that pass. Refuses members named `__proto__` and `constructor`, which reach into classes.
 * @throws SyntaxError; JsonBoundsError where there is too much of it
 */
export function parseJson(text: string): unknown {
  if (isPlain(text)) return JSON.parse(text);
  assertBounded(text);
  const value: unknown = parse(text, { protoAction: 'error', constructorAction: 'ignore' });
  assertNoConstructor(value);
  return value;
}

/** The longest text that is looked through beforehand: what is shorter is most of what is sent. */
const PLAIN_LENGTH = 4_096;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Whether a text cannot hold what is refused: without escapes a name stands there as it is, and each level has its
 * bracket. So short a text has few values.
 */
function isPlain(text: string): boolean {
  if (text.length > PLAIN_LENGTH || text.includes('\\')) return false;
  if (text.includes('__proto__') || text.includes('constructor')) return false;
  let open = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === OPEN_OBJECT || code === OPEN_LIST) open++;
  }
  return open < MAX_DEPTH;
}

/** @throws JsonBoundsError */
function assertBounded(text: string): void {
  let depth = 0;
  let values = 1;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) inString = false;
      continue;
    }
    if (code === QUOTE) inString = true;
    else if (code === COMMA) values++;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      values++;
      if (++depth > MAX_DEPTH) throw new JsonBoundsError(`JSON nested deeper than ${MAX_DEPTH} levels`);
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
    if (values > MAX_VALUES) throw new JsonBoundsError(`JSON with more than ${MAX_VALUES} values`);
  }
}

/** Level by level, so that depth costs no stack. */
function assertNoConstructor(value: unknown): void {
  for (let level = containersIn([value]); level.length > 0;) {
    if (level.some((container) => Object.hasOwn(container, 'constructor'))) {
      throw new SyntaxError('a member named "constructor" is not taken');
    }
    level = level.flatMap((container) => containersIn(Object.values(container)));
  }
}

const containersIn = (values: unknown[]): object[] =>
  values.filter((value): value is object => typeof value === 'object' && value !== null);
