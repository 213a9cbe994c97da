import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  classifyInboundRequest,
  LOG_LEVEL_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  RELATED_TASK_META_KEY,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/server';
import { LRUCache } from 'lru-cache';
import type { CallerRequest } from '../../access/caller.js';

/** The stateless revision. `SUPPORTED_PROTOCOL_VERSIONS` of the SDK lists the older ones. */
export const MODERN_REVISION = '2026-07-28';

/** Holds a well-formed request whose envelope and headers are still to be compared. */
export interface PlainRequest {
  body: Record<string, unknown>;
  method: string;
  meta: Record<string, unknown> | undefined;
  /** The value that the header `Mcp-Name` must have. */
  name: string | undefined;
}

/** Caches envelopes that the SDK has accepted. A client sends the same envelope with each of its requests. */
const envelopes = new LRUCache<string, true>({ max: 1_000, maxSize: 4_000_000 });

/**
 * Returns whether a request follows the stateless revision, or `undefined` when its headers and body do not clearly
 * agree.
 */
export function isModern(request: CallerRequest, plain: PlainRequest): boolean | undefined {
  const { headers } = request;
  const version = textOf(headers['mcp-protocol-version']);
  const { body, method, meta, name } = plain;
  if (!isPlainMessage(body, meta)) return undefined;
  if (meta === undefined || !(PROTOCOL_VERSION_META_KEY in meta)) {
    if (version !== undefined && !SUPPORTED_PROTOCOL_VERSIONS.includes(version)) return undefined;
    return acceptsBoth(request) ? false : undefined;
  }
  const agree =
    version === MODERN_REVISION &&
    meta[PROTOCOL_VERSION_META_KEY] === MODERN_REVISION &&
    textOf(headers['mcp-method']) === method &&
    (name === undefined || textOf(headers['mcp-name']) === name);
  return agree && isEnvelope(body, meta, version) ? true : undefined;
}

/** Returns whether a message has only the members of JSON-RPC 2.0, and a `_meta` whose known members are valid. */
function isPlainMessage(body: Record<string, unknown>, meta: Record<string, unknown> = {}): boolean {
  const { progressToken, [RELATED_TASK_META_KEY]: task } = meta;
  return (
    body.jsonrpc === '2.0' &&
    Object.keys(body).length === ('params' in body ? 4 : 3) &&
    (progressToken === undefined ||
      typeof progressToken === 'string' ||
      Number.isSafeInteger(progressToken)) &&
    task === undefined
  );
}

function isEnvelope(body: Record<string, unknown>, meta: Record<string, unknown>, version: string): boolean {
  const text = JSON.stringify([
    meta[CLIENT_INFO_META_KEY],
    meta[CLIENT_CAPABILITIES_META_KEY],
    meta[LOG_LEVEL_META_KEY],
  ]);
  if (envelopes.get(text)) return true;
  const route = classifyInboundRequest({ httpMethod: 'POST', body, protocolVersionHeader: version });
  if (route.kind !== 'modern' || route.classification.revision !== MODERN_REVISION) return false;
  envelopes.set(text, true, { size: text.length });
  return true;
}

/** A client of Streamable HTTP must accept JSON and event streams (MCP 2025-11-25, transports). */
function acceptsBoth({ headers }: CallerRequest): boolean {
  const accept = textOf(headers.accept);
  return accept !== undefined && accept.includes('application/json') && accept.includes('text/event-stream');
}

const textOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;
