import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, MetadataScanner, NestContainer, Reflector } from '@nestjs/core';
import { Injector } from '@nestjs/core/injector/injector.js';
import { NoopGraphInspector } from '@nestjs/core/inspector/noop-graph-inspector.js';
import { DependenciesScanner } from '@nestjs/core/scanner.js';
import { AppModule } from '../app.module.js';
import { ScopeCatalogue } from '../access/scope-catalogue.js';
import { ScopeCheck } from '../access/scope-check.js';
import { AuditMetadataCheck } from '../audit/recording/audit-metadata.check.js';
import type { Settings } from '../config/settings.js';
import { StartMistakes } from '../errors/start-mistakes.js';
import { McpRegistry } from '../mcp/registry/mcp-registry.js';
import { HandlerLimits } from '../rate-limit/handler-limits.js';
import type { LoadedConfig } from './bouncer-config.js';

/** Explains why a class of a module cannot be made. */
type Explain = (error: unknown) => string | undefined;

/**
 * Finds the mistakes in the modules of a service whose start has failed. Nest stops at the first class that it cannot
 * make, so the other classes and the handlers are checked here, in a container that makes none: no constructor and no factory runs.
 */
export async function diagnose(
  settings: Settings,
  config: LoadedConfig,
  mistakes: StartMistakes,
  explain: Explain,
): Promise<void> {
  const application = new ApplicationConfig();
  const container = new NestContainer(application, { preview: true });
  const scanner = new MetadataScanner();
  const scan = new DependenciesScanner(container, scanner, NoopGraphInspector, application);
  await scan.scan(rootOf(AppModule.for(settings, '', config)));
  await checkDependencies(container, mistakes, explain);
  const discovery = new DiscoveryService(container.getModules());
  new ScopeCheck(new ScopeCatalogue(discovery, scanner), mistakes).onModuleInit();
  new AuditMetadataCheck(discovery, scanner, mistakes).onModuleInit();
  const pipelines = { build: () => () => Promise.reject(new Error('The service has not started')) };
  new McpRegistry(
    discovery,
    scanner,
    new Reflector(),
    pipelines,
    mistakes,
    new HandlerLimits(),
    settings,
  ).onApplicationBootstrap();
}

/** The scanner takes a class. */
function rootOf(module: DynamicModule): Type {
  class Root {}
  Module({ imports: [module] })(Root);
  return Root;
}

async function checkDependencies(
  container: NestContainer,
  mistakes: StartMistakes,
  explain: Explain,
): Promise<void> {
  const injector = new Injector({ preview: true });
  const modules = [...container.getModules().values()];
  for (const { providers, injectables, controllers } of modules)
    for (const collection of [providers, injectables, controllers])
      for (const wrapper of collection.values()) injector.loadPrototype(wrapper, collection);
  const loads = modules.flatMap((module) => [
    ...[...module.providers.values()].map((wrapper) => injector.loadProvider(wrapper, module)),
    ...[...module.injectables.values()].map((wrapper) => injector.loadInjectable(wrapper, module)),
    ...[...module.controllers.values()].map((wrapper) => injector.loadController(wrapper, module)),
  ]);
  // A class also fails with the error of a class that it requires. The list has each line once.
  for (const load of await Promise.allSettled(loads)) {
    const line = load.status === 'rejected' ? explain(load.reason) : undefined;
    if (line !== undefined) mistakes.add(line);
  }
}
