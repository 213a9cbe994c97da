import { declare } from './metadata.js';

export type CompleteOptions = {
  /** The prompt's argument, or the template's variable, that is being typed. */
  argument: string;
} & ({ prompt: string } | { uriTemplate: string });

/**
 * What a completing method takes as its `@Input()`.
 *
 * @example
 * ```ts
 * suggest(@Input() { value }: CompletionInput) {
 *   return this.customers.namesThatBeginWith(value);
 * }
 * ```
 */
export interface CompletionInput {
  /** What was typed so far. */
  value: string;
  /** The arguments that are filled in already. */
  arguments: Record<string, string>;
}

/**
 * Makes a provider's method suggest values for an argument of a `@Prompt` or a variable of a `@ResourceTemplate`
 * while somebody types. Beside it stands `@Scopes(...)`, as for `@Tool`. It returns the values, best first.
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
