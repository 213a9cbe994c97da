import { classifyInboundRequest, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server';
import type { CallerRequest } from '../access/caller.js';
import { isObject } from './mcp-body.js';

/** The stateless revision; the SDK's list names the older ones. */
export const MODERN_REVISION = '2026-07-28';

export type DirectRoute = { modern: boolean; id: string | number } & (
  { method: 'tools/list' } | { method: 'tools/call'; name: string; input: unknown }
);

const CALL_MEMBERS = new Set(['name', 'arguments', '_meta']);
const LIST_MEMBERS = new Set(['_meta']);

/**
 * Recognises the requests that are answered without the SDK: a single `tools/call` or `tools/list` whose headers,
 * envelope and members are plainly right. Whatever is unusual or wrong in any way is the SDK's to answer.
 */
export function directRoute(request: CallerRequest, body: unknown): DirectRoute | undefined {
  if (!isObject(body) || (body.method !== 'tools/call' && body.method !== 'tools/list')) return undefined;
  const { id, method, params = {} } = body;
  if (typeof id !== 'string' && !Number.isInteger(id)) return undefined;
  const members = method === 'tools/call' ? CALL_MEMBERS : LIST_MEMBERS;
  if (!isObject(params) || !Object.keys(params).every((member) => members.has(member))) return undefined;
  if (params._meta !== undefined && !isObject(params._meta)) return undefined;
  const modern = eraOf(request, body, params);
  if (modern === undefined) return undefined;
  const route = { modern, id: id as string | number };
  if (method === 'tools/list') return { ...route, method };
  const { name, arguments: input } = params;
  if (typeof name !== 'string' || (input !== undefined && !isObject(input))) return undefined;
  return { ...route, method, name, input };
}

/** Whether the request is of the stateless revision; `undefined` where its headers and body do not plainly agree. */
function eraOf(request: CallerRequest, body: unknown, params: Record<string, unknown>): boolean | undefined {
  const protocolVersionHeader = textOf(request.headers['mcp-protocol-version']);
  const mcpMethodHeader = textOf(request.headers['mcp-method']);
  const mcpNameHeader = textOf(request.headers['mcp-name']);
  const route = classifyInboundRequest({
    httpMethod: 'POST',
    body,
    ...(protocolVersionHeader !== undefined && { protocolVersionHeader }),
    ...(mcpMethodHeader !== undefined && { mcpMethodHeader }),
    ...(mcpNameHeader !== undefined && { mcpNameHeader }),
  });
  if (route.kind === 'legacy') {
    const known =
      protocolVersionHeader === undefined || SUPPORTED_PROTOCOL_VERSIONS.includes(protocolVersionHeader);
    return known && acceptsBoth(request) ? false : undefined;
  }
  const plain =
    route.kind === 'modern' &&
    route.classification.revision === MODERN_REVISION &&
    protocolVersionHeader === MODERN_REVISION &&
    mcpMethodHeader === (body as { method: string }).method &&
    (mcpMethodHeader === 'tools/list' || mcpNameHeader === params.name);
  return plain ? true : undefined;
}

/** Streamable HTTP wants a client to take JSON and event streams (MCP 2025-11-25, transports). */
function acceptsBoth({ headers }: CallerRequest): boolean {
  const accept = textOf(headers.accept);
  return accept !== undefined && accept.includes('application/json') && accept.includes('text/event-stream');
}

const textOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;
