import type { CallToolResult, StandardSchemaWithJSON } from '@modelcontextprotocol/server';

/** Stands for a schema that the options leave out. */
export type NoSchema = never;

type Output<Schema extends StandardSchemaWithJSON> = NonNullable<Schema['~standard']['types']>['output'];
type Input<Schema extends StandardSchemaWithJSON> = NonNullable<Schema['~standard']['types']>['input'];

/** The types that a tool with an output schema may return: the input of the schema, or a complete result. */
type Returned<Schema extends StandardSchemaWithJSON> = [Schema] extends [NoSchema]
  ? unknown
  : Input<Schema> | CallToolResult | Promise<Input<Schema> | CallToolResult>;

/**
 * Is true when one of the parameters accepts the validated arguments. A method decorator cannot see which one is
 * `@Input()`.
 */
type Takes<Parameters extends readonly unknown[], Value> = true extends {
  [Index in keyof Parameters]: Value extends Parameters[Index] ? true : false;
}[number]
  ? true
  : false;

/** Is shown in the compiler's error when no parameter accepts the validated arguments. */
interface NoParameterTakes<Value> {
  'no parameter of this handler takes the output of its schema': Value;
}

type Fits<Parameters extends readonly unknown[], Schema extends StandardSchemaWithJSON> = [Schema] extends [
  NoSchema,
]
  ? unknown
  : Parameters extends readonly []
    ? unknown
    : Takes<Parameters, Output<Schema>> extends true
      ? unknown
      : NoParameterTakes<Output<Schema>>;

/**
 * Types a decorator so that the compiler rejects a method whose parameters do not accept the arguments, or whose
 * return type does not fit the output schema.
 */
export type HandlerDecorator<
  Arguments extends StandardSchemaWithJSON,
  Result extends StandardSchemaWithJSON = NoSchema,
> = <Handler extends (...parameters: never[]) => Returned<Result>>(
  prototype: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Handler> & Fits<Parameters<Handler>, Arguments>,
) => void;
