import type { Type } from '@nestjs/common';
import { PARAMTYPES_METADATA } from '@nestjs/common/internal';
import { isParameterOf } from '../call/parameter-kinds.js';
import { nameOf } from '../definitions/definitions.js';
import { type Host, inputTypeOf, parametersOf } from '../call/handler-parameters.js';
import type { Declaration } from '../definitions/primitive.js';

/** Lists the types that TypeScript emits for anything that is not a class: they do not describe the input. */
const SHAPELESS: ReadonlySet<unknown> = new Set([
  undefined,
  Object,
  Array,
  String,
  Number,
  Boolean,
  Function,
]);

const DECORATORS = { tool: 'Tool', prompt: 'Prompt', template: 'ResourceTemplate' };

/**
 * Refuses a handler whose input has no schema. It would be listed with an empty schema and always receive `{}`, which
 * nobody intends, so the service does not start.
 * @throws Error that names the class and the method
 */
export function assertDescribedInput(host: Host, method: string, declaration: Declaration): void {
  const input = inputParameter(host, method);
  const fail = (why: string): never => {
    throw new Error(
      `The ${declaration.kind} ${nameOf(declaration)}: the input of ${host.constructor.name}.${method} ${why}`,
    );
  };
  if (input === 'unmarked')
    return fail('has no @Input(), so it would be undefined: add @Input() to the parameter');
  assertFilled(host, method, `${declaration.kind} ${nameOf(declaration)}`);
  if (input === undefined) return;
  const { kind, options } = declaration;
  if (kind === 'resource' || kind === 'completion') return;
  const schema = kind === 'prompt' ? options.argsSchema : options.inputSchema;
  if (schema || inputTypeOf(host, method)) return;
  const remedy = `give it a class with validators as its type, or @${DECORATORS[kind]} ${kind === 'prompt' ? 'an argsSchema' : 'an inputSchema'}`;
  const type = typesOf(host, method)?.[input];
  if (!SHAPELESS.has(type)) fail(`is a ${type!.name}, which has no validators: ${remedy}`);
  // The variables of a URI are always strings, so they need no schema.
  if (kind !== 'template') fail(`has a type that is gone when the program runs: ${remedy}`);
}

/** @throws Error for a parameter without a default value that no decorator fills */
function assertFilled(host: Host, method: string, handler: string): void {
  const filled = new Set(parametersOf(host, method).map(({ index }) => index));
  for (let index = 0; index < host[method]!.length; index++) {
    if (filled.has(index)) continue;
    throw new Error(
      `The ${handler}: nothing fills parameter ${index + 1} of ${host.constructor.name}.${method}: ` +
        'give it a decorator, such as @Input() or @CurrentCaller(), or take it away',
    );
  }
}

/** Returns the index of the parameter that receives the input, or nothing when the method has no such parameter. */
function inputParameter(host: Host, method: string): number | 'unmarked' | undefined {
  const marked = parametersOf(host, method);
  const count = typesOf(host, method)?.length ?? host[method]!.length;
  const input = marked.find(({ factory }) => isParameterOf('input', factory));
  if (input) return input.index < count ? input.index : undefined;
  return marked.length < count ? 'unmarked' : undefined;
}

const typesOf = (host: Host, method: string): Type[] | undefined =>
  Reflect.getMetadata(PARAMTYPES_METADATA, host, method) as Type[] | undefined;
