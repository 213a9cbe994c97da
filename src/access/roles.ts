import { isManagementResource, parseScope } from './scopes.js';

/** The roles that administrators give. Owners are made where organisations are managed. */
export const GIVEN_ROLES = ['member', 'auditor', 'admin'] as const;
export const ROLES = [...GIVEN_ROLES, 'owner'] as const;

/**
 * The role of a user. A `member` reaches data, its own keys, agents, sessions and grants, an `auditor` also everybody's audit rows, their
 * verification and the metrics, and an `admin` everything. An `owner` is an administrator whom no other one removes.
 */
export type Role = (typeof ROLES)[number];

/** Returns whether a role administrates its organisation. */
export const isAdministrator = (role: Role | null): boolean => role === 'admin' || role === 'owner';

/** The management resources of which everybody reaches some: their own keys, agents, sessions and grants, and the teams and
 * organisations that they belong to. */
const OWN_RESOURCES: ReadonlySet<string> = new Set([
  'keys',
  'agents',
  'sessions',
  'grants',
  'teams',
  'organizations',
]);

/**
 * Returns whether an owner of this role may hold `scope` at all. It is checked when a key is made or changed and at
 * every request, so the keys of a demoted owner lose scopes at once.
 */
export function roleGrants(role: Role, scope: string): boolean {
  if (isAdministrator(role)) return true;
  const parsed = parseScope(scope);
  if (!parsed) return false;
  if (parsed.kind === 'coarse') return scope !== 'admin';
  if (!isManagementResource(parsed.resource)) return true;
  if (scope === 'metrics:read' || scope === 'audit:verify') return role === 'auditor';
  return OWN_RESOURCES.has(parsed.resource) || scope === 'audit:read';
}

/** The scopes of data beyond reading, writing and deleting that everybody who is signed in has: to ask, and to share what is their own. */
const OWN_USES = ['assistant:ask', 'documents:share'];

/** What a person may do who is signed in. Other scopes of data, such as `invoices:approve`, an administrator grants by a key. */
export const sessionScopesOf = (role: Role): readonly string[] =>
  isAdministrator(role)
    ? ['admin']
    : [
        'read',
        'write',
        'delete',
        ...OWN_USES,
        'keys:*',
        'agents:*',
        'sessions:*',
        'grants:*',
        'teams:*',
        'organizations:*',
        'audit:read',
        'audit:verify',
        'metrics:read',
      ].filter((scope) => roleGrants(role, scope));

/**
 * Returns whether a key for an agent may hold `scope`. Such a key reaches data only, never keys, users or the audit.
 */
export function agentMayHold(scope: string): boolean {
  const parsed = parseScope(scope);
  if (!parsed) return false;
  return parsed.kind === 'coarse' ? scope !== 'admin' : !isManagementResource(parsed.resource);
}

/** Lets an agent make agents below itself. It is the one scope beyond data that an agent may be given, and only by its name. */
export const DELEGATION_SCOPE = 'agents:create';

/** Returns whether an agent, which is a principal of its own, may hold `scope`. */
export const agentPrincipalMayHold = (scope: string): boolean =>
  scope === DELEGATION_SCOPE || agentMayHold(scope);
