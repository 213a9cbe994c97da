import type {
  Prompt as PromptDefinition,
  Resource as ResourceDefinition,
  ResourceTemplateType as TemplateDefinition,
  StandardSchemaWithJSON,
  Tool as ToolDefinition,
} from '@modelcontextprotocol/server';
import type { AccessRule } from '../../access/access.decorators.js';
import type { CallCarrier } from '../../access/caller.js';
import type { DeniedKind } from '../../access/deny-list.js';
import type { CompleteOptions } from '../decorators/complete.decorator.js';
import { DECLARATION_METADATA } from '../decorators/metadata.js';
import type { HandlerInput } from './handler-input.js';
import type { ParamHeader } from './param-headers.js';
import type { PromptOptions } from '../decorators/prompt.decorator.js';
import type { ResourceOptions, ResourceTemplateOptions } from '../decorators/resource.decorator.js';
import type { ToolOptions } from '../decorators/tool.decorator.js';

/** What a method can be made, with what its decorator takes. */
export interface PrimitiveOptions {
  tool: ToolOptions;
  resource: ResourceOptions;
  template: ResourceTemplateOptions;
  prompt: PromptOptions;
  completion: CompleteOptions;
}

/** What a list shows of each; a completion is not listed. */
export interface PrimitiveDefinitions {
  tool: ToolDefinition;
  resource: ResourceDefinition;
  template: TemplateDefinition;
  prompt: PromptDefinition;
  completion: CompleteOptions;
}

export type PrimitiveKind = keyof PrimitiveOptions;

export type Declaration = { [K in PrimitiveKind]: { kind: K; options: PrimitiveOptions[K] } }[PrimitiveKind];

export const declarationOf = (method: object): Declaration | undefined =>
  Reflect.getMetadata(DECLARATION_METADATA, method) as Declaration | undefined;

/** A handler, made ready once: nothing of it is worked out again during a call. */
export interface Registered<K extends PrimitiveKind = PrimitiveKind> {
  /** By which requests find it: a name, a URI, a URI template. */
  name: string;
  definition: PrimitiveDefinitions[K];
  /** The class and the method, as a stack names them. */
  origin: string;
  /** Of a tool: what its structured result must be. */
  outputSchema?: StandardSchemaWithJSON | undefined;
  input: HandlerInput;
  rule: AccessRule | undefined;
  /** Arguments that stateless clients repeat as headers. */
  paramHeaders: readonly ParamHeader[];
  /** What `@AuditResource` says. */
  resourceKind: string | undefined;
  /** What of that kind agents never reach. */
  denied: DeniedKind | undefined;
  /** What `@AuditTargets` says a call acts on that is not about one thing. */
  collection: string | undefined;
  /** It may send messages or ask the client before it answers. */
  isInteractive: boolean;
  /** Guards, interceptors, pipes, the method, filters: as for a REST handler. */
  invoke: (input: unknown, call: CallCarrier) => Promise<unknown>;
}
