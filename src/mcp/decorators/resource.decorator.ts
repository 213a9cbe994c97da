import type { Annotations, Icon, StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { HandlerDecorator, NoSchema } from './handler-types.js';
import { declare } from './metadata.js';

interface Described {
  /** The name that programs use. */
  name: string;
  /** The name that people see. */
  title?: string;
  description?: string;
  /** The media type of the content. The default is `text/plain` for a string and `application/json` for an object. */
  mimeType?: string;
  /** The audience and the priority, such as `{ audience: ['user'], priority: 0.5 }`. */
  annotations?: Annotations;
  icons?: Icon[];
  _meta?: Record<string, unknown>;
}

export interface ResourceOptions extends Described {
  uri: string;
  /** The size in bytes, if it is known. */
  size?: number;
}

export interface ResourceTemplateOptions<
  Variables extends StandardSchemaWithJSON = StandardSchemaWithJSON,
> extends Described {
  /** An RFC 6570 template, such as `invoice://{id}`. Its variables, decoded, are the method's input. */
  uriTemplate: string;
  /** The variables as a Standard Schema. It is not needed when the type of `@Input()` is a class-validator DTO. */
  inputSchema?: Variables;
}

/**
 * Makes a provider's method a resource that clients read by its URI. It needs `@Scopes(...)`, as `@Tool` does. A
 * string that it returns becomes a text, bytes become a blob, and any other value becomes JSON. `{ contents: [...] }`
 * is sent unchanged.
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
 * Makes a provider's method the resource behind every URI that matches a template. Everything else is as for
 * `@Resource`.
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
