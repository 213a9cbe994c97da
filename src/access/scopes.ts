/**
 * The grammar: `resource:action`, `resource:*`, and the coarse `read`, `write`, `delete`, `admin`.
 * A coarse scope reaches the data of every resource; `keys`, `users` and `audit` are management resources,
 * granted by name or by `admin` only.
 */
export const COARSE_SCOPES = ['read', 'write', 'delete', 'admin'] as const;
/** Reached by name or by `admin` only. */
export const MANAGEMENT_RESOURCES: readonly string[] = ['keys', 'users', 'audit'];
/** What is behind an action of the grammar. Any other action stands for itself. */
const OPERATIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['read', ['get', 'list', 'search']],
  ['write', ['create', 'update']],
  ['delete', ['delete']],
]);
const NAME = '[a-z][a-z0-9_-]{0,62}';
const SCOPE = new RegExp(`^(${NAME}):(\\*|${NAME})$`);

export type ParsedScope =
  | { kind: 'coarse'; action: string }
  | { kind: 'exact'; resource: string; action: string }
  | { kind: 'resource'; resource: string };

export const isManagementResource = (resource: string) => MANAGEMENT_RESOURCES.includes(resource);

/** `read`: get, list, search; and so on. */
export const operationsOf = (action: string): readonly string[] => OPERATIONS.get(action) ?? [action];

/** The action that an operation is behind: `read` for `list`. */
export const actionBehind = (operation: string): string | undefined =>
  [...OPERATIONS].find(([, operations]) => operations.includes(operation))?.[0];

/** `undefined` when the text is no scope. */
export function parseScope(text: string): ParsedScope | undefined {
  if ((COARSE_SCOPES as readonly string[]).includes(text)) return { kind: 'coarse', action: text };
  const [, resource, action] = SCOPE.exec(text) ?? [];
  if (!resource || !action) return undefined;
  return action === '*' ? { kind: 'resource', resource } : { kind: 'exact', resource, action };
}

/** Whether holding `granted` gives everything that `wanted` gives. Reflexive; `write` never implies `read`. */
export function scopeCovers(granted: string, wanted: string): boolean {
  if (granted === wanted || granted === 'admin') return true;
  const give = parseScope(granted);
  const want = parseScope(wanted);
  if (!give || want?.kind !== 'exact') return false;
  if (give.kind === 'resource') return give.resource === want.resource;
  return give.kind === 'coarse' && give.action === want.action && !isManagementResource(want.resource);
}

export type ScopeRisk = 'low' | 'medium' | 'high' | 'critical';

/** How much harm a scope can do: it decides whether its use is marked as elevated in the audit. */
export function scopeRisk(scope: string): ScopeRisk {
  const parsed = parseScope(scope);
  if (!parsed || scope === 'admin') return 'critical';
  const action = parsed.kind === 'resource' ? 'delete' : parsed.action;
  if (parsed.kind !== 'coarse' && isManagementResource(parsed.resource)) {
    return action === 'read' ? (parsed.resource === 'audit' ? 'high' : 'medium') : 'critical';
  }
  if (action === 'read') return 'low';
  return action === 'write' ? 'medium' : 'high';
}

/** High or critical. */
export const isElevated = (scope: string) => ['high', 'critical'].includes(scopeRisk(scope));
