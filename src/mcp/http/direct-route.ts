import type { CallerRequest } from '../../access/caller.js';
import type { ListMethod } from '../registry/list-pages.js';
import type { CallMethod } from '../call/call-target.js';
import { isObject } from '../protocol/request-body.js';
import { isModern } from '../protocol/protocol-era.js';

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
const isTextMap = (value: unknown): boolean => isObject(value) && Object.values(value).every(isText);
const isAbsentOr = (value: unknown, fits: (value: unknown) => boolean) => value === undefined || fits(value);

const LIST: Shape = {
  members: new Set(['cursor', '_meta']),
  fits: ({ cursor }) => isAbsentOr(cursor, isText),
};

const SHAPES: Record<ListMethod | CallMethod, Shape> = {
  'tools/list': LIST,
  'resources/list': LIST,
  'resources/templates/list': LIST,
  'prompts/list': LIST,
  'tools/call': {
    members: new Set(['name', 'arguments', '_meta']),
    named: 'name',
    fits: ({ name, arguments: input }) => isText(name) && isAbsentOr(input, isObject),
  },
  'resources/read': { members: new Set(['uri', '_meta']), named: 'uri', fits: ({ uri }) => isText(uri) },
  'prompts/get': {
    members: new Set(['name', 'arguments', '_meta']),
    named: 'name',
    fits: ({ name, arguments: input }) => isText(name) && isAbsentOr(input, isTextMap),
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
  isAbsentOr(context, (value) => isObject(value) && isAbsentOr(value.arguments, isTextMap));

const isDirect = (method: unknown): method is keyof typeof SHAPES =>
  typeof method === 'string' && Object.hasOwn(SHAPES, method);

/**
 * Recognises the requests that are answered without the SDK: a single list or call whose headers, envelope and
 * members are valid. The SDK answers every request that is unusual or invalid.
 */
export function directRoute(request: CallerRequest, body: unknown): DirectRoute | undefined {
  if (!isObject(body) || !isDirect(body.method)) return undefined;
  const { id, method, params = {} } = body;
  if (typeof id !== 'string' && !Number.isSafeInteger(id)) return undefined;
  const shape = SHAPES[method];
  if (!isObject(params) || !Object.keys(params).every((member) => shape.members.has(member)))
    return undefined;
  if (!shape.fits(params) || !isAbsentOr(params._meta, isObject)) return undefined;
  const meta = params._meta as Record<string, unknown> | undefined;
  const name = shape.named && (params[shape.named] as string);
  const modern = isModern(request, { body, method, meta, name });
  return modern === undefined ? undefined : { modern, id: id as string | number, method, params };
}
