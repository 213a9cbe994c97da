import { INVALID_PARAMS, PARSE_ERROR } from '@modelcontextprotocol/server';
import { Attachment } from '../../common/attachment.js';
import type { CallerRequest } from '../../access/caller.js';
import { JsonBoundsError, parseJson } from '../../validation/parse-json.js';
import { overlongIn } from './message-bounds.js';

export const MCP_PATH = '/mcp';

/**
 * Returns whether a request was routed to the MCP endpoint, however its URL is written, and also for a method without
 * a route.
 */
export const isMcpRequest = (request: Pick<CallerRequest, 'url' | 'routeOptions'>): boolean =>
  request.url === MCP_PATH || (request.routeOptions?.url ?? request.url.split('?', 1)[0]) === MCP_PATH;

export type JsonRpcId = string | number | null;

/** Holds the error that answers a body which cannot be processed. */
export interface WrongBody {
  ok: false;
  id: JsonRpcId;
  error: { code: number; message: string };
}

export type McpBody = { ok: true; value: unknown } | WrongBody;

const parsed = new Attachment<McpBody>();

/**
 * Returns the JSON of a request to the MCP endpoint. It is parsed on first use, because the key is checked before the
 * body is parsed.
 */
export function mcpBodyOf(request: CallerRequest & { body?: unknown }): McpBody {
  let body = parsed.get(request);
  if (!body) parsed.set(request, (body = parseBody(request.body)));
  return body;
}

/** Stores the body of a request that arrived already parsed. */
export const keepMcpBody = (request: CallerRequest, value: unknown) =>
  parsed.set(request, { ok: true, value });

/** Returns the body if it was already parsed. Naming a refused request does not justify parsing it. */
export const knownMcpBody = (request: CallerRequest): McpBody => parsed.get(request) ?? NOT_JSON;

const NOT_JSON = wrongBody(null, PARSE_ERROR, 'Parse error: not valid JSON');

/** Parses one JSON-RPC text, which is a message or a batch. */
export function parseBody(text: unknown): McpBody {
  if (typeof text !== 'string' || text === '') return NOT_JSON;
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    return error instanceof JsonBoundsError
      ? wrongBody(null, PARSE_ERROR, `Parse error: ${error.message}`)
      : NOT_JSON;
  }
  const body = { ok: true, value } as const;
  const overlong = overlongIn(value);
  return overlong ? wrongBody(requestIdOf(body), INVALID_PARAMS, `Invalid params: ${overlong}`) : body;
}

function wrongBody(id: JsonRpcId, code: number, message: string): WrongBody {
  return { ok: false, id, error: { code, message } };
}

/** Returns the members of a single message, and no members for anything else. */
export const membersOf = (body: McpBody): Record<string, unknown> =>
  body.ok && isObject(body.value) ? body.value : {};

/**
 * Returns the id for the answer: that of a single request, or `null` for a batch, a notification or invalid JSON-RPC.
 */
export function requestIdOf(body: McpBody): JsonRpcId {
  const { id, method } = membersOf(body);
  return typeof method === 'string' && (typeof id === 'string' || typeof id === 'number') ? id : null;
}

const HANDSHAKE = new Set(['initialize', 'ping', 'server/discover']);

/** Counts the calls in a body. Each request of a batch counts; notifications and requests of the handshake do not. */
export function callsIn(body: McpBody): number {
  if (!body.ok) return 1;
  return Array.isArray(body.value) ? body.value.filter(isCharged).length : Number(isCharged(body.value));
}

/** Counts the messages of a body that are not calls. A body without any message counts as one. */
export function othersIn(body: McpBody): number {
  if (!body.ok) return 0;
  if (!Array.isArray(body.value)) return Number(!isCharged(body.value));
  return body.value.length === 0 ? 1 : body.value.length - callsIn(body);
}

/** The cost of a request to the endpoint for the rate limits. */
export const MCP_REQUEST_COST = {
  calls: (request: CallerRequest): number => callsIn(mcpBodyOf(request)),
  others: (request: CallerRequest): number => othersIn(mcpBodyOf(request)),
};

function isCharged(message: unknown): boolean {
  if (!isObject(message) || typeof message.method !== 'string') return true;
  return message.id !== undefined && !HANDSHAKE.has(message.method);
}

/** Returns the `_meta` of a single request. */
export function metaIn(body: McpBody): Record<string, unknown> {
  const { params } = membersOf(body);
  return isObject(params) && isObject(params._meta) ? params._meta : {};
}

/** Returns whether a body opens the stream of changes of the revision 2026-07-28. */
export const isListening = (body: unknown): boolean =>
  isObject(body) && body.method === 'subscriptions/listen';

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
