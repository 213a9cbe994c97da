import type { CallToolResult, StandardSchemaWithJSON } from '@modelcontextprotocol/server';

/** Stands for a schema that the options leave out. */
export type NoSchema = never;

type Output<Schema extends StandardSchemaWithJSON> = NonNullable<Schema['~standard']['types']>['output'];
type Input<Schema extends StandardSchemaWithJSON> = NonNullable<Schema['~standard']['types']>['input'];

/** What a tool with an output schema may return: what the schema takes, or a whole result. */
type Returned<Schema extends StandardSchemaWithJSON> = [Schema] extends [NoSchema]
  ? unknown
  : Input<Schema> | CallToolResult | Promise<Input<Schema> | CallToolResult>;

/** Whether one of the parameters can hold the checked arguments. A decorator of a method cannot see which one is `@Input()`. */
type Takes<Parameters extends readonly unknown[], Value> = true extends {
  [Index in keyof Parameters]: Value extends Parameters[Index] ? true : false;
}[number]
  ? true
  : false;

/** Shown by the compiler where no parameter of a handler fits the schema of its arguments. */
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
 * A decorator for methods whose types fit the schemas: an error of the compiler shows a parameter that the arguments do not
 * fit, and a return type that does not fit the output schema.
 */
export type HandlerDecorator<
  Arguments extends StandardSchemaWithJSON,
  Result extends StandardSchemaWithJSON = NoSchema,
> = <Handler extends (...parameters: never[]) => Returned<Result>>(
  prototype: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Handler> & Fits<Parameters<Handler>, Arguments>,
) => void;
