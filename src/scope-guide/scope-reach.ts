import { COARSE_SCOPES, operationsOf, parseScope, scopeCovers } from '../access/scopes.js';

/** A handler, and the scopes that it requires. */
export interface Scoped {
  scopes: readonly string[];
}

/** Whether a handler belongs to `scope`: it requires that scope by name, or a wide scope alone covers all that it requires. */
export const asksFor = ({ scopes }: Scoped, scope: string): boolean =>
  parseScope(scope)?.kind === 'exact'
    ? scopes.includes(scope)
    : scopes.length > 0 && scopes.every((wanted) => scopeCovers(scope, wanted));

/** The operations that a scope permits, those of all known scopes that it covers. Read operations come first. */
export function operationsBehind(scope: string, known: readonly string[]): string[] {
  const present = new Set(
    known.flatMap((name) => {
      const parsed = parseScope(name);
      return parsed?.kind === 'exact' && scopeCovers(scope, name) ? [parsed.action] : [];
    }),
  );
  const ordered = new Set([...COARSE_SCOPES.filter((action) => present.has(action)), ...present]);
  return [...new Set([...ordered].flatMap(operationsOf))];
}
