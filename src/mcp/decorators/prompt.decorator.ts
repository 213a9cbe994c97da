import type { Icon, StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { HandlerDecorator, NoSchema } from './handler-types.js';
import { declare } from './metadata.js';

export interface PromptOptions<Arguments extends StandardSchemaWithJSON = StandardSchemaWithJSON> {
  /** The name by which clients request the prompt. */
  name: string;
  /** The name that people see. */
  title?: string;
  description?: string;
  /**
   * The arguments as a Standard Schema; all of them are strings. It is not needed when the type of `@Input()` is a
   * class-validator DTO.
   */
  argsSchema?: Arguments;
  icons?: Icon[];
  _meta?: Record<string, unknown>;
}

/**
 * Makes a provider's method a prompt that people choose in their client. It needs `@Scopes(...)`, as `@Tool` does. A
 * string that it returns becomes one message of the user. Messages and `{ messages: [...] }` are sent unchanged.
 *
 * @example
 * ```ts
 * @Prompt({ name: 'dunning_letter', argsSchema: z.object({ customer: z.string() }) })
 * @Scopes('invoices:read')
 * letter(@Input() { customer }: { customer: string }) {
 *   return `Write a friendly reminder to ${customer}`;
 * }
 * ```
 */
export const Prompt = <Arguments extends StandardSchemaWithJSON = NoSchema>(
  options: PromptOptions<Arguments>,
): HandlerDecorator<Arguments> => declare('prompt', options);
