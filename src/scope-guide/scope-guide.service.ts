import { Injectable } from '@nestjs/common';
import { ScopeCatalogue } from '../access/scope-catalogue.js';
import { isElevated, scopeRisk } from '../access/scopes.js';
import { McpRegistry } from '../mcp/registry/mcp-registry.js';
import type { ScopeEntry } from './scope.schema.js';
import { asksFor, operationsBehind, type Scoped } from './scope-reach.js';
import { routesOf } from '../openapi/handler-routes.js';
import { wordsOf } from './scope-words.js';

/** The scope catalogue with explanations. It is derived from the handlers once, at the first request. */
@Injectable()
export class ScopeGuide {
  private known?: readonly ScopeEntry[];

  constructor(
    private readonly catalogue: ScopeCatalogue,
    private readonly registry: McpRegistry,
  ) {}

  /** Sorted by name. */
  entries(): readonly ScopeEntry[] {
    this.known ??= this.read();
    return this.known;
  }

  private read(): ScopeEntry[] {
    const names = this.catalogue.names();
    const tools = this.registry.tools
      .all()
      .flatMap(({ name, rule }) => (rule?.kind === 'scopes' ? [{ name, scopes: rule.scopes }] : []));
    const routes = this.catalogue
      .handlers()
      .flatMap(({ type, handler, scopes }) => routesOf(type, handler).map((name) => ({ name, scopes })));
    return names.map((scope) => {
      const actions = operationsBehind(scope, names);
      return {
        scope,
        ...wordsOf(scope, actions),
        actions,
        risk: scopeRisk(scope),
        elevated: isElevated(scope),
        tools: namesOf(tools, scope),
        routes: namesOf(routes, scope),
      };
    });
  }
}

const namesOf = (handlers: readonly (Scoped & { name: string })[], scope: string): string[] =>
  [...new Set(handlers.filter((handler) => asksFor(handler, scope)).map(({ name }) => name))].sort();
