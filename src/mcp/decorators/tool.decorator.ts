import type { Icon, StandardSchemaWithJSON, ToolAnnotations } from '@modelcontextprotocol/server';
import type { HandlerDecorator, NoSchema } from './handler-types.js';
import { declare } from './metadata.js';

export interface ToolOptions<
  Arguments extends StandardSchemaWithJSON = StandardSchemaWithJSON,
  Result extends StandardSchemaWithJSON = StandardSchemaWithJSON,
> {
  /** The name that clients call: 1 to 128 of `A-Z a-z 0-9 _ - .` (MCP 2025-11-25, tool names). */
  name: string;
  /** Tells the model what the tool does and when to use it. */
  description: string;
  /** The name that people see. */
  title?: string;
  /**
   * The arguments as a Standard Schema (zod and others). It is not needed when the type of `@Input()` is a
   * class-validator DTO.
   */
  inputSchema?: Arguments;
  /** The schema of the structured result. Outside production a result that does not fit it is an error. */
  outputSchema?: Result;
  /** Hints for clients, such as `{ readOnlyHint: true }`. */
  annotations?: ToolAnnotations;
  icons?: Icon[];
  _meta?: Record<string, unknown>;
}

/**
 * Makes a provider's method a tool. It needs `@Scopes(...)`: without it, nobody may call the tool. The method takes
 * parameters by decorator (`@Input()`, `@CurrentCaller()`, ...) or, without any, as `(input, context)`. An object
 * that it returns becomes a structured result, a string becomes a text, and content blocks are sent unchanged. Nest
 * guards, interceptors, pipes and filters on it run as for a REST handler, with the context type `mcp`. The compiler
 * checks the parameters against `inputSchema` and the return type against `outputSchema`.
 *
 * @example
 * ```ts
 * @Tool({ name: 'invoices_create', description: 'Create an invoice for a customer' })
 * @Scopes('invoices:write')
 * create(@Input() input: CreateInvoiceDto, @CurrentCaller() caller: Caller) {
 *   return this.invoices.create(caller.userId, input);
 * }
 * ```
 */
export const Tool = <
  Arguments extends StandardSchemaWithJSON = NoSchema,
  Result extends StandardSchemaWithJSON = NoSchema,
>(
  options: ToolOptions<Arguments, Result>,
): HandlerDecorator<Arguments, Result> => declare('tool', options);
