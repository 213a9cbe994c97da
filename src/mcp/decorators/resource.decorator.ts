import type { Annotations, Icon, StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { HandlerDecorator, NoSchema } from './handler-types.js';
import { declare } from './metadata.js';

interface Described {
  /** What programs call it. */
  name: string;
  /** A name for people. */
  title?: string;
  description?: string;
  /** The type of its content; without it a text is `text/plain` and an object `application/json`. */
  mimeType?: string;
  /** For whom it is and how much it matters, such as `{ audience: ['user'], priority: 0.5 }`. */
  annotations?: Annotations;
  icons?: Icon[];
  _meta?: Record<string, unknown>;
}

export interface ResourceOptions extends Described {
  uri: string;
  /** In bytes, where it is known. */
  size?: number;
}

export interface ResourceTemplateOptions<
  Variables extends StandardSchemaWithJSON = StandardSchemaWithJSON,
> extends Described {
  /** RFC 6570, such as `invoice://{id}`: its variables, decoded, are the method's input. */
  uriTemplate: string;
  /** The variables as a Standard Schema. Not needed where `@Input()` has a class-validator DTO as its type. */
  inputSchema?: Variables;
}

/**
 * Makes a provider's method a resource that clients read by its URI. Beside it stands `@Scopes(...)`, as for
 * `@Tool`. A string that it returns becomes a text, bytes a blob, any other object JSON; `{ contents: [...] }` stays
 * what it is.
 *
 * @example
 * ```ts
 * @Resource({ name: 'price_list', uri: 'prices://current' })
 * @Scopes('prices:read')
 * prices() {
 *   return this.prices.current();
 * }
 * ```
 */
export const Resource = (options: ResourceOptions) => declare('resource', options);

/**
 * Makes a provider's method the resource behind every URI that fits a template; the rest is as for `@Resource`.
 *
 * @example
 * ```ts
 * @ResourceTemplate({ name: 'invoice', uriTemplate: 'invoice://{id}' })
 * @Scopes('invoices:read')
 * invoice(@Input() { id }: { id: string }, @CurrentCaller() caller: Caller) {
 *   return this.invoices.get(caller.userId, id);
 * }
 * ```
 */
export const ResourceTemplate = <Variables extends StandardSchemaWithJSON = NoSchema>(
  options: ResourceTemplateOptions<Variables>,
): HandlerDecorator<Variables> => declare('template', options);
