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

/** Maps each kind of handler to the options of its decorator. */
export interface PrimitiveOptions {
  tool: ToolOptions;
  resource: ResourceOptions;
  template: ResourceTemplateOptions;
  prompt: PromptOptions;
  completion: CompleteOptions;
}

/** Maps each kind of handler to what lists show. Completions are not listed. */
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

/** Says that an administrator has stopped a handler. */
export interface CallStop {
  /** Whether all calls are stopped, and not this handler alone. */
  ofAll: boolean;
  /** What callers are told; `null`: only that it is stopped. */
  message: string | null;
  /** When it ends by itself; `null`: not before somebody ends it. */
  until: Date | null;
}

/** Holds a handler with everything that is computed once, at start, instead of during each call. */
export interface Registered<K extends PrimitiveKind = PrimitiveKind> {
  /** The name, URI or URI template by which requests find the handler. */
  name: string;
  definition: PrimitiveDefinitions[K];
  /** The class and the method, as a stack trace names them. */
  origin: string;
  /** The schema of a tool's structured result. */
  outputSchema?: StandardSchemaWithJSON | undefined;
  input: HandlerInput;
  rule: AccessRule | undefined;
  /** The arguments that stateless clients repeat in headers. */
  paramHeaders: readonly ParamHeader[];
  /** The kind of resource that `@AuditResource` names. */
  resourceKind: string | undefined;
  /** The entries of `AGENT_DENIED_RESOURCES` for that kind. */
  denied: DeniedKind | undefined;
  /** The resource that `@AuditTargets` names for a call that is not about a single one. */
  collection: string | undefined;
  /** Whether the handler may send messages to the client or ask it before it answers. */
  isInteractive: boolean;
  /** Is set while an administrator has stopped the handler. */
  stop?: CallStop | undefined;
  /** Runs guards, interceptors, pipes, the method and filters, as for a REST handler. */
  invoke: (input: unknown, call: CallCarrier) => Promise<unknown>;
}
