import { Injectable } from '@nestjs/common';
import { ScopeCatalogue } from '../access/scope-catalogue.js';
import { isElevated, type ScopeRisk, scopeRisk } from '../access/scopes.js';
import { McpRegistry } from '../mcp/registry/mcp-registry.js';
import { asksFor, operationsBehind, type Scoped } from './scope-reach.js';
import { routesOf } from './scoped-routes.js';
import { wordsOf } from './scope-words.js';

/** What `GET /api/scopes` says of a scope. */
export interface ScopeEntry {
  scope: string;
  description: string;
  /** The operations behind it, such as `get`, `list`, `search`. */
  actions: string[];
  /** For whom it is meant, and what to know before granting it. */
  use: string;
  risk: ScopeRisk;
  /** High or critical: its use is marked in the audit. */
  elevated: boolean;
  /** The tools that ask for it; of `resource:*` and the coarse ones: those that it would let in by itself. */
  tools: string[];
  /** Likewise, as `DELETE /api/documents/{id}`. */
  routes: string[];
}

/** The scope catalogue, explained: read from the handlers once, when somebody first asks. */
@Injectable()
export class ScopeGuide {
  private known?: readonly ScopeEntry[];

  constructor(
    private readonly catalogue: ScopeCatalogue,
    private readonly registry: McpRegistry,
  ) {}

  /** In the order of their names. */
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
