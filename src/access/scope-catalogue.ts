import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { accessRuleOf } from './access-policy.js';
import { COARSE_SCOPES, parseScope } from './scopes.js';

/** The scopes that exist: those that some handler asks for, their `resource:*`, and the coarse ones. */
@Injectable()
export class ScopeCatalogue {
  private known?: ReadonlySet<string>;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** Sorted names. */
  names(): string[] {
    return [...this.scopes()].sort();
  }

  /** Those of `scopes` that no handler of this service knows. */
  unknown(scopes: readonly string[]): string[] {
    return scopes.filter((scope) => !this.scopes().has(scope));
  }

  private scopes(): ReadonlySet<string> {
    this.known ??= new Set([...COARSE_SCOPES, ...this.declared().flatMap((scope) => [scope, allOf(scope)])]);
    return this.known;
  }

  private declared(): string[] {
    return [...this.discovery.getControllers(), ...this.discovery.getProviders()].flatMap((wrapper) => {
      const type = wrapper.metatype;
      if (!type?.prototype || wrapper.isNotMetatype) return [];
      const prototype = type.prototype as Record<string, () => unknown>;
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
        const rule = accessRuleOf(prototype[name]!, type);
        return rule?.kind === 'scopes' ? rule.scopes : [];
      });
    });
  }
}

function allOf(scope: string): string {
  const parsed = parseScope(scope);
  return parsed && parsed.kind !== 'coarse' ? `${parsed.resource}:*` : scope;
}
