/**
 * Defines the grammar of scopes: `resource:action`, `resource:*`, and the coarse `read`, `write`, `delete` and
 * `admin`. A coarse scope reaches the data of every resource. `keys`, `agents`, `users`, `sessions`, `grants`, `clients`, `audit`,
 * `metrics`, `service`, `limits`, `teams` and `organizations` are management resources, which only scopes that name them and `admin` reach.
 */
export const COARSE_SCOPES = ['read', 'write', 'delete', 'admin'] as const;
/** Lists the resources that coarse scopes other than `admin` do not reach. */
export const MANAGEMENT_RESOURCES: readonly string[] = [
  'keys',
  'agents',
  'users',
  'sessions',
  'grants',
  'clients',
  'audit',
  'metrics',
  'service',
  'limits',
  'teams',
  'organizations',
];
/** Lists the management resources that concern the whole service, and not one organisation of it. */
const SERVICE_RESOURCES: readonly string[] = ['metrics', 'service', 'limits'];
/** Maps an action of the grammar to the operations that it covers. Any other action covers only itself. */
const OPERATIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['read', ['get', 'list', 'search']],
  ['write', ['create', 'update']],
  ['delete', ['delete']],
]);
/**
 * Scopes whose risk does not follow from their action or resource. Asking the assistant reads documents for the caller,
 * which needs `documents:read` as well. Metrics name neither users nor keys.
 */
const LOW_RISK: ReadonlySet<string> = new Set(['assistant:ask', 'metrics:read']);
/** Scopes that show what others did, and change nothing. A verification reads all rows. */
const READS_AUDIT: ReadonlySet<string> = new Set(['audit:read', 'audit:verify']);
const NAME = '[a-z][a-z0-9_-]{0,62}';
const SCOPE = new RegExp(`^(${NAME}):(\\*|${NAME})$`);

export type ParsedScope =
  | { kind: 'coarse'; action: string }
  | { kind: 'exact'; resource: string; action: string }
  | { kind: 'resource'; resource: string };

export const isManagementResource = (resource: string) => MANAGEMENT_RESOURCES.includes(resource);

/** Returns whether a scope reaches what all organisations share. */
export function isServiceScope(scope: string): boolean {
  const parsed = parseScope(scope);
  return parsed !== undefined && parsed.kind !== 'coarse' && SERVICE_RESOURCES.includes(parsed.resource);
}

/** Returns the operations that an action covers, such as get, list and search for `read`. */
export const operationsOf = (action: string): readonly string[] => OPERATIONS.get(action) ?? [action];

/** Returns the action that covers an operation, such as `read` for `list`. */
export const actionBehind = (operation: string): string | undefined =>
  [...OPERATIONS].find(([, operations]) => operations.includes(operation))?.[0];

/** Parses a scope. Returns `undefined` when the text is not one. */
export function parseScope(text: string): ParsedScope | undefined {
  if ((COARSE_SCOPES as readonly string[]).includes(text)) return { kind: 'coarse', action: text };
  const [, resource, action] = SCOPE.exec(text) ?? [];
  if (!resource || !action) return undefined;
  return action === '*' ? { kind: 'resource', resource } : { kind: 'exact', resource, action };
}

/**
 * Returns whether `granted` covers everything that `wanted` covers. A scope covers itself; `write` never implies
 * `read`.
 */
export function scopeCovers(granted: string, wanted: string): boolean {
  if (granted === wanted || granted === 'admin') return true;
  const give = parseScope(granted);
  const want = parseScope(wanted);
  if (!give || want?.kind !== 'exact') return false;
  if (give.kind === 'resource') return give.resource === want.resource;
  return give.kind === 'coarse' && give.action === want.action && !isManagementResource(want.resource);
}

/** Returns what two scopes both cover, or `undefined` where that is nothing. */
function scopeMeet(one: string, other: string): string | undefined {
  if (scopeCovers(one, other)) return other;
  if (scopeCovers(other, one)) return one;
  return actionOn(one, other) ?? actionOn(other, one);
}

/** A coarse scope and a whole resource share an action of it: `read` and `documents:*` share `documents:read`. */
function actionOn(coarse: string, whole: string): string | undefined {
  const [of, on] = [parseScope(coarse), parseScope(whole)];
  if (of?.kind !== 'coarse' || on?.kind !== 'resource' || isManagementResource(on.resource)) return undefined;
  return `${on.resource}:${of.action}`;
}

/** Returns scopes that cover what both lists cover, and nothing else. */
export const scopesWithin = (scopes: readonly string[], bound: readonly string[]): string[] => [
  ...new Set(scopes.flatMap((scope) => bound.flatMap((limit) => scopeMeet(scope, limit) ?? []))),
];

export type ScopeRisk = 'low' | 'medium' | 'high' | 'critical';

/** Rates the harm that a scope can do. The risk decides whether its use is marked as elevated in the audit. */
export function scopeRisk(scope: string): ScopeRisk {
  const parsed = parseScope(scope);
  if (!parsed || scope === 'admin') return 'critical';
  if (LOW_RISK.has(scope)) return 'low';
  const action = parsed.kind === 'resource' ? 'delete' : parsed.action;
  if (parsed.kind !== 'coarse' && isManagementResource(parsed.resource)) {
    if (READS_AUDIT.has(scope)) return 'high';
    return action === 'read' ? 'medium' : 'critical';
  }
  if (action === 'read') return 'low';
  return action === 'write' ? 'medium' : 'high';
}

/** Returns whether the risk of a scope is high or critical. */
export const isElevated = (scope: string) => ['high', 'critical'].includes(scopeRisk(scope));
