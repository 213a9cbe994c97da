import { Attachment } from '../access/attachment.js';
import type { CallerRequest } from '../access/caller.js';
import { parseJson } from '../validation/parse-json.js';

export const MCP_PATH = '/mcp';

/** Whether a request was routed to the MCP endpoint, however its URL was written. */
export const isMcpRequest = (request: { routeOptions?: { url?: string | undefined } }): boolean =>
  request.routeOptions?.url === MCP_PATH;

export type McpBody = { ok: true; value: unknown } | { ok: false };
export type JsonRpcId = string | number | null;

const parsed = new Attachment<McpBody>();

/**
 * The JSON of a request to the MCP endpoint, parsed when it is first asked for: the key is checked while the body
 * is still a text.
 */
export function mcpBodyOf(request: CallerRequest & { body?: unknown }): McpBody {
  let body = parsed.get(request);
  if (!body) parsed.set(request, (body = parseBody(request.body)));
  return body;
}

/** For a request that came parsed. */
export const keepMcpBody = (request: CallerRequest, value: unknown) =>
  parsed.set(request, { ok: true, value });

function parseBody(text: unknown): McpBody {
  if (typeof text !== 'string' || text === '') return { ok: false };
  try {
    return { ok: true, value: parseJson(text) };
  } catch {
    return { ok: false };
  }
}

/** The members of a single message; none of anything else. */
export const membersOf = (body: McpBody): Record<string, unknown> =>
  body.ok && isObject(body.value) ? body.value : {};

/** The id to answer with: that of a single request; `null` for a batch, a notification, or what is no JSON-RPC. */
export function requestIdOf(body: McpBody): JsonRpcId {
  const { id, method } = membersOf(body);
  return typeof method === 'string' && (typeof id === 'string' || typeof id === 'number') ? id : null;
}

const HANDSHAKE = new Set(['initialize', 'ping', 'server/discover']);

/** How many calls a body is: each request of a batch counts, a notification or a step of the handshake does not. */
export function callsIn(body: McpBody): number {
  if (!body.ok) return 1;
  return Array.isArray(body.value) ? body.value.filter(isCharged).length : Number(isCharged(body.value));
}

function isCharged(message: unknown): boolean {
  if (!isObject(message) || typeof message.method !== 'string') return true;
  return message.id !== undefined && !HANDSHAKE.has(message.method);
}

/** What a single request says beside its parameters. */
export function metaIn(body: McpBody): Record<string, unknown> {
  const { params } = membersOf(body);
  return isObject(params) && isObject(params._meta) ? params._meta : {};
}

/** Whether a body asks for the stream of changes of the revision 2026-07-28. */
export const isListening = (body: unknown): boolean =>
  isObject(body) && body.method === 'subscriptions/listen';

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
