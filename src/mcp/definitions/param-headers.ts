import { isObject } from '../protocol/request-body.js';
import { HEADER_MISMATCH, type JsonRpcError } from '../protocol/json-rpc.js';

/** An argument that stateless clients repeat as the header `Mcp-Param-<name>`, for whatever routes requests on the way. */
export interface ParamHeader {
  /** In small letters, as requests have it. */
  header: string;
  path: string[];
}

/** The properties of a schema that are marked with `x-mcp-header` (MCP 2026-07-28, Streamable HTTP). */
export function paramHeadersOf(schema: unknown, path: string[] = []): ParamHeader[] {
  if (!isObject(schema)) return [];
  const name = schema['x-mcp-header'];
  const own = typeof name === 'string' ? [{ header: `mcp-param-${name.toLowerCase()}`, path }] : [];
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  return [...own, ...properties.flatMap(([key, child]) => paramHeadersOf(child, [...path, key]))];
}

/** What is wrong with the headers of a call; a header without its argument is nobody's concern. */
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

/** Whether a header repeats what a member of the body says. */
export function headerMatches(header: string | string[] | undefined, value: unknown): boolean {
  if (typeof header !== 'string') return false;
  const text = decoded(header.trim());
  if (typeof value === 'number' && text !== undefined && /^-?\d+(\.\d+)?$/.test(text))
    return Number(text) === value;
  return text === String(value);
}

/** What a header cannot say as it is, it says as `=?base64?...?=`. */
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
