import { parse } from 'secure-json-parse';

/**
 * Exceeds the depth of any legitimate request, and stays far below where recursive code (validators, JSON.stringify)
 * overflows the stack.
 */
const MAX_DEPTH = 64;
/**
 * The number of values, members and containers in one text. It exceeds any legitimate request, and is parsed in a few
 * milliseconds.
 */
const MAX_VALUES = 50_000;

/** Is thrown for JSON that is too deep or has too many values, and would exhaust its parser. */
export class JsonBoundsError extends SyntaxError {
  override name = 'JsonBoundsError';
}

/**
 * Parses JSON from outside. It first counts depth and values in one pass over the text, so that oversized input costs
 * only that pass. It refuses members named `__proto__` and `constructor`, which could modify classes.
 * @throws SyntaxError for invalid JSON, and JsonBoundsError for too much of it
 */
export function parseJson(text: string): unknown {
  if (isPlain(text)) return JSON.parse(text);
  assertBounded(text);
  const value: unknown = parse(text, { protoAction: 'error', constructorAction: 'ignore' });
  assertNoConstructor(value);
  return value;
}

/** The longest text that is checked by the fast path. Most requests are shorter. */
const PLAIN_LENGTH = 4_096;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Returns whether a text cannot contain anything that is refused. Without escapes every name appears literally, and
 * every level has a bracket. A text of this length has few values.
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

/** Walks level by level, so that the depth does not use the stack. */
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
