import type { Icon, StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { HandlerDecorator, NoSchema } from './handler-types.js';
import { declare } from './metadata.js';

export interface PromptOptions<Arguments extends StandardSchemaWithJSON = StandardSchemaWithJSON> {
  /** What clients ask for. */
  name: string;
  /** A name for people. */
  title?: string;
  description?: string;
  /** The arguments, all of them texts, as a Standard Schema. Not needed where `@Input()` has a class-validator DTO as its type. */
  argsSchema?: Arguments;
  icons?: Icon[];
  _meta?: Record<string, unknown>;
}

/**
 * Makes a provider's method a prompt that people choose in their client. Beside it stands `@Scopes(...)`, as for
 * `@Tool`. A string that it returns becomes one message of the user; messages, and `{ messages: [...] }`, stay what
 * they are.
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
