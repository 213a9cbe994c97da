import { INVALID_PARAMS, PARSE_ERROR } from '@modelcontextprotocol/server';
import { Attachment } from '../../common/attachment.js';
import type { CallerRequest } from '../../access/caller.js';
import { JsonBoundsError, parseJson } from '../../validation/parse-json.js';
import { overlongIn } from './message-bounds.js';

export const MCP_PATH = '/mcp';

/** Whether a request was routed to the MCP endpoint, however its URL was written, or would be with another method. */
export const isMcpRequest = (request: Pick<CallerRequest, 'url' | 'routeOptions'>): boolean =>
  request.url === MCP_PATH || (request.routeOptions?.url ?? request.url.split('?', 1)[0]) === MCP_PATH;

export type JsonRpcId = string | number | null;

/** What a body is answered with of which nothing else is to be done. */
export interface WrongBody {
  ok: false;
  id: JsonRpcId;
  error: { code: number; message: string };
}

export type McpBody = { ok: true; value: unknown } | WrongBody;

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

/** What is known of the body by now: nothing is parsed for whoever only wants to name a request that was refused. */
export const knownMcpBody = (request: CallerRequest): McpBody => parsed.get(request) ?? NOT_JSON;

const NOT_JSON = wrong(null, PARSE_ERROR, 'Parse error: not valid JSON');

/** Reads one JSON-RPC text, whichever way it came: a message or a batch. */
export function parseBody(text: unknown): McpBody {
  if (typeof text !== 'string' || text === '') return NOT_JSON;
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    return error instanceof JsonBoundsError
      ? wrong(null, PARSE_ERROR, `Parse error: ${error.message}`)
      : NOT_JSON;
  }
  const body = { ok: true, value } as const;
  const overlong = overlongIn(value);
  return overlong ? wrong(requestIdOf(body), INVALID_PARAMS, `Invalid params: ${overlong}`) : body;
}

function wrong(id: JsonRpcId, code: number, message: string): WrongBody {
  return { ok: false, id, error: { code, message } };
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

/** How many messages of a body are no calls; a body without any message is one. */
export function othersIn(body: McpBody): number {
  if (!body.ok) return 0;
  if (!Array.isArray(body.value)) return Number(!isCharged(body.value));
  return body.value.length === 0 ? 1 : body.value.length - callsIn(body);
}

/** What guards count a request to the endpoint as. */
export const MCP_REQUEST_COST = {
  calls: (request: CallerRequest): number => callsIn(mcpBodyOf(request)),
  others: (request: CallerRequest): number => othersIn(mcpBodyOf(request)),
};

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
