import { DELEGATION_SCOPE, ROLES, roleGrants } from '../access/roles.js';
import {
  isElevated,
  isManagementResource,
  MANAGEMENT_RESOURCES,
  type ParsedScope,
  parseScope,
} from '../access/scopes.js';

const MANAGEMENT = MANAGEMENT_RESOURCES.join(', ');
const VERBS: Record<string, string> = { read: 'Read', write: 'Create and change', delete: 'Delete' };

/**
 * Describes what a scope permits and for whom it is meant, from the grammar of scopes.
 * @param operations the operations that it permits
 */
export function wordsOf(scope: string, operations: readonly string[]): { description: string; use: string } {
  const parsed = parseScope(scope);
  if (!parsed) throw new TypeError(`'${scope}' is not a scope`);
  return { description: descriptionOf(parsed, operations.join(', ')), use: useOf(scope, parsed) };
}

function descriptionOf(parsed: ParsedScope, operations: string): string {
  const behind = operations && `: ${operations}`;
  if (parsed.kind === 'resource') return `All that can be done with ${parsed.resource}${behind}`;
  if (parsed.kind === 'coarse') {
    return parsed.action === 'admin'
      ? `Everything: all data, and ${MANAGEMENT}`
      : `${verbOf(parsed.action)} data of every kind${behind}; never ${MANAGEMENT}`;
  }
  // "Delete documents: delete" says nothing that "Delete documents" does not.
  return `${verbOf(parsed.action)} ${parsed.resource}${operations === parsed.action ? '' : behind}`;
}

const verbOf = (action: string): string => VERBS[action] ?? action[0]!.toUpperCase() + action.slice(1);

function useOf(scope: string, parsed: ParsedScope): string {
  const holders = ROLES.filter((role) => roleGrants(role, scope));
  return [
    scope === DELEGATION_SCOPE
      ? 'For who makes agents, and for agents that make some below themselves.'
      : audienceOf(parsed),
    ...(parsed.kind !== 'resource' && parsed.action === 'write' ? ['It does not include reading.'] : []),
    ...(holders.length < ROLES.length ? [`The key's owner needs the role ${holders.join(' or ')}.`] : []),
    ...(isElevated(scope) ? ['Every use is marked as elevated in the audit.'] : []),
  ].join(' ');
}

function audienceOf(parsed: ParsedScope): string {
  if (parsed.kind === 'coarse' ? parsed.action === 'admin' : isManagementResource(parsed.resource)) {
    return "For people and programs that run the service; not for an agent's key.";
  }
  if (parsed.kind === 'resource') return 'For programs that own this data; an agent mostly needs less.';
  if (parsed.action === 'read') return 'For agents and programs that look things up.';
  if (parsed.action === 'write') return 'For agents and programs that keep data up to date.';
  return 'For what an agent or program is meant to do without being asked again.';
}
