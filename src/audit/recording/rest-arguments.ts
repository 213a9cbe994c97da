import { createParamDecorator, type Type } from '@nestjs/common';
import { PARAMTYPES_METADATA, ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { dtoSchema, type JsonSchema } from '../../validation/dto-schema.js';
import { type CallSubject, keepGiven, subjectOf } from './call-subject.js';
import { wrapHandler } from './handler-wrapper.js';

type Method = (...args: unknown[]) => unknown;

/** Nest's metadata of a parameter, stored under `<kind>:<index>`. */
interface Parameter {
  index: number;
  /** The single member that the parameter takes, as in `@Param('id')`. */
  data?: string;
  /** A Standard Schema that validates it. */
  schema?: unknown;
}

const INPUTS = [RouteParamtypes.BODY, RouteParamtypes.QUERY, RouteParamtypes.PARAM];

const Subject = createParamDecorator((_: unknown, context) => subjectOf(context.getArgByIndex<object>(0)));

/**
 * Gives the audit row access to the validated input of a REST handler, which Nest passes to the handler alone. The method gets a
 * further parameter with the call's subject, and a wrapper removes it again. A method without REST parameters stays as it is.
 */
export function keepArguments<T>(
  prototype: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<T>,
): void {
  const all = parametersOf(prototype.constructor, method);
  const inputs = inputsOf(all);
  if (inputs.length === 0) return;
  const handler = descriptor.value as Method;
  const index = Math.max(...Object.values(all).map((parameter) => parameter.index + 1), handler.length);
  Subject()(prototype, method, index);
  descriptor.value = wrapHandler(handler, function (this: unknown, ...args: unknown[]) {
    const subject = args[index] as CallSubject | undefined;
    if (subject?.plan.keeps) keepGiven(subject, givenBy(inputs, args));
    return handler.apply(this, args.slice(0, index));
  }) as T;
}

/** One schema for the body, the query and the path of a REST handler. */
export function inputSchemaOf(type: Type, method: string): JsonSchema {
  const types = (Reflect.getMetadata(PARAMTYPES_METADATA, type.prototype as object, method) ?? []) as Type[];
  const schemas = inputsOf(parametersOf(type, method)).map(({ index, data, schema }) => {
    if (data !== undefined) return { properties: { [data]: {} } };
    return schema === undefined && types[index] ? dtoSchema(types[index]) : {};
  });
  return { anyOf: schemas };
}

const parametersOf = (type: object, method: string | symbol): Record<string, Parameter> =>
  (Reflect.getMetadata(ROUTE_ARGS_METADATA, type, method) as Record<string, Parameter> | undefined) ?? {};

const inputsOf = (parameters: Record<string, Parameter>): Parameter[] =>
  Object.entries(parameters)
    .filter(([key]) => INPUTS.some((kind) => key.startsWith(`${kind}:`)))
    .map(([, parameter]) => parameter);

function givenBy(inputs: Parameter[], args: unknown[]): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const { index, data } of inputs)
    Object.assign(given, data === undefined ? args[index] : { [data]: args[index] });
  return given;
}
