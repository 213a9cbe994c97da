import { types } from 'node:util';

/**
 * Finds a value that JSON would silently drop or change, such as a Set. Returns its path and its kind, such as
 * `rows[2].tags, a Set`, or nothing when JSON represents the whole value. `JSON.stringify` itself throws for a BigInt
 * or a circular reference.
 */
export function lossIn(value: unknown): string | undefined {
  const found = find(value);
  if (!found) return undefined;
  const path = found.path.toReversed().join('').replace(/^\./, '');
  return path === '' ? found.what : `${path}, ${found.what}`;
}

interface Loss {
  what: string;
  /** The steps of the path, innermost first. */
  path: string[];
}

function find(value: unknown): Loss | undefined {
  if (typeof value === 'object') {
    if (value === null) return undefined;
    if (Array.isArray(value)) return inList(value);
    const what = kindOf(value);
    if (what !== undefined) return { what, path: [] };
    return typeof (value as { toJSON?: unknown }).toJSON === 'function' ? undefined : inMembers(value);
  }
  if (typeof value === 'function' || typeof value === 'symbol')
    return { what: `a ${typeof value}`, path: [] };
  return undefined;
}

function inList(list: readonly unknown[]): Loss | undefined {
  for (let index = 0; index < list.length; index++) {
    const found = find(list[index]);
    if (found) return atStep(found, `[${index}]`);
  }
  return undefined;
}

function inMembers(object: object): Loss | undefined {
  for (const name of Object.keys(object)) {
    const found = find((object as Record<string, unknown>)[name]);
    if (found) return atStep(found, `.${name}`);
  }
  return undefined;
}

function atStep(loss: Loss, step: string): Loss {
  loss.path.push(step);
  return loss;
}

/**
 * Returns the kind of an object that JSON writes as an empty object or as a list of numbers. Returns nothing for an
 * object whose members JSON writes.
 */
function kindOf(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null || value instanceof Date) return undefined;
  const isLost =
    ArrayBuffer.isView(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isNativeError(value) ||
    types.isRegExp(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    value instanceof Blob ||
    hasHiddenContents(value);
  if (!isLost) return undefined;
  const { name } = value.constructor ?? {};
  return name ? `a value of ${name}` : 'a value of another kind';
}

/** Recognises promises, streams, Maps, Sets and iterators, whose contents are not in their members. */
function hasHiddenContents(value: object): boolean {
  const { then, toJSON } = value as { then?: unknown; toJSON?: unknown };
  if (typeof then === 'function') return true;
  return typeof toJSON !== 'function' && (Symbol.iterator in value || Symbol.asyncIterator in value);
}
