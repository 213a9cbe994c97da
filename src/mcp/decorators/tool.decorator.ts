import type { Icon, StandardSchemaWithJSON, ToolAnnotations } from '@modelcontextprotocol/server';
import type { HandlerDecorator, NoSchema } from './handler-types.js';
import { declare } from './metadata.js';

export interface ToolOptions<
  Arguments extends StandardSchemaWithJSON = StandardSchemaWithJSON,
  Result extends StandardSchemaWithJSON = StandardSchemaWithJSON,
> {
  /** What clients call: 1 to 128 of `A-Z a-z 0-9 _ - .` (MCP 2025-11-25, tool names). */
  name: string;
  /** What the model reads when it chooses: what the tool does, and when to use it. */
  description: string;
  /** A name for people. */
  title?: string;
  /** The arguments as a Standard Schema (zod, ...). Not needed where `@Input()` has a class-validator DTO as its type. */
  inputSchema?: Arguments;
  /** What the structured result is; outside production a result that does not fit is an error. */
  outputSchema?: Result;
  /** Hints for clients, such as `{ readOnlyHint: true }`. */
  annotations?: ToolAnnotations;
  icons?: Icon[];
  _meta?: Record<string, unknown>;
}

/**
 * Makes a provider's method a tool. Beside it stands `@Scopes(...)`: without, nobody may call it.
 * The method takes parameters by decorator (`@Input()`, `@CurrentCaller()`, ...) or, without any, as
 * `(input, context)`. An object that it returns becomes a structured result, a string a text, content blocks
 * stay what they are. Nest guards, interceptors, pipes and filters on it run as for a REST handler, with the
 * context type `mcp`. The compiler holds the parameters to `inputSchema` and the return type to `outputSchema`.
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
