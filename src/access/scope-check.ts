import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { StartMistakes } from '../errors/start-mistakes.js';
import { closestScopes } from './closest-scopes.js';
import { ScopeCatalogue, type ScopedHandler } from './scope-catalogue.js';
import { parseScope } from './scopes.js';

const NEAR_LENGTH = 6;
/** A scope of the service itself that looks like another one. */
const MEANT: ReadonlySet<string> = new Set(['agents:create']);

/**
 * Checks the syntax of every `@Scopes` at start, and warns of a scope that looks like a misspelling of another one.
 */
@Injectable()
export class ScopeCheck implements OnModuleInit {
  private readonly logger = new Logger(ScopeCheck.name);

  constructor(
    private readonly catalogue: ScopeCatalogue,
    private readonly mistakes: StartMistakes,
  ) {}

  onModuleInit(): void {
    const users = new Map<string, Set<string>>();
    for (const handler of this.catalogue.handlers()) {
      for (const scope of handler.scopes) {
        const named = users.get(scope) ?? new Set();
        users.set(scope, named.add(nameOf(handler)));
      }
    }
    for (const [scope, handlers] of users) {
      const where = [...handlers].join(', ');
      if (parseScope(scope)?.kind !== 'exact')
        this.mistakes.add(
          `${where}: @Scopes('${scope}') is not a valid scope; write resource:action, such as 'invoices:read'`,
        );
      else if (handlers.size === 1) this.warnOfMisspelling(scope, where, [...users.keys()]);
    }
  }

  private warnOfMisspelling(scope: string, where: string, all: readonly string[]): void {
    if (MEANT.has(scope) || scope.indexOf(':') < NEAR_LENGTH) return;
    const [near] = closestScopes(
      scope,
      all.filter((other) => other !== scope),
    );
    if (near !== undefined)
      this.logger.warn(`Only ${where} requires the scope ${scope}. If that is a misspelling, write ${near}`);
  }
}

const nameOf = ({ type, handler }: ScopedHandler): string => `${type.name}.${handler.name}`;
