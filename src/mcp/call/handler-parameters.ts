import type { ExecutionContext, Type } from '@nestjs/common';
import { PARAMTYPES_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/internal';
import { getMetadataStorage } from 'class-validator';
import { CurrentCall, Input } from './parameter.decorators.js';
import { isParameterOf } from './parameter-kinds.js';

export type Host = Record<string, (...args: unknown[]) => unknown> & { constructor: Type };

/** Describes what Nest stores about a decorated parameter. Only `createParamDecorator` stores a factory. */
export interface Parameter {
  index: number;
  data?: unknown;
  factory?: (data: unknown, context: ExecutionContext) => unknown;
  pipes?: unknown[];
}

export const parametersOf = (host: Host, method: string): Parameter[] =>
  Object.values(
    (Reflect.getMetadata(ROUTE_ARGS_METADATA, host.constructor, method) as object | undefined) ?? {},
  );

/** Declares the parameters of a method without parameter decorators as `(input, call)`. */
export function nameParameters(host: Host, method: string): void {
  if (parametersOf(host, method).length > 0) return;
  const prototype = Object.getPrototypeOf(host) as object;
  Input()(prototype, method, 0);
  CurrentCall()(prototype, method, 1);
}

/** Returns the class of the `@Input()` parameter when it has class-validator rules. */
export function inputTypeOf(host: Host, method: string): Type | undefined {
  const parameter = parametersOf(host, method).find(({ factory }) => isParameterOf('input', factory));
  const types = Reflect.getMetadata(PARAMTYPES_METADATA, host, method) as Type[] | undefined;
  const type = parameter && types?.[parameter.index];
  const rules = type ? getMetadataStorage().getTargetValidationMetadatas(type, '', false, false) : [];
  return rules.length > 0 ? type : undefined;
}

/** Returns whether a parameter lets the method talk to the client before it answers. */
export const isInteractive = (host: Host, method: string): boolean =>
  parametersOf(host, method).some(({ factory }) => isParameterOf('interactive', factory));
