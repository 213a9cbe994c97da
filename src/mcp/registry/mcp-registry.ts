import { Inject, Injectable, Logger, type OnApplicationBootstrap, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { Subject } from 'rxjs';
import { accessRuleOf } from '../../access/access-policy.js';
import { DenyList } from '../../access/deny-list.js';
import { metadataNamesOf } from '../../audit/recording/audit-metadata.decorator.js';
import { AUDIT_RESOURCE_METADATA } from '../../audit/recording/audit-resource.decorator.js';
import { AUDIT_TARGETS_METADATA, type TargetsRule } from '../../audit/recording/audit-targets.decorator.js';
import { assertMembers } from '../../audit/events/metadata-members.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { StartMistakes } from '../../errors/start-mistakes.js';
import { HandlerLimits } from '../../rate-limit/handler-limits.js';
import { declaredLimitOf, HandlerRules } from '../../rate-limit/handler-rule.js';
import { HandlerPipeline } from '../call/handler-pipeline.js';
import { assertDescribedInput } from './described-input.js';
import { definitionOf, inputOf, limitNameOf, nameOf } from '../definitions/definitions.js';
import { assertInjectable } from './handler-injections.js';
import { isInteractive, type Host, inputTypeOf, nameParameters } from '../call/handler-parameters.js';
import {
  type Declaration,
  declarationOf,
  type PrimitiveKind,
  type Registered,
} from '../definitions/primitive.js';
import { paramHeadersOf } from '../definitions/param-headers.js';
import { PrimitiveSet } from './primitive-set.js';
import { kindOfUri } from '../call/call-access.js';
import { UriPattern } from '../definitions/uri-pattern.js';

/** Registers the handlers of all providers when the application starts. */
@Injectable()
export class McpRegistry implements OnApplicationBootstrap {
  /** Emits the kind of a handler that was switched on or off. */
  readonly changes = new Subject<PrimitiveKind>();
  readonly tools = new PrimitiveSet('tool', this.changes);
  readonly resources = new PrimitiveSet('resource', this.changes);
  readonly templates = new PrimitiveSet('template', this.changes);
  readonly prompts = new PrimitiveSet('prompt', this.changes);
  readonly completions = new PrimitiveSet('completion', this.changes);

  private readonly logger = new Logger(McpRegistry.name);
  private readonly patterns: UriPattern[] = [];
  private readonly denyList: DenyList;
  private readonly sets: { [K in PrimitiveKind]: PrimitiveSet<K> } = {
    tool: this.tools,
    resource: this.resources,
    template: this.templates,
    prompt: this.prompts,
    completion: this.completions,
  };

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    @Inject(HandlerPipeline) private readonly chains: Pick<HandlerPipeline, 'build'>,
    private readonly mistakes: StartMistakes,
    @Inject(HandlerLimits) private readonly limits: Pick<HandlerLimits, 'declare'>,
    @InjectSettings() { mcp }: Settings,
  ) {
    this.denyList = new DenyList(mcp.deniedResources);
  }

  onApplicationBootstrap(): void {
    for (const wrapper of this.discovery.getProviders()) {
      const type = wrapper.metatype as Type | null;
      if (!type?.prototype || wrapper.isNotMetatype || wrapper.isAlias) continue;
      for (const method of this.scanner.getAllMethodNames(type.prototype as object)) {
        const declaration = declarationOf((type.prototype as Host)[method]!);
        if (!declaration) continue;
        this.mistakes.collect(() => {
          if (!wrapper.isDependencyTreeStatic()) {
            const name = `${declaration.kind} ${nameOf(declaration)}`;
            throw new Error(
              `The ${name} cannot be registered: ${type.name} is request-scoped; make it and its dependencies singletons`,
            );
          }
          assertInjectable(wrapper, type);
          this.register(wrapper.instance as Host, method, declaration);
        });
      }
    }
  }

  /** Returns the resource with a URI, or the template that matches it with the values of its variables. */
  findResource(
    uri: string,
  ): { entry: Registered<'resource' | 'template'>; input: Record<string, unknown> } | undefined {
    const resource = this.resources.find(uri);
    if (resource) return { entry: resource, input: {} };
    for (const pattern of this.patterns) {
      const entry = this.templates.find(pattern.template);
      const input = entry && pattern.match(uri);
      if (entry && input) return { entry, input };
    }
    return undefined;
  }

  private register(host: Host, method: string, declaration: Declaration): void {
    const handler = host[method]!;
    const type = host.constructor;
    const name = nameOf(declaration);
    nameParameters(host, method);
    assertDescribedInput(host, method, declaration);
    const rule = accessRuleOf(handler, type);
    if (!rule)
      this.logger.warn(
        `The ${declaration.kind} ${name} (${type.name}.${method}) declares no scopes: nobody can use it. Add @Scopes(...), @Authenticated() or @Public()`,
      );
    const resourceKind = this.reflector.getAllAndOverride<string | undefined>(AUDIT_RESOURCE_METADATA, [
      handler,
      type,
    ]);
    const denied = this.denyList.of(resourceKind ?? kindOfUri(name));
    if (denied?.whole)
      this.logger.warn(
        `The ${declaration.kind} ${name} acts on ${denied.kind}, which AGENT_DENIED_RESOURCES denies: nobody can use it. Change that setting if agents should`,
      );
    const input = inputOf(declaration, inputTypeOf(host, method));
    assertMembers(`${declaration.kind} ${name}`, metadataNamesOf(handler), input.jsonSchema);
    this.limits.declare(
      limitNameOf(declaration.kind, name),
      declaredLimitOf(new HandlerRules(this.reflector).of(handler, type)),
    );
    const set = this.sets[declaration.kind] as PrimitiveSet<PrimitiveKind>;
    set.add({
      name,
      definition: definitionOf(declaration, input),
      origin: `${type.name}.${method}`,
      outputSchema: declaration.kind === 'tool' ? declaration.options.outputSchema : undefined,
      input,
      rule,
      paramHeaders: declaration.kind === 'tool' ? paramHeadersOf(input.jsonSchema) : [],
      resourceKind,
      denied,
      collection: this.reflector.get<TargetsRule | undefined>(AUDIT_TARGETS_METADATA, handler)?.collection,
      isInteractive: isInteractive(host, method),
      invoke: this.chains.build(host, method),
    });
    if (declaration.kind === 'template') this.patterns.push(new UriPattern(name));
  }
}
