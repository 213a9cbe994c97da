import { HEADER_MISMATCH, type JsonRpcError } from '../protocol/json-rpc.js';
import { isObject } from '../protocol/request-body.js';
import { headerMatches } from '../definitions/param-headers.js';

/** Maps each method to the parameter that the header `Mcp-Name` repeats. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
]);

type Headers = Record<string, string | string[] | undefined>;

/**
 * Returns an error when `Mcp-Method` or `Mcp-Name` contradicts the body, because a proxy that routed or filtered the
 * request by them was misled. The revision 2026-07-28 requires both. Older revisions may send them, and they are
 * checked if sent.
 */
export function standardHeaderError(body: unknown, headers: Headers): JsonRpcError | undefined {
  const method = headers['mcp-method'];
  const name = headers['mcp-name'];
  if (method === undefined && name === undefined) return undefined;
  for (const message of Array.isArray(body) ? (body as unknown[]) : [body]) {
    // A response has neither a method nor a name.
    if (!isObject(message) || typeof message.method !== 'string') continue;
    if (method !== undefined && method !== message.method) return mismatch('Mcp-Method', 'method');
    const member = NAMED.get(message.method);
    const value = member !== undefined && isObject(message.params) ? message.params[member] : undefined;
    if (name !== undefined && typeof value === 'string' && !headerMatches(name, value))
      return mismatch('Mcp-Name', `params.${member}`);
  }
  return undefined;
}

const mismatch = (header: string, member: string): JsonRpcError => ({
  code: HEADER_MISMATCH,
  message: `Bad Request: the header ${header} and the member ${member} of the body disagree`,
});
