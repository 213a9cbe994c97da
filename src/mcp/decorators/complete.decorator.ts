import { declare } from './metadata.js';

export type CompleteOptions = {
  /** The argument of the prompt, or the variable of the template, that the person is typing. */
  argument: string;
} & ({ prompt: string } | { uriTemplate: string });

/**
 * The type of the `@Input()` of a `@Complete` method.
 *
 * @example
 * ```ts
 * suggest(@Input() { value }: CompletionInput) {
 *   return this.customers.namesThatBeginWith(value);
 * }
 * ```
 */
export interface CompletionInput {
  /** The text that was typed so far. */
  value: string;
  /** The other arguments that already have values. */
  arguments: Record<string, string>;
}

/**
 * Makes a provider's method suggest values for an argument of a `@Prompt` or a variable of a `@ResourceTemplate`
 * while a person types. It needs `@Scopes(...)`, as `@Tool` does. It returns the values, best first.
 *
 * @example
 * ```ts
 * @Complete({ prompt: 'dunning_letter', argument: 'customer' })
 * @Scopes('invoices:read')
 * suggest(@Input() { value }: CompletionInput) {
 *   return this.customers.namesThatBeginWith(value);
 * }
 * ```
 */
export const Complete = (options: CompleteOptions) => declare('completion', options);
