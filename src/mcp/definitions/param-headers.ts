import { isObject } from '../protocol/request-body.js';
import { HEADER_MISMATCH, type JsonRpcError } from '../protocol/json-rpc.js';

/**
 * Describes an argument that stateless clients repeat in the header `Mcp-Param-<name>`, for proxies that route by it.
 */
export interface ParamHeader {
  /** The name in lower case, as Node parses headers. */
  header: string;
  path: string[];
}

/** Returns the properties of a schema that are marked with `x-mcp-header` (MCP 2026-07-28, Streamable HTTP). */
export function paramHeadersOf(schema: unknown, path: string[] = []): ParamHeader[] {
  if (!isObject(schema)) return [];
  const name = schema['x-mcp-header'];
  const own = typeof name === 'string' ? [{ header: `mcp-param-${name.toLowerCase()}`, path }] : [];
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  return [...own, ...properties.flatMap(([key, child]) => paramHeadersOf(child, [...path, key]))];
}

/** Returns an error when a header contradicts its argument. A header whose argument is missing is ignored. */
export function paramHeaderError(
  declared: readonly ParamHeader[],
  input: unknown,
  headers: Record<string, string | string[] | undefined>,
): JsonRpcError | undefined {
  for (const { header, path } of declared) {
    const value = path.reduce<unknown>((node, key) => (isObject(node) ? node[key] : undefined), input);
    if (value === undefined || value === null || typeof value === 'object') continue;
    if (!headerMatches(headers[header], value)) {
      const message = `Bad Request: the header ${header} and the argument ${path.join('.')} disagree`;
      return { code: HEADER_MISMATCH, message };
    }
  }
  return undefined;
}

/** Returns whether a header equals a member of the body. */
export function headerMatches(header: string | string[] | undefined, value: unknown): boolean {
  if (typeof header !== 'string') return false;
  const text = decoded(header.trim());
  if (typeof value === 'number' && text !== undefined && /^-?\d+(\.\d+)?$/.test(text))
    return Number(text) === value;
  return text === String(value);
}

/** Decodes `=?base64?...?=`, the form of a value that a header cannot hold literally. */
function decoded(header: string): string | undefined {
  const [, base64] = /^=\?base64\?(.*)\?=$/.exec(header) ?? [];
  if (base64 === undefined) return header;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
