import { validateHeaderName, validateHeaderValue } from 'node:http';

/** Limits that no reasonable error reaches. */
const MAX_DEPTH = 16;
const MAX_VALUES = 10_000;
const MAX_CHARACTERS = 1_024 * 1_024;

/** Copies the headers of an error. @throws TypeError for what no HTTP response can carry (RFC 9110, section 5.5) */
export function checkedHeaders(headers: Record<string, string>): Readonly<Record<string, string>> {
  const entries = Object.entries(headers);
  for (const [name, value] of entries) {
    validateHeaderName(name);
    if (typeof value !== 'string') throw new TypeError(`The header ${name} of an error is not a string`);
    validateHeaderValue(name, value);
  }
  return Object.freeze(Object.fromEntries(entries));
}

/**
 * Copies the data of an error, so that later changes of the original have no effect.
 * @throws TypeError for values that JSON cannot express, and for too much data
 */
export function checkedData(data: Record<string, unknown>): Readonly<Record<string, unknown>> {
  let values = 0;
  let characters = 0;
  const copied = (value: unknown, path: string, depth: number): unknown => {
    if (typeof value === 'string') characters += value.length;
    if (++values > MAX_VALUES || depth > MAX_DEPTH || characters > MAX_CHARACTERS)
      throw new TypeError(`The data of an error is too large, at ${path}`);
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (value instanceof Date) return value.toISOString();
    if (Array.isArray(value))
      return Object.freeze(value.map((item, index) => copied(item, `${path}[${index}]`, depth + 1)));
    if (!isPlain(value))
      throw new TypeError(`The data of an error has a value that JSON cannot represent, at ${path}`);
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.freeze(
      Object.fromEntries(
        members.map(([name, member]) => [name, copied(member, `${path}.${name}`, depth + 1)]),
      ),
    );
  };
  return copied(data, 'data', 0) as Record<string, unknown>;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
