import { classifyInboundRequest, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server';
import type { CallerRequest } from '../access/caller.js';
import type { ListMethod } from './list-pages.js';
import type { CallMethod } from './call-target.js';
import { isObject } from './mcp-body.js';

/** The stateless revision; the SDK's list names the older ones. */
export const MODERN_REVISION = '2026-07-28';

export interface DirectRoute {
  modern: boolean;
  id: string | number;
  method: ListMethod | CallMethod;
  params: Record<string, unknown>;
}

interface Shape {
  members: ReadonlySet<string>;
  /** The member that the header `Mcp-Name` repeats. */
  named?: 'name' | 'uri';
  fits: (params: Record<string, unknown>) => boolean;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): boolean => isObject(value) && Object.values(value).every(isText);
const orNothing = (value: unknown, fits: (value: unknown) => boolean) => value === undefined || fits(value);

const LIST: Shape = {
  members: new Set(['cursor', '_meta']),
  fits: ({ cursor }) => orNothing(cursor, isText),
};

const SHAPES: Record<ListMethod | CallMethod, Shape> = {
  'tools/list': LIST,
  'resources/list': LIST,
  'resources/templates/list': LIST,
  'prompts/list': LIST,
  'tools/call': {
    members: new Set(['name', 'arguments', '_meta']),
    named: 'name',
    fits: ({ name, arguments: input }) => isText(name) && orNothing(input, isObject),
  },
  'resources/read': { members: new Set(['uri', '_meta']), named: 'uri', fits: ({ uri }) => isText(uri) },
  'prompts/get': {
    members: new Set(['name', 'arguments', '_meta']),
    named: 'name',
    fits: ({ name, arguments: input }) => isText(name) && orNothing(input, isTexts),
  },
  'completion/complete': {
    members: new Set(['ref', 'argument', 'context', '_meta']),
    fits: ({ ref, argument, context }) => isReference(ref) && isArgument(argument) && isContext(context),
  },
};

const isReference = (ref: unknown): boolean =>
  isObject(ref) &&
  ((ref.type === 'ref/prompt' && isText(ref.name)) || (ref.type === 'ref/resource' && isText(ref.uri)));
const isArgument = (argument: unknown): boolean =>
  isObject(argument) && isText(argument.name) && isText(argument.value);
const isContext = (context: unknown): boolean =>
  orNothing(context, (value) => isObject(value) && orNothing(value.arguments, isTexts));

const isDirect = (method: unknown): method is keyof typeof SHAPES =>
  typeof method === 'string' && Object.hasOwn(SHAPES, method);

/**
 * Recognises the requests that are answered without the SDK: a single list or call whose headers, envelope and members
 * are plainly right. Whatever is unusual or wrong in any way is the SDK's to answer.
 */
export function directRoute(request: CallerRequest, body: unknown): DirectRoute | undefined {
  if (!isObject(body) || !isDirect(body.method)) return undefined;
  const { id, method, params = {} } = body;
  if (typeof id !== 'string' && !Number.isInteger(id)) return undefined;
  const shape = SHAPES[method];
  if (!isObject(params) || !Object.keys(params).every((member) => shape.members.has(member)))
    return undefined;
  if (!shape.fits(params) || !orNothing(params._meta, isObject)) return undefined;
  const modern = eraOf(request, body, shape.named && (params[shape.named] as string));
  return modern === undefined ? undefined : { modern, id: id as string | number, method, params };
}

/**
 * Whether the request is of the stateless revision; `undefined` where its headers and body do not plainly agree.
 * @param name what the header `Mcp-Name` must say
 */
function eraOf(request: CallerRequest, body: unknown, name: string | undefined): boolean | undefined {
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
    (name === undefined || mcpNameHeader === name);
  return plain ? true : undefined;
}

/** Streamable HTTP wants a client to take JSON and event streams (MCP 2025-11-25, transports). */
function acceptsBoth({ headers }: CallerRequest): boolean {
  const accept = textOf(headers.accept);
  return accept !== undefined && accept.includes('application/json') && accept.includes('text/event-stream');
}

const textOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;
