import { isManagementResource, parseScope } from './scopes.js';

export const ROLES = ['member', 'auditor', 'admin'] as const;

/** `member`: data and own keys; `auditor`: sees everybody's audit rows; `admin`: everything. */
export type Role = (typeof ROLES)[number];

/**
 * The ceiling: whether an owner of this role may hold `scope` at all. Checked when a key is made or changed,
 * and at every request, so that a demoted owner's keys lose power at once.
 */
export function roleGrants(role: Role, scope: string): boolean {
  if (role === 'admin') return true;
  const parsed = parseScope(scope);
  if (!parsed) return false;
  if (parsed.kind === 'coarse') return scope !== 'admin';
  if (!isManagementResource(parsed.resource)) return true;
  return parsed.resource === 'keys' || scope === 'audit:read';
}

/** What a key for an agent may hold at all: data, and nothing that reaches keys, users or the audit in any form. */
export function agentMayHold(scope: string): boolean {
  const parsed = parseScope(scope);
  if (!parsed) return false;
  return parsed.kind === 'coarse' ? scope !== 'admin' : !isManagementResource(parsed.resource);
}
