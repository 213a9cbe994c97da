import type { Tool as ToolDefinition } from '@modelcontextprotocol/server';
import { Injectable, Logger, type OnApplicationBootstrap, type Type } from '@nestjs/common';
import { PARAMTYPES_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/internal';
import { DiscoveryService, ExternalContextCreator, MetadataScanner, Reflector } from '@nestjs/core';
import { getMetadataStorage } from 'class-validator';
import type { AccessRule } from '../access/access.decorators.js';
import { accessRuleOf, missingScopes, refusalOf } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import { AUDIT_RESOURCE_METADATA } from '../audit/audit-resource.decorator.js';
import { checkedInput, CurrentCall, Input, type ToolCall } from './tool-call.js';
import { TOOL_METADATA, type ToolOptions } from './tool.decorator.js';
import { type ToolInput, toolInput } from './tool-input.js';

type Method = (...args: unknown[]) => unknown;
type Host = Record<string, Method> & { constructor: Type };

/** A tool, made ready once: nothing of it is worked out again during a call. */
export interface RegisteredTool {
  name: string;
  definition: ToolDefinition;
  input: ToolInput;
  rule: AccessRule | undefined;
  resourceKind: string | undefined;
  /** Guards, interceptors, pipes, the method, filters: as for a REST handler. */
  invoke: (input: unknown, call: ToolCall) => Promise<unknown>;
}

/** Whether a caller may call a tool, and what it lacks. A tool that declares no scopes is for nobody. */
export interface ToolAccess {
  name: string;
  allowed: boolean;
  missingScopes: string[];
}

const TOOL_NAME = /^[A-Za-z0-9_.-]{1,128}$/;
/** Only parameters made with `createParamDecorator` have a value here; `@Body()` and its like belong to REST. */
const noRestParameters = { exchangeKeyForValue: () => undefined };

/** All `@Tool` methods of all providers, found when the application starts. */
@Injectable()
export class ToolRegistry implements OnApplicationBootstrap {
  private readonly logger = new Logger(ToolRegistry.name);
  private readonly tools = new Map<string, RegisteredTool>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly contexts: ExternalContextCreator,
  ) {}

  onApplicationBootstrap(): void {
    for (const wrapper of this.discovery.getProviders()) {
      const type = wrapper.metatype as Type | null;
      if (!type?.prototype || wrapper.isNotMetatype || wrapper.isAlias) continue;
      for (const method of this.scanner.getAllMethodNames(type.prototype as object)) {
        const options = this.reflector.get<ToolOptions | undefined>(
          TOOL_METADATA,
          (type.prototype as Host)[method]!,
        );
        if (!options) continue;
        if (!wrapper.isDependencyTreeStatic()) {
          throw new Error(
            `Tool ${options.name}: ${type.name} is request-scoped; tools live on singleton providers`,
          );
        }
        this.register(wrapper.instance as Host, method, options);
      }
    }
  }

  /** In the order of their names. */
  all(): RegisteredTool[] {
    return [...this.tools.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): RegisteredTool | undefined {
    return this.tools.get(name);
  }

  /** The tools that `tools/list` shows: those whose call the guard would let in, by the same function. */
  allowedFor(caller: Caller | undefined): RegisteredTool[] {
    return this.all().filter(({ rule }) => !refusalOf(rule, caller));
  }

  /** The same decision for every tool, in the order of their names. */
  accessFor(caller: Caller): ToolAccess[] {
    return this.all().map(({ name, rule }) => ({
      name,
      allowed: !refusalOf(rule, caller),
      missingScopes: missingScopes(rule, caller),
    }));
  }

  private register(host: Host, method: string, options: ToolOptions): void {
    const { name, title, description, inputSchema, annotations } = options;
    const handler = host[method]!;
    const type = host.constructor;
    if (!TOOL_NAME.test(name)) throw new Error(`Tool ${name}: a name has 1 to 128 of A-Z a-z 0-9 _ - .`);
    if (this.tools.has(name)) throw new Error(`Tool ${name} is declared twice`);
    nameParameters(host, method);
    const rule = accessRuleOf(handler, type);
    if (!rule) this.logger.warn(`Tool ${name} declares no scopes: nobody can call it`);
    const input = toolInput(inputSchema, inputTypeOf(host, method));
    this.tools.set(name, {
      name,
      definition: {
        name,
        ...(title && { title }),
        description,
        inputSchema: input.jsonSchema as ToolDefinition['inputSchema'],
        ...(annotations && { annotations }),
      },
      input,
      rule,
      resourceKind: this.reflector.getAllAndOverride<string | undefined>(AUDIT_RESOURCE_METADATA, [
        handler,
        type,
      ]),
      invoke: this.contexts.create(
        host,
        handler,
        method,
        ROUTE_ARGS_METADATA,
        noRestParameters,
        undefined,
        undefined,
        undefined,
        'mcp',
      ) as RegisteredTool['invoke'],
    });
  }
}

type ParameterMetadata = Record<string, { index: number; factory?: unknown }>;

const parametersOf = (host: Host, method: string): ParameterMetadata =>
  (Reflect.getMetadata(ROUTE_ARGS_METADATA, host.constructor, method) as ParameterMetadata | undefined) ?? {};

/** A method without parameter decorators takes `(input, call)`. */
function nameParameters(host: Host, method: string): void {
  if (Object.keys(parametersOf(host, method)).length > 0) return;
  const prototype = Object.getPrototypeOf(host) as object;
  Input()(prototype, method, 0);
  CurrentCall()(prototype, method, 1);
}

/** The class of the `@Input()` parameter, where it is one that class-validator knows. */
function inputTypeOf(host: Host, method: string): Type | undefined {
  const parameter = Object.values(parametersOf(host, method)).find(({ factory }) => factory === checkedInput);
  const types = Reflect.getMetadata(PARAMTYPES_METADATA, host, method) as Type[] | undefined;
  const type = parameter && types?.[parameter.index];
  const rules = type ? getMetadataStorage().getTargetValidationMetadatas(type, '', false, false) : [];
  return rules.length > 0 ? type : undefined;
}
