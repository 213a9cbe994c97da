import { Injectable, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { accessRuleOf } from './access-policy.js';
import { closestScopes } from './closest-scopes.js';
import { COARSE_SCOPES, parseScope } from './scopes.js';

/** Describes a method of a controller or provider that requires scopes. */
export interface ScopedHandler {
  type: Type;
  handler: () => unknown;
  scopes: readonly string[];
}

/** Knows the scopes that exist: those that a handler requires, their `resource:*`, and the coarse ones. */
@Injectable()
export class ScopeCatalogue {
  private known?: ReadonlySet<string>;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** Returns all names, sorted. */
  names(): string[] {
    return [...this.scopes()].sort();
  }

  /** Returns those of `scopes` that no handler of this service requires. */
  unknown(scopes: readonly string[]): string[] {
    return scopes.filter((scope) => !this.scopes().has(scope));
  }

  /** Returns the known scopes that the author of an unknown one probably meant. */
  closest(scope: string): string[] {
    return closestScopes(scope, this.names());
  }

  /** Returns all handlers that require scopes. */
  handlers(): ScopedHandler[] {
    return [...this.discovery.getControllers(), ...this.discovery.getProviders()].flatMap((wrapper) => {
      const type = wrapper.metatype as Type | null;
      if (!type?.prototype || wrapper.isNotMetatype) return [];
      const prototype = type.prototype as Record<string, () => unknown>;
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name]!;
        const rule = accessRuleOf(handler, type);
        return rule?.kind === 'scopes' ? [{ type, handler, scopes: rule.scopes }] : [];
      });
    });
  }

  private scopes(): ReadonlySet<string> {
    this.known ??= new Set([
      ...COARSE_SCOPES,
      ...this.handlers().flatMap(({ scopes }) => scopes.flatMap((scope) => [scope, allOf(scope)])),
    ]);
    return this.known;
  }
}

function allOf(scope: string): string {
  const parsed = parseScope(scope);
  return parsed && parsed.kind !== 'coarse' ? `${parsed.resource}:*` : scope;
}
