import { COARSE_SCOPES, operationsOf, parseScope, scopeCovers } from '../access/scopes.js';

/** What asks for scopes, all of them. */
export interface Scoped {
  scopes: readonly string[];
}

/** Whether a handler belongs under `scope`: it asks for it by name, or the scope, being wide, is enough for it. */
export const asksFor = ({ scopes }: Scoped, scope: string): boolean =>
  parseScope(scope)?.kind === 'exact'
    ? scopes.includes(scope)
    : scopes.every((wanted) => scopeCovers(scope, wanted));

/** The operations behind a scope, reading first: those of each known scope that it covers. */
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
